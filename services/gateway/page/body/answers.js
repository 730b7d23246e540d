// The latest answer of each app, as it comes.

import {age, duration} from '../core/format.js';
import {html} from '../vendor/preact.js';
import {AppName} from '../parts/ui.js';

/** The newest answer of each app; pure. */
export function latestAnswers(answers) {
  const found = new Map();
  for (const answer of answers) if (!found.has(answer.app)) found.set(answer.app, answer);
  return [...found.values()].sort((a, b) => a.app.localeCompare(b.app));
}

export function answerText(answer) {
  if (answer.failure) return `failed: ${answer.failure}`;
  if (answer.labelName) return answer.labelName;
  return answer.label >= 0 ? `class ${answer.label}` : 'has a result';
}

export function Answers({answers, apps, now}) {
  return html`<ul class="answers">${latestAnswers(answers).map((answer) => html`<li key=${answer.app}>
    <${AppName} app=${answer.app} apps=${apps} />
    <strong class=${answer.failure ? 'bad' : ''}>${answerText(answer)}</strong>
    <span class="quiet">${answer.generated ? 'from made-up noise · ' : ''}${answer.devices.join(' → ')}${
      answer.latencyNs ? ` · took ${duration(answer.latencyNs)}` : ''} · ${age(now - answer.at)}${now - answer.at < 2000 ? '' : ' ago'}</span>
  </li>`)}</ul>`;
}

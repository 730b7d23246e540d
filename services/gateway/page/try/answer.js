// What came of a picture or a word: the answer, and the way it took over the body.

import {answerText} from '../body/answers.js';
import {Figure} from '../body/figure.js';
import {duration, energy, whole} from '../core/format.js';
import {linksOf} from '../core/reading.js';
import {html, useEffect, useRef} from '../vendor/preact.js';
import {Notice} from '../parts/ui.js';
import {figureDevices} from '../views/body.js';

/** The links between devices that follow each other on the way. */
function linksOfWay(plan, app, devices) {
  const hops = new Set(devices.slice(1).map((to, i) => `${devices[i]}>${to}`));
  return linksOf(plan).filter((link) => link.apps.includes(app) && hops.has(`${link.from}>${link.to}`))
      .map((link) => ({...link, isLit: true, text: `${link.from} to ${link.to}`}));
}

export function Answer({state, app, answer, now}) {
  const devices = answer.devices ?? [];
  const told = answerText({label: answer.label, labelName: answer.label_name});
  const value = answer.answer?.score;
  const shown = figureDevices(state, now).map((device) => ({...device, isLit: devices.includes(device.id)}));
  const top = useRef(null);
  useEffect(() => { top.current.scrollIntoView({block: 'nearest'}); }, [answer]);  // on a narrow screen it is far below
  return html`<div class="answer">
    <div role="status" ref=${top}><p class="quiet">The answer of ${app}${
        answer.begin_s > 0 ? ` about the window from second ${answer.begin_s.toFixed(1)}` : ''}</p><p class="told">${told}</p>
      ${Number.isFinite(value) && html`<p class="quiet">Value ${whole(value)}, the highest of all.</p>`}
      <p>It took <strong>${duration(answer.latency_us * 1e3)}</strong>${
        answer.energy_uj ? html` and ${energy(answer.energy_uj)}` : ''}.</p></div>
    <ol class="way" aria-label="The way it took">${devices.map((device) => html`<li>${device}</li>`)}</ol>
    <${Figure} devices=${shown} links=${linksOfWay(state.plan, app, devices)} chosen="" onChoose=${() => {}} />
    ${answer.generated && html`<${Notice} kind="warning">This answer was computed from made-up noise, not from what you gave.<//>`}
  </div>`;
}

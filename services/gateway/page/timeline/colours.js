// The page's colours as a canvas needs them: what the style sheet says now, light or dark.

import {colourOf} from '../parts/ui.js';

function resolved(probe, name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

export function canvasColours(apps) {
  const probe = document.createElement('span');
  document.body.append(probe);
  const names = ['ink', 'quiet', 'line', 'accent', 'on-app',
    ...Array.from({length: 8}, (_, i) => `app-${i}`), ...Array.from({length: 8}, (_, i) => `app-${i}-line`)];
  const found = Object.fromEntries(names.map((name) => [name, resolved(probe, name)]));
  probe.remove();
  return {ink: found.ink, quiet: found.quiet, line: found.line, accent: found.accent, onApp: found['on-app'],
    ofApp: (app) => found[colourOf(app, apps)], lineOfApp: (app) => found[`${colourOf(app, apps)}-line`]};
}

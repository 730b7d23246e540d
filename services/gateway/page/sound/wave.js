// A sound as people know it from recorders, with the part that the model gets; and how loud it is now.

import {html} from '../vendor/preact.js';
import {meterShare, pathOf, slots} from './outline.js';

/** `part`: `{begin, end}` in bars, or null. Who does not see it reads what is written below it. */
export function Wave({bars, part}) {
  const [begin, end] = part ? [Math.max(0, part.begin), Math.min(slots, part.end)] : [0, slots];
  return html`<svg class="wave" viewBox=${`0 -1.1 ${slots} 2.2`} preserveAspectRatio="none" aria-hidden="true">
    <path class="still" d=${`M0 0H${slots}`} />
    ${part && html`<rect class="part" x=${begin} y="-1.1" width=${Math.max(0, end - begin)} height="2.2" />`}
    <path class="bars" d=${part ? pathOf(bars, 0, begin) + pathOf(bars, end) : ''} />
    <path class="bars taken" d=${pathOf(bars, begin, end)} />
  </svg>`;
}

/** `level`: root of the mean square, 0 to 1. */
export function Meter({level}) {
  const share = meterShare(level);
  const percent = Math.round(100 * share);
  return html`<div class="meter" role="meter" aria-label="Loudness" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}
      aria-valuetext=${`${percent} percent`}>
    <span class=${share > 0.95 ? 'too-loud' : ''} style=${{width: `${percent}%`}}></span></div>`;
}

// What the head of the page says of what is shown.

import {verdict} from '../core/verdict.js';
import {html} from '../vendor/preact.js';
import {useMesh} from './context.js';

export function StatusLine() {
  const {state, status, now, connection} = useMesh();
  const {kind, text, more} = verdict(state, status, now, Date.now());
  return html`<div class=${`status ${kind}`}>
    <span class="status-dot"></span>
    <span role="status"><strong>${text}</strong></span> <span class="more">${more}</span>
    ${status.phase === 'waiting' && html`<button class="small" onClick=${() => connection.retryNow()}>Try now</button>`}
    ${state.dropped > 0 && html`<span class="more">(${state.dropped} events were too many for this page)</span>`}
  </div>`;
}

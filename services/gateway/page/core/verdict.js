// Whether what is shown is true now: how old it is, and what the page or the mesh waits for. Pure.

import {age} from './format.js';
import {troubles} from './reading.js';
import {paceOf} from './recording.js';

const staleMs = 5000;  // the mesh tells how it is used every second
const perSpeedMs = 1000;  // a recording's time goes by while its news are on the way

/** `{kind, text, more}`. `kind`: good, note, warning or error. `now` is the time of what is shown, `wallMs` the page's. */
export function verdict(state, status, now, wallMs = now) {
  const heard = Math.max(0, ...Object.values(state.heard));
  const shows = heard > 0 ? `Shows the mesh of ${age(now - heard)}${now - heard < 2000 ? '' : ' ago'}.` : '';
  if (status.phase === 'waiting') {
    const seconds = Math.max(0, Math.ceil((status.retryAt - wallMs) / 1000));
    return {kind: 'error', text: 'Not connected', more: `${status.reason} Next attempt in ${seconds} s. ${shows}`};
  }
  if (status.phase === 'connecting') return {kind: 'warning', text: 'Connecting …', more: shows};
  if (!state.body) return {kind: 'warning', text: 'Waiting for the mesh', more: 'The monitor has not told of the body yet.'};
  const ill = troubles(state.services, state.body);
  if (ill.length > 0) {
    const {process, state: phase, note} = ill[0];
    const others = ill.length > 1 ? ` (and ${ill.length - 1} more)` : '';
    return {kind: 'warning', text: `${process} is ${phase}${others}`, more: note};
  }
  const used = state.heard.use;
  const patience = staleMs + perSpeedMs * paceOf(state.recording);
  if (used !== undefined && now - used > patience) {
    return {kind: 'warning', text: 'Nothing new', more: `The monitor last told how the mesh is used ${age(now - used)} ago.`};
  }
  if (state.recording) {
    const what = state.recording.playing ? `plays at ${state.recording.speed}×` : 'stands still';
    return {kind: 'note', text: 'Recording', more: `of ${new Date(now).toLocaleString()}, ${what}`};
  }
  return {kind: 'good', text: 'Live', more: used === undefined ? '' : `as of ${age(now - used)}${now - used < 2000 ? '' : ' ago'}`};
}

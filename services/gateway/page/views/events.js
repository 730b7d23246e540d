// What happened, as the store keeps it, the newest first.

import {age} from '../core/format.js';
import {html} from '../vendor/preact.js';
import {useLoaded, useMesh} from '../parts/context.js';
import {Badge, Card, Failure, Field, Notice, Select} from '../parts/ui.js';

const shownAtMost = 200;
const againMs = 5000;

/** Those of a kind whose words hold what is looked for; pure. */
export function chosenEvents(events, kind, text) {
  const wanted = (text ?? '').toLowerCase();
  return events.filter((event) => (!kind || event.kind === kind) &&
      `${event.kind} ${event.subject} ${event.text}`.toLowerCase().includes(wanted));
}

export function EventsView() {
  const {api, state, settings, set, now} = useMesh();
  const {data, error, loading} = useLoaded(() => api.get('/api/events', {limit: shownAtMost}),
      [state.plan?.id, Math.floor(Date.now() / againMs)]);
  const all = data?.events ?? [];
  const events = chosenEvents(all, settings.kind, settings.find);
  return html`<${Card} title="Events">
    <div class="fields"><${Select} label="Kind" value=${settings.kind ?? ''} options=${[...new Set(all.map((event) => event.kind))].sort()}
        onChange=${(kind) => set({kind})} empty="all" />
      <${Field} label="Find" type="search" value=${settings.find ?? ''} onInput=${(find) => set({find})} /></div>
    <${Failure} error=${error} />
    ${loading && !data && html`<p class="quiet">Asking …</p>`}
    ${data && events.length === 0 && html`<${Notice}>${all.length === 0 ? 'Nothing has happened yet.' : 'No event is like that.'}<//>`}
    <ol class="events">${events.map((event) => html`<li key=${`${event.at_unix_ns} ${event.subject}`} class="event">
      <div class="event-head"><${Badge}>${event.kind}<//> <strong>${event.subject}</strong>
        <span class="quiet" title=${new Date(event.at_unix_ns / 1e6).toISOString()}>${age(now - event.at_unix_ns / 1e6)} ago</span></div>
      <p>${event.text}</p></li>`)}</ol><//>`;
}

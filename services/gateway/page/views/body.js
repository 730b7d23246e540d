// The first view: who wears what, what runs where, what is sent between them, and devices that come and go.

import {Answers} from '../body/answers.js';
import {DeviceCard} from '../body/device_card.js';
import {Figure} from '../body/figure.js';
import {bytes, layers, percent} from '../core/format.js';
import {isAway, linksOf, phaseOf, residentOn} from '../core/reading.js';
import {useMesh} from '../parts/context.js';
import {html} from '../vendor/preact.js';
import {Card, Notice} from '../parts/ui.js';

const litMs = 1500;

/** Layers in short: `2–5`, or `2`. */
function span({first, last}) {
  return first === last ? `${first}` : `${first}–${last}`;
}

/** What the picture says of each device; pure. */
export function figureDevices(state, now) {
  const recent = new Set(state.answers.filter((answer) => now - answer.at < litMs).flatMap((answer) => answer.devices));
  return state.body.devices.map(({id}) => {
    const away = isAway(state.body, id);
    const busy = state.use?.units.find((unit) => unit.device === id && unit.unit === 'accelerator')?.busy ?? 0;
    const chunks = residentOn(state.plan, id);
    const [first] = chunks;
    const more = chunks.length > 1 ? ` +${chunks.length - 1}` : '';
    const detail = away ? 'away' : first ? `${first.app} ${span(first)}${more}` : '';
    const holds = chunks.map((chunk) => `${chunk.app} ${layers(chunk.first, chunk.last)}`).join(', ') || 'holds nothing';
    return {id, detail, isAway: away, isLit: !away && recent.has(id), load: away ? 0 : Math.min(1, busy),
      label: `${id}: ${away ? 'away' : `${holds}, accelerator ${percent(busy)} busy`}`};
  });
}

function figureLinks(state, now) {
  const recent = new Set(state.answers.filter((answer) => now - answer.at < litMs).map((answer) => answer.app));
  return linksOf(state.plan).map((link) => ({...link, isLit: link.apps.some((app) => recent.has(app)),
    text: `${link.from} to ${link.to}: ${bytes(link.bytesPerSecond)} a second for ${link.apps.join(', ')}`}));
}

function Summary({state, go}) {
  const running = state.apps.filter((app) => phaseOf(app) === 'running');
  const waiting = state.apps.filter((app) => phaseOf(app) === 'waiting');
  if (running.length + waiting.length === 0) {
    if (state.recording) return html`<${Notice}>No app runs at this moment.<//>`;
    return html`<${Notice}>No app runs now. <button class="link" onClick=${() => go('apps')}>Start one</button>
      and watch its work move over the body.<//>`;
  }
  return html`<p class="about">${running.length} ${running.length === 1 ? 'app runs' : 'apps run'}${waiting.length > 0
      ? `, ${waiting.length} ${waiting.length === 1 ? 'waits' : 'wait'} for room` : ''}. A ring around a device shows how busy
    its accelerator is; arrows show what is sent.</p>`;
}

export function BodyView() {
  const {state, now, settings, set, go} = useMesh();
  if (!state.body) return html`<${Notice}>Waiting for the mesh to tell who is there …<//>`;
  const choose = (id) => {
    set({device: settings.device === id ? '' : id});
    document.getElementById(`device-${id}`)?.scrollIntoView({block: 'nearest'});
  };
  return html`<div class="body-view">
    <${Card} title="On the body" class="picture">
      <${Summary} state=${state} go=${go} />
      <${Figure} devices=${figureDevices(state, now)} links=${figureLinks(state, now)} chosen=${settings.device} onChoose=${choose} />
      <p class="quiet">Link between all devices: ${state.body.link.name}, ${
        state.body.link.bytes_per_second.value > 0 ? `${bytes(state.body.link.bytes_per_second.value)} a second` : 'unlimited'}.</p>
    <//>
    <div class="beside">
      <${Card} title="Latest answers">
        ${state.answers.length === 0 ? html`<p class="quiet">None yet.</p>`
          : html`<${Answers} answers=${state.answers} apps=${state.apps} now=${now} />`}<//>
      <div class="devices">${state.body.devices.map((device) => html`<${DeviceCard} key=${device.id} device=${device}
        isAway=${isAway(state.body, device.id)} isChosen=${settings.device === device.id} />`)}</div>
    </div>
  </div>`;
}

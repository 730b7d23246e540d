// One device in words and bars: what it holds, what it is doing, how long its battery lasts.

import {bytes, hours, layers, percent, power, word} from '../core/format.js';
import {residentOn} from '../core/reading.js';
import {useAction, useMesh} from '../parts/context.js';
import {html} from '../vendor/preact.js';
import {AppName, Badge, Bar, Failure} from '../parts/ui.js';

function Resident({state, id}) {
  const chunks = residentOn(state.plan, id);
  const memory = state.plan?.memory.find((one) => one.device === id);
  if (chunks.length === 0) return html`<p class="quiet">Holds no part of a model now.</p>`;
  return html`<ul class="resident">${chunks.map((chunk) => html`<li key=${`${chunk.app} ${chunk.first}`}>
      <${AppName} app=${chunk.app} apps=${state.apps} /> ${layers(chunk.first, chunk.last)} of ${chunk.model}</li>`)}
    ${memory && html`<li class="quiet">${bytes(memory.weight_bytes)} of weights in all</li>`}</ul>`;
}

function Battery({state, id}) {
  const use = state.use?.devices?.find((one) => one.device === id);
  const left = use?.battery_percent ?? state.body.batteries?.[id];
  if (left === undefined) return null;
  const planned = state.plan?.devices.find((one) => one.device === id);
  const lasts = use?.hours ?? planned?.hours;
  const draws = use?.power_mw ?? planned?.power_mw;
  return html`<${Bar} share=${left / 100} label="Battery"
    text=${`${left} %`} />
    ${draws && html`<p class="quiet">Draws ${power(draws)}${lasts ? `, lasts ${hours(lasts)} so` : ''}</p>`}`;
}

function Units({state, id}) {
  const units = (state.use?.units ?? []).filter((unit) => unit.device === id);
  return units.map(({unit, busy, queue}) => html`<${Bar} key=${unit} share=${busy} label=${word(unit)} strong=${busy > 0.9}
    text=${`${percent(busy)} busy${queue > 0 ? `, ${queue} waiting` : ''}`} />`);
}

function ComeAndGo({id, isAway}) {
  const {api} = useMesh();
  const {busy, error, run} = useAction();
  const act = () => run(() => api.post(isAway ? '/api/join' : '/api/leave', {device: id}));
  return html`<button disabled=${busy} onClick=${act}>${isAway ? 'Let it come back' : 'Take it away'}</button>
    <${Failure} error=${error} />`;
}

export function DeviceCard({device, isAway, isChosen}) {
  const {state} = useMesh();
  const {id} = device;
  const offers = [...(device.sensors ?? []).map((sensor) => sensor.capability), ...(device.actuators ?? [])];
  return html`<article class=${`device ${isChosen ? 'chosen' : ''} ${isAway ? 'away' : ''}`} id=${`device-${id}`} aria-label=${id}>
    <header><h3>${id}</h3>
      <${Badge} kind=${isAway ? 'warning' : 'good'}>${isAway ? 'away' : 'here'}<//></header>
    <p class="quiet">${[state.body.device_profiles?.[device.profile]?.accelerator ?? device.profile, ...offers].join(' · ')}</p>
    ${isAway && html`<p>${state.body.notes?.[id] ?? 'It was taken away, or can not be reached.'}</p>`}
    ${!isAway && html`<${Resident} state=${state} id=${id} />
      <div class="bars"><${Battery} state=${state} id=${id} /><${Units} state=${state} id=${id} /></div>`}
    ${!state.recording && html`<${ComeAndGo} id=${id} isAway=${isAway} />`}
  </article>`;
}

// What the page knows of the mesh: the newest state of each kind, when it was heard, and the latest answers of the apps.
// Pure: every event makes a new state from the one before.

import {shownNow} from './recording.js';

const kinds = ['body', 'apps', 'plan', 'services', 'use'];
const answersKept = 40;
const samplesKept = 600;  // of rates: ten minutes

export const nothingKnown = {
  body: null, apps: [], plan: null, services: [], use: null, sensors: [],
  heard: {},     // when each kind was last told, ms
  answers: [],   // results and failures of runs, newest first
  samples: [],   // {at, rates: {app: runs per second}}, oldest first
  modelNowNs: 0, // model time of the last snapshot
  recording: null, // what is shown in place of a mesh, as recording.js has it
  jumps: 0,        // snapshots of recordings: each may be of any other moment
  dropped: 0,    // events that this page was too slow for
};

/** Lists travel inside a message of one field; a snapshot may hold either. */
function unwrapped(kind, value) {
  if (kind !== 'apps' && kind !== 'services') return value ?? null;
  return Array.isArray(value) ? value : value?.[kind] ?? [];
}

function withSample(state, use, now) {
  if (!use) return state;
  const rates = Object.fromEntries(use.pipelines.map((one) => [one.app, one.runs_per_second]));
  return {...state, samples: [...state.samples, {at: now, rates}].slice(-samplesKept)};
}

function withAnswer(state, answer) {
  return {...state, answers: [answer, ...state.answers].slice(0, answersKept)};
}

function fromSnapshot(state, snapshot, wallMs) {
  const recording = snapshot.recording ? {...snapshot.recording, toldAt: wallMs} : null;
  const now = shownNow(recording, wallMs);
  const next = {...state, sensors: snapshot.sensors ?? [], modelNowNs: snapshot.model_now_ns ?? 0, heard: {}, recording};
  if (recording) Object.assign(next, {answers: [], samples: [], jumps: state.jumps + 1});
  for (const kind of kinds) {
    next[kind] = unwrapped(kind, snapshot[kind]);
    const age = snapshot.age_ms?.[kind];
    if (age !== undefined && age !== null && age >= 0) next.heard[kind] = now - age;
  }
  return next;
}

/** The state after an event of the stream. `wallMs` is the time of the page. */
export function afterEvent(state, event, data, wallMs) {
  if (event === 'snapshot') return fromSnapshot(state, data, wallMs);
  if (event === 'recording') return {...state, recording: {...data, toldAt: wallMs}};
  const now = shownNow(state.recording, wallMs);
  if (kinds.includes(event)) {
    const next = {...state, [event]: unwrapped(event, data), heard: {...state.heard, [event]: now}};
    return event === 'use' ? withSample(next, data, now) : next;
  }
  if (event === 'result') {
    return withAnswer(state, {at: now, app: data.run.key.app, run: data.run.key.run, label: data.label,
      labelName: data.label_name ?? '', devices: data.run.devices, generated: data.run.generated ?? false,
      latencyNs: data.ended_ns - data.run.began_ns, energyUj: data.run.energy_uj});
  }
  if (event === 'failed') {
    return withAnswer(state, {at: now, app: data.key.app, run: data.key.run, failure: data.reason, devices: [data.device]});
  }
  if (event === 'dropped') return {...state, dropped: state.dropped + data.count};
  return state;
}

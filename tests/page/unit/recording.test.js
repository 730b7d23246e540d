import assert from 'node:assert/strict';
import test from 'node:test';
import {afterEvent, nothingKnown} from '../../../services/gateway/page/core/mesh_state.js';
import {clockText, paceOf, positionMs, shownNow} from '../../../services/gateway/page/core/recording.js';
import {verdict} from '../../../services/gateway/page/core/verdict.js';

const started = Date.UTC(2026, 2, 1, 12);
const told = (changes = {}) => ({file: 'a.rec', started_unix_ns: started * 1e6, length_ns: 60e9, at_ns: 10e9, speed: 10, playing: true,
  note: '', apps: [], plans: 1, departures: 0, ...changes});

test('the moment goes on at the speed of the recording, to its end', () => {
  const recording = {...told(), toldAt: 1000};
  assert.equal(positionMs(recording, 1000), 10000);
  assert.equal(positionMs(recording, 2000), 20000);
  assert.equal(positionMs(recording, 99000), 60000);
  assert.equal(positionMs({...recording, playing: false}, 2000), 10000);
  assert.equal(shownNow(recording, 1500), started + 15000);
  assert.equal(shownNow(null, 1500), 1500);
  assert.deepEqual([paceOf(null), paceOf(recording), paceOf({...recording, playing: false})], [1, 10, 0]);
});

test('times are told as players tell them', () => {
  assert.deepEqual([0, 7900, 65000, 3723000].map(clockText), ['0:00', '0:07', '1:05', '1:02:03']);
});

test('what is heard, and when, is by the time of the recording', () => {
  let state = afterEvent(nothingKnown, 'snapshot', {apps: [], age_ms: {use: 400}, recording: told()}, 5000);
  assert.equal(state.heard.use, started + 10000 - 400);
  state = afterEvent(state, 'use', {pipelines: []}, 5100);
  assert.equal(state.heard.use, started + 11000);
  assert.equal(state.samples.at(-1).at, started + 11000);
});

test('a seek forgets what was seen of another time', () => {
  let state = afterEvent(nothingKnown, 'snapshot', {apps: [], recording: told()}, 5000);
  state = afterEvent(state, 'failed', {key: {app: 'digits', run: 4, attempt: 1}, device: 'ring', reason: 'gone'}, 5100);
  assert.equal(state.answers.length, 1);
  state = afterEvent(state, 'snapshot', {apps: [], recording: told({at_ns: 0})}, 5200);
  assert.deepEqual([state.answers, state.samples, state.jumps], [[], [], 2]);
  state = afterEvent(state, 'recording', told({at_ns: 3e9, playing: false}), 5300);
  assert.deepEqual([state.recording.at_ns, state.recording.toldAt, state.jumps], [3e9, 5300, 2]);
});

test('the head says that a recording is shown, and not that it is old', () => {
  const body = {devices: [], absent: []};
  let state = afterEvent(nothingKnown, 'snapshot', {body, apps: [], services: [], age_ms: {use: 100}, recording: told({speed: 50})}, 5000);
  const at = (wall) => verdict(state, {phase: 'live'}, shownNow(state.recording, wall), wall);
  assert.equal(at(5000).text, 'Recording');
  assert.match(at(5000).more, /plays at 50×/);
  assert.equal(at(5500).text, 'Recording', '25 recorded seconds, of which the news are half a second on their way');
  state = afterEvent(state, 'recording', told({playing: false}), 5300);
  assert.match(at(99000).more, /stands still/);
});

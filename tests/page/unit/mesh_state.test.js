import assert from 'node:assert/strict';
import test from 'node:test';
import {afterEvent, nothingKnown} from '../../../services/gateway/page/core/mesh_state.js';

const result = (app, run, label) => ({run: {key: {app, run, attempt: 1}, began_ns: 1e9, devices: ['glasses', 'watch'], energy_uj: 5},
  ended_ns: 1.25e9, label, label_name: 'seven'});

test('a snapshot replaces all that was known, but keeps the answers that were seen', () => {
  let state = afterEvent(nothingKnown, 'body', {name: 'old', devices: [], absent: []}, 1000);
  state = afterEvent(state, 'result', result('digits', 3, 7), 1500);
  state = afterEvent(state, 'snapshot', {body: null, apps: [{phase: 'running'}], plan: null, services: {services: [1]}, use: null,
    age_ms: {apps: 400}}, 2000);
  assert.equal(state.body, null);
  assert.equal(state.apps.length, 1);
  assert.deepEqual(state.services, [1]);
  assert.deepEqual(state.heard, {apps: 1600});
  assert.equal(state.answers.length, 1);
});

test('an event replaces its kind alone and says when it was heard', () => {
  const before = afterEvent(nothingKnown, 'plan', {id: 4}, 1000);
  const after = afterEvent(before, 'apps', {apps: [{phase: 'running'}]}, 3000);
  assert.equal(after.plan.id, 4);
  assert.deepEqual(after.heard, {plan: 1000, apps: 3000});
  assert.deepEqual(before.apps, []);
});

test('results and failures become answers, the newest first', () => {
  let state = afterEvent(nothingKnown, 'result', result('digits', 3, 7), 1000);
  state = afterEvent(state, 'failed', {key: {app: 'digits', run: 4, attempt: 1}, device: 'ring', reason: 'gone'}, 1100);
  assert.deepEqual(state.answers.map((answer) => answer.run), [4, 3]);
  assert.equal(state.answers[0].failure, 'gone');
  assert.equal(state.answers[1].latencyNs, 0.25e9);
  for (let run = 0; run < 100; ++run) state = afterEvent(state, 'result', result('digits', run, 1), 2000);
  assert.equal(state.answers.length, 40);
});

test('use gives a sample of rates each time, and only so many are kept', () => {
  let state = nothingKnown;
  for (let i = 0; i < 700; ++i) state = afterEvent(state, 'use', {pipelines: [{app: 'digits', runs_per_second: i}]}, i);
  assert.equal(state.samples.length, 600);
  assert.equal(state.samples.at(-1).rates.digits, 699);
});

test('what is not known changes nothing', () => {
  assert.equal(afterEvent(nothingKnown, 'weather', {}, 1), nothingKnown);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import * as reading from '../../../services/gateway/page/core/reading.js';

const way = {share: 1, source: 'glasses', target: 'watch', chunks: [{device: 'glasses', first_layer: 0, last_layer: 2},
  {device: 'watch', first_layer: 3, last_layer: 4}], steps: [{kind: 'sense', device: 'glasses'},
  {kind: 'transfer', device: 'glasses', to: 'watch', bytes: 100}, {kind: 'interact', device: 'watch'}]};
const plan = {pipelines: [{app: 'digits', model: 'digits', runs_per_second: 20, runs_per_cycle: 1, cycle_ns: 50e6, executions: [way]}],
  units: [{device: 'glasses', unit: 'tx', busy_ns: 50e6, order: [{pipeline: 0}]},
    {device: 'watch', unit: 'cpu', busy_ns: 5e6, order: [{pipeline: 0}]}],
  memory: []};

test('a device holds the layers that the plan puts there', () => {
  assert.deepEqual(reading.residentOn(plan, 'watch'), [{app: 'digits', model: 'digits', first: 3, last: 4}]);
  assert.deepEqual(reading.residentOn(plan, 'ring'), []);
  assert.deepEqual(reading.residentOn(null, 'ring'), []);
});

test('a way tells each stay once', () => {
  assert.deepEqual(reading.devicesOfWay(way), ['glasses', 'watch']);
  assert.deepEqual(reading.devicesOfWay({...way, target: 'glasses'}), ['glasses', 'watch', 'glasses']);
});

test('links carry what the plan sends a second', () => {
  assert.deepEqual(reading.linksOf(plan), [{from: 'glasses', to: 'watch', apps: ['digits'], bytesPerSecond: 2000}]);
});

test('loads are shares of the cycle, the most loaded first; a paced app leaves more room', () => {
  assert.deepEqual(reading.loadsOf(plan).map((one) => one.load), [1, 0.1]);
  const paced = {...plan, pipelines: [{...plan.pipelines[0], paced: true, runs_per_second: 10}]};
  assert.equal(reading.loadsOf(paced)[0].load, 0.5);
});

test('an app waits when it runs by no plan', () => {
  assert.equal(reading.phaseOf({phase: 'running', plan_id: 0}), 'waiting');
  assert.equal(reading.phaseOf({phase: 'running', plan_id: 3}), 'running');
  assert.equal(reading.phaseOf({phase: 'stopped', plan_id: 3}), 'stopped');
});

test('an app can be asked through a fed sensor that it looks at', () => {
  const status = {phase: 'running', plan_id: 1, request: {app: 'digits', sensing: {needs: 'camera'}}};
  const sensors = [{device: 'glasses', capability: 'camera', feed: true}, {device: 'belt', capability: 'camera', feed: true},
    {device: 'glasses', capability: 'imu', feed: true}];
  assert.deepEqual(reading.feedsOf({plan, sensors}, status).map((one) => one.device), ['glasses']);
  assert.deepEqual(reading.feedsOf({plan: null, sensors}, status).map((one) => one.device), ['glasses', 'belt']);
  assert.deepEqual(reading.feedsOf({plan, sensors: [{...sensors[0], feed: false}]}, status), []);
  assert.deepEqual(reading.feedsOf({plan: null, sensors}, {request: {...status.request, sensing: {needs: 'camera', on: 'belt'}}})
      .map((one) => one.device), ['belt']);
});

test('processes that are not well are told with their note', () => {
  const services = [{process: 'planner', state: 'ready', note: ''},
    {process: 'store', state: 'ready', note: 'the disk is full', counters: {trouble: 1}},
    {process: 'executor/ring', state: 'silent'}];
  assert.deepEqual(reading.troubles(services, {absent: []}).map((one) => one.process), ['store', 'executor/ring']);
  assert.deepEqual(reading.troubles(services, {absent: ['ring']}).map((one) => one.process), ['store']);
});

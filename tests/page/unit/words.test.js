import assert from 'node:assert/strict';
import test from 'node:test';
import {choices, emptyForm, formOf, missingIn, requestOf} from '../../../services/gateway/page/apps/request.js';
import {appRows} from '../../../services/gateway/page/apps/rows.js';
import * as format from '../../../services/gateway/page/core/format.js';
import {parseRoute, searchOf} from '../../../services/gateway/page/core/route.js';
import {takeToken} from '../../../services/gateway/page/core/token.js';
import {stretchesOf, timeOf} from '../../../services/gateway/page/history/stretches.js';

test('an address tells a view and its settings, and a strange one the first view', () => {
  assert.deepEqual(parseRoute('?view=plan&x=1'), {view: 'plan', settings: {x: '1'}});
  assert.equal(parseRoute('?view=nonsense').view, 'body');
  const route = {view: 'timeline', settings: {last: '20', row: 'a b'}};
  assert.deepEqual(parseRoute(searchOf(route)), route);
  assert.equal(searchOf({view: 'body', settings: {device: ''}}), '?view=body');
});

test('the token is taken out of the address and kept for the tab', () => {
  const kept = new Map();
  const storage = {getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value)};
  let shown;
  const history = {state: null, replaceState: (state, title, address) => { shown = address; }};
  assert.equal(takeToken({hash: '#token=abc', pathname: '/', search: '?view=plan'}, history, storage), 'abc');
  assert.equal(shown, '/?view=plan');
  assert.equal(takeToken({hash: '', pathname: '/', search: ''}, history, storage), 'abc');
});

test('numbers have three digits that matter', () => {
  assert.deepEqual([0, 0.1234, 1.234, 12.34, 123.4, 12345, 1234567].map(format.number),
      ['0', '0.123', '1.23', '12.3', '123', '12\u202f345', '1\u202f234\u202f567']);
  assert.deepEqual([0, 93, -1234, 208261].map(format.whole), ['0', '93', '-1\u202f234', '208\u202f261']);
  assert.equal(format.duration(1.5e6), '1.50 ms');
  assert.equal(format.duration(NaN), '–');
  assert.equal(format.age(1500), 'now');
  assert.equal(format.age(65000), '65 s');
  assert.equal(format.layers(2, 2), 'layer 2');
});

test('a form becomes a request without what is empty, and back', () => {
  const form = {...emptyForm, app: ' kws ', model: 'kws', sensor: 'microphone', output: 'display', rate: '5', repeat: true};
  const request = requestOf(form);
  assert.deepEqual(request, {app: 'kws', model: 'kws', sensing: {needs: 'microphone'}, interaction: {needs: 'display'}, rate: 5, repeat: true});
  assert.deepEqual(requestOf(formOf(request)), request);
  assert.equal(missingIn(form), '');
  assert.match(missingIn(emptyForm), /a name, a model/);
});

test('choices are what the body offers', () => {
  const body = {devices: [{id: 'glasses', sensors: [{capability: 'camera'}], actuators: ['display']}, {id: 'watch', actuators: ['display']}]};
  const found = choices(body, []);
  assert.deepEqual(found.sensors, ['camera']);
  assert.deepEqual(found.devicesOf('display'), ['glasses', 'watch']);
});

test('rows of apps have what was asked, granted and measured; those that ended have no rate', () => {
  const status = (app, phase, plan_id) => ({request: {app, model: 'm', rate: 8, sensing: {}, interaction: {}}, phase, plan_id});
  const way = {share: 1, source: 'a', target: 'b', chunks: [{device: 'a'}]};
  const rows = appRows({apps: [status('done', 'finished', 1), status('on', 'running', 2)],
    plan: {pipelines: [{app: 'on', runs_per_second: 7, bottleneck: 'a tx', executions: [way]}]},
    use: {pipelines: [{app: 'on', runs_per_second: 6.5, latency_p50_us: 10, energy_uj: 3}, {app: 'done', runs_per_second: 1}]}});
  assert.deepEqual(rows.map((row) => row.app), ['on', 'done']);
  assert.deepEqual([rows[0].asked, rows[0].granted, rows[0].measured, rows[0].way], [8, 7, 6.5, 'a → b']);
  assert.deepEqual([rows[1].granted, rows[1].measured], [null, null]);
});

test('each plan has its part of the strip, the oldest first', () => {
  const at = Date.parse('2026-03-01T10:00:00Z');
  assert.equal(timeOf('2026-03-01 10:00:00'), at);
  const stretches = stretchesOf([{id: 2, made: '2026-03-01 10:03:00'}, {id: 1, made: '2026-03-01 10:00:00'}], at + 240e3);
  assert.deepEqual(stretches.map((one) => one.plan.id), [1, 2]);
  assert.ok(Math.abs(stretches[0].share - 0.75) < 1e-9);
  assert.ok(Math.abs(stretches.reduce((sum, one) => sum + one.share, 0) - 1) < 1e-9);
});

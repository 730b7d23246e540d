import assert from 'node:assert/strict';
import test from 'node:test';
import {moved, rectangles, ticks, timeOf, xOf, zoomed} from '../../../services/gateway/page/timeline/geometry.js';
import {firstAbove, Lane, Lanes} from '../../../services/gateway/page/timeline/lanes.js';
import {describeTask} from '../../../services/gateway/page/timeline/task_text.js';
import {waitOf} from '../../../services/gateway/page/timeline/waiting.js';

const task = (run, begin_ns, end_ns, more = {}) =>
  ({app: 'a', run, attempt: 1, kind: 'infer', step: 2, units: ['accelerator'], begin_ns, end_ns, ...more});

/** What `rectangles` gives, found without any halving: one a task, or one a pixel. */
function rectanglesPlainly(lane, span, width) {
  const scale = width / (span.to - span.from);
  const covered = new Set();
  for (let i = 0; i < lane.count; ++i) {
    if (lane.ends[i] <= span.from || lane.begins[i] >= span.to) continue;
    const x = Math.max(0, Math.floor((lane.begins[i] - span.from) * scale));
    covered.add(x);
  }
  return covered;
}

test('the time under the pointer stays there when zooming', () => {
  const span = {from: 1e9, to: 3e9};
  for (const x of [0, 123, 500, 1000]) {
    for (const factor of [0.1, 0.5, 2, 7]) {
      const next = zoomed(span, 1000, x, factor);
      assert.ok(Math.abs(timeOf(next, 1000, x) - timeOf(span, 1000, x)) < 1);
      assert.ok(Math.abs((next.to - next.from) - 2e9 * factor) < 1);
    }
  }
});

test('zooming ends at 2 µs and at ten minutes', () => {
  let span = {from: 5e12, to: 5e12 + 1e9};
  for (let i = 0; i < 50; ++i) span = zoomed(span, 800, 400, 0.3);
  assert.ok(Math.abs(span.to - span.from - 2e3) < 2);
  for (let i = 0; i < 50; ++i) span = zoomed(span, 800, 400, 3);
  assert.ok(Math.abs(span.to - span.from - 600e9) < 1e3);
});

test('places and times are each other\'s inverse, and moving keeps the length', () => {
  const span = moved({from: 2e9, to: 4e9}, 5e8);
  assert.deepEqual(span, {from: 2.5e9, to: 4.5e9});
  assert.equal(xOf(span, 400, timeOf(span, 400, 100)), 100);
});

test('halving finds what looking at each finds', () => {
  const values = Float64Array.from([1, 2, 2, 2, 5, 8]);
  for (let limit = 0; limit < 10; ++limit) {
    assert.equal(firstAbove(values, 6, limit), [...values].filter((value) => value <= limit).length);
  }
});

test('tasks stand in order, once each, whatever order they come in', () => {
  const lane = new Lane('watch', 'accelerator');
  const tasks = Array.from({length: 500}, (_, i) => task(i, i * 10, i * 10 + 7));
  for (const i of [...tasks.keys()].sort((a, b) => (a * 7919) % 500 - (b * 7919) % 500)) {
    lane.add(tasks[i]);
    lane.add({...tasks[i]});
  }
  assert.equal(lane.count, 500);
  assert.deepEqual(lane.tasks, tasks);
  assert.deepEqual([...lane.begins.subarray(0, 500)], tasks.map((one) => one.begin_ns));
});

test('a lane keeps its newest tasks', () => {
  const lane = new Lane('watch', 'accelerator');
  for (let i = 0; i < 40000; ++i) lane.add(task(i, i * 10, i * 10 + 7));
  assert.ok(lane.count <= 16384 && lane.count >= 8192);
  assert.equal(lane.tasks.at(-1).run, 39999);
  assert.equal(lane.tasks.length, lane.count);
  assert.equal(lane.begins[0], lane.tasks[0].begin_ns);
});

test('the task under the pointer is found, also a little beside it', () => {
  const lane = new Lane('watch', 'accelerator');
  for (let i = 0; i < 100; ++i) lane.add(task(i, i * 100, i * 100 + 50));
  assert.equal(lane.at(725), 7);
  assert.equal(lane.at(760), -1);
  assert.equal(lane.at(760, 15), 7);
});

test('rectangles cover just the pixels in which tasks begin, at any zoom', () => {
  const lane = new Lane('watch', 'accelerator');
  let time = 0;
  for (let i = 0; i < 5000; ++i) {
    const length = 1 + (i * 7919) % 997;
    lane.add(task(i, time, time + length));
    time += length + (i * 31) % 500;
  }
  for (const span of [{from: 0, to: time}, {from: 1000, to: 60000}, {from: time / 2, to: time / 2 + 3000}]) {
    const seen = new Set();
    let tasks = 0;
    rectangles(lane, span, 900, (x, right, first, last) => {
      assert.ok(right > x && x >= 0 && right <= 900, `${x} to ${right}`);
      seen.add(Math.floor(x));
      tasks += last - first + 1;
    });
    const plain = rectanglesPlainly(lane, span, 900);
    assert.deepEqual([...seen].sort((a, b) => a - b), [...plain].sort((a, b) => a - b));
    const inside = lane.tasks.filter((one) => one.end_ns > span.from && one.begin_ns <= span.to).length;
    assert.equal(tasks, inside);
  }
});

test('a task that is wide enough is drawn to its end, whoever begins in the same pixel before it', () => {
  const lane = new Lane('watch', 'accelerator');
  lane.add(task(0, 100, 110));
  lane.add(task(1, 120, 130));
  lane.add(task(2, 140, 2000));
  const drawn = [];
  rectangles(lane, {from: 0, to: 10000}, 100, (x, right, first, last) => drawn.push([first, last, Math.round(right)]));
  assert.deepEqual(drawn, [[0, 1, 2], [2, 2, 20]]);
});

test('what is drawn of 100 000 tasks is bounded by the width', () => {
  const lanes = new Lanes();
  for (let n = 0; n < 8; ++n) {
    lanes.add({device: `d${n}`, now_ns: 1e9, tasks: Array.from({length: 12500}, (_, i) => task(i, i * 1000, i * 1000 + 900))});
  }
  let drawn = 0;
  for (const lane of lanes.all()) rectangles(lane, {from: 0, to: 12500e3}, 1000, () => ++drawn);
  assert.ok(drawn <= 8 * 1001, `${drawn}`);
  assert.ok(drawn >= 8 * 999, `${drawn}`);
});

test('rows keep their order: devices as the body has them, then sensor to output', () => {
  const lanes = new Lanes();
  const units = (device, ...names) => lanes.add({device, now_ns: 10, tasks: names.map((unit, i) => task(i, i, i + 1, {units: [unit]}))});
  units('watch', 'actuator', 'rx');
  units('glasses', 'tx', 'cpu', 'sensor');
  units('stranger', 'cpu');
  assert.deepEqual(lanes.inOrder(['glasses', 'watch']).map((lane) => `${lane.device} ${lane.unit}`),
      ['glasses sensor', 'glasses cpu', 'glasses tx', 'watch rx', 'watch actuator', 'stranger cpu']);
});

test('model time that runs back is another mesh', () => {
  const lanes = new Lanes();
  lanes.add({device: 'watch', now_ns: 900e9, tasks: [task(1, 899e9, 899.1e9)]});
  lanes.add({device: 'watch', now_ns: 5e9, tasks: [task(1, 4e9, 4.1e9)]});
  assert.equal(lanes.get('watch', 'accelerator').count, 1);
  assert.equal(lanes.newest, 4.1e9);
});

/** Run 7 of `a` computed on the watch until 100 µs, then waits for tx, which run 6 of `b` holds until 350 µs. */
function busyLink() {
  const lanes = new Lanes();
  const us = 1e3;
  lanes.add({device: 'watch', now_ns: 1e9, tasks: [task(7, 50 * us, 100 * us),
    {app: 'b', run: 6, attempt: 1, kind: 'transfer', step: 4, units: ['tx'], begin_ns: 20 * us, end_ns: 350 * us},
    task(7, 350 * us, 400 * us, {kind: 'transfer', step: 3, units: ['tx']})]});
  lanes.add({device: 'glasses', now_ns: 1e9, tasks: [task(7, 350 * us, 400 * us, {kind: 'transfer', step: 3, units: ['rx']})]});
  return lanes;
}

test('a task that waited is told who held its unit', () => {
  const lanes = busyLink();
  const lane = lanes.get('watch', 'tx');
  const wait = waitOf(lanes, lane.tasks[1]);
  assert.equal(wait.waited, 250e3);
  assert.equal(wait.holder.task.app, 'b');
  assert.equal(wait.holder.unit, 'tx');
  assert.match(describeTask(lanes, lane, 1, 0).lines[1], /waited 250 µs: until then watch's sending was busy with b run 6 \(send\)/);
});

test('whose unit was free when it was ready is not told of those before', () => {
  const us = 1e3;
  const lanes = new Lanes();
  lanes.add({device: 'watch', now_ns: 1e9, tasks: [task(1, 0, 10 * us, {app: 'b'}),
    task(7, 0, 50 * us, {step: 1, units: ['cpu']}), task(7, 90 * us, 95 * us, {units: ['accelerator']})]});
  const wait = waitOf(lanes, lanes.get('watch', 'accelerator').tasks[1]);
  assert.deepEqual(wait, {waited: 40e3, holder: undefined});
  assert.match(describeTask(lanes, lanes.get('watch', 'accelerator'), 1, 0).lines[1], /for its turn in the plan's order/);
});

test('less than a microsecond is no waiting', () => {
  const lanes = new Lanes();
  lanes.add({device: 'watch', now_ns: 1e9, tasks: [task(1, 0, 50700, {app: 'b'}),
    task(7, 0, 50000, {step: 1, units: ['cpu']}), task(7, 50700, 95000, {units: ['accelerator']})]});
  assert.deepEqual(waitOf(lanes, lanes.get('watch', 'accelerator').tasks[1]), {waited: 0, holder: undefined});
});

test('a receiver waits for what its sender waits for', () => {
  const lanes = busyLink();
  assert.equal(waitOf(lanes, lanes.get('glasses', 'rx').tasks[0]).holder.device, 'watch');
});

test('a task that began at once did not wait, and a first step has nothing to wait for', () => {
  const lanes = new Lanes();
  lanes.add({device: 'watch', now_ns: 1e9, tasks: [task(1, 0, 100, {kind: 'sense', step: 0, units: ['sensor']}),
    task(1, 100, 300, {kind: 'prepare', step: 1, units: ['cpu']}), task(2, 9e5, 9e5 + 10, {kind: 'load', step: 2, units: ['cpu']})]});
  const text = (unit, index) => describeTask(lanes, lanes.get('watch', unit), index, 0).lines[1];
  assert.match(text('cpu', 0), /did not wait/);
  assert.match(text('sensor', 0), /first step/);
  assert.match(text('cpu', 1), /not known/);
});

test('the axis has round times that lie in view', () => {
  for (const length of [3e3, 4e4, 7e6, 1e9, 33e9]) {
    const span = {from: 1e12 + 12345, to: 1e12 + 12345 + length};
    const found = ticks(span, 1000, 1e12);
    assert.ok(found.length >= 4 && found.length <= 12, `${length}: ${found.length}`);
    for (const {time} of found) assert.ok(time >= span.from && time <= span.to);
    assert.equal(new Set(found.map((tick) => tick.text)).size, found.length);
  }
});

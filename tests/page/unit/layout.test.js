import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {centred} from '../../../services/gateway/page/draw/strokes.js';
import {figureHeight, figureWidth, layout} from '../../../services/gateway/page/body/layout.js';

const bodies = new URL('../../../deploy/bodies/', import.meta.url);

/** The ids of a body file's devices, as they are written there. */
const idsOf = (file) => [...readFileSync(new URL(file, bodies), 'utf8').matchAll(/\{id: ([\w-]+)/g)].map((found) => found[1]);
const at = (id) => layout([id])[0];

test('what is worn on head, wrist, finger, chest and foot stands there', () => {
  const [glasses, watch, ring, patch, shoe] = layout(['glasses', 'watch', 'ring', 'patch', 'shoe']);
  assert.ok(glasses.y < 120 && Math.abs(glasses.x - figureWidth / 2) < 5);
  assert.ok(patch.y > glasses.y && patch.y < watch.y);
  assert.ok(watch.y < ring.y && Math.abs(watch.x - ring.x) > 150, 'on different hands');
  assert.ok(shoe.y > ring.y);
});

test('left, right and other choose the side', () => {
  assert.ok(at('left-knee').x > figureWidth / 2, 'the wearer\'s left is on our right');
  assert.ok(at('right-knee').x < figureWidth / 2);
  assert.notEqual(at('earbud').x, at('other-earbud').x);
  assert.equal(at('watch-2').kind, 'watch');
});

test('a word inside another is not the word', () => {
  assert.equal(at('spring').kind, 'other');
  assert.equal(at('string-quartet').kind, 'other');
  assert.equal(at('Ring').kind, 'ring');
});

test('no device of a shipped body hides another, and no label another', () => {
  for (const file of readdirSync(bodies)) {
    const ids = idsOf(file);
    assert.ok(ids.length >= 4, file);
    const nodes = layout(ids);
    assert.deepEqual(nodes.map((node) => node.id), ids);
    for (const one of nodes) {
      assert.ok(one.x > 0 && one.x < figureWidth && one.y > 0 && one.y < figureHeight, `${file} ${one.id}`);
      for (const other of nodes) {
        if (one === other) continue;
        assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= 28, `${file}: ${one.id} and ${other.id}`);
        if (one.side === other.side) assert.ok(Math.abs(one.labelY - other.labelY) >= 30, `${file}: labels of ${one.id}, ${other.id}`);
      }
    }
  }
});

test('as many devices as a body may have, all named alike, still have a place each', () => {
  const nodes = layout(Array.from({length: 64}, (_, i) => `ring-${i}`));
  assert.equal(new Set(nodes.map((node) => `${node.x} ${node.y}`)).size, 64);
});

test('a drawing is moved to the middle and made as large as models are used to, its shape kept', () => {
  const small = [[[10, 10], [20, 10]], [[20, 10], [14, 34]]];
  const [[first, second], [, last]] = centred(small, 280);
  assert.deepEqual(first, centred(small.map((stroke) => stroke.map(([x, y]) => [x * 3 + 40, y * 3 + 7])), 280)[0][0]);
  assert.ok(Math.abs(last[1] - first[1] - 0.62 * 280) < 1e-6, 'its height fills the share');
  assert.ok(Math.abs((second[0] - first[0]) / (last[1] - first[1]) - 10 / 24) < 1e-9);
  assert.ok(Math.abs((first[0] + second[0]) / 2 - 140) < 1e-6 && Math.abs((first[1] + last[1]) / 2 - 140) < 1e-6);
});

test('a dot is not enlarged, and nothing stays nothing', () => {
  assert.deepEqual(centred([[[7, 7], [9, 7]]], 280), [[[139, 140], [141, 140]]]);
  assert.deepEqual(centred([], 280), []);
});

// The timeline under mouse, finger and keyboard, and with a hundred thousand tasks.

import assert from 'node:assert/strict';
import test from 'node:test';
import {withPage} from './support.js';

const spanOf = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));

async function shown(page) {
  await page.waitForFunction(() => document.querySelector('.timeline canvas').clientHeight > 200);
  return page.locator('.timeline canvas').boundingBox();
}

test('tasks are drawn in the colours of their apps', () => withPage(async ({page}) => {
  await shown(page);
  const colours = () => page.evaluate(() => {
    const canvas = document.querySelector('.timeline canvas');
    const {data} = canvas.getContext('2d').getImageData(200, 30, canvas.width - 200, canvas.height - 30);
    const found = new Set();
    for (let i = 0; i < data.length; i += 4) found.add(`${data[i]} ${data[i + 1]} ${data[i + 2]}`);
    return [...found];
  });
  await page.waitForTimeout(1500);
  const found = await colours();
  assert.ok(found.includes('124 196 232') && found.includes('242 181 107'), 'the first two apps');
}, {query: '?view=timeline'}));

test('the wheel zooms, dragging moves, and the address follows', () => withPage(async ({page}) => {
  const box = await shown(page);
  await page.mouse.move(box.x + 600, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 700, box.y + 100, {steps: 5});
  await page.mouse.up();
  await page.waitForFunction(() => location.search.includes('from='));
  const before = await spanOf(page);
  await page.mouse.wheel(0, -500);
  await page.waitForFunction((from) => new URLSearchParams(location.search).get('from') !== from, before.from);
  const after = await spanOf(page);
  assert.ok(Number(after.to) - Number(after.from) < Number(before.to) - Number(before.from));
  await page.getByRole('button', {name: 'Newest'}).click();
  await page.waitForFunction(() => location.search.includes('last='));
}, {query: '?view=timeline'}));

test('the keyboard chooses tasks and is told what they are and why they waited', () => withPage(async ({page}) => {
  await shown(page);
  await page.getByRole('button', {name: 'All'}).click();
  await page.locator('.timeline canvas').focus();
  const told = new Set();
  for (let row = 0; row < 6; ++row) {
    await page.keyboard.press('ArrowDown');
    for (let i = 0; i < 8; ++i) {
      await page.keyboard.press(',');
      told.add((await page.locator('.chosen-task').textContent()).match(/waited|did not wait|first step|not known/)?.[0]);
    }
  }
  assert.ok(told.has('waited') && told.has('did not wait') && !told.has(undefined), [...told].join());
  await page.keyboard.press('Escape');
  await page.getByText('Point at a task').waitFor();
}, {query: '?view=timeline'}));

test('pointing at a task tells of it', () => withPage(async ({page}) => {
  const box = await shown(page);
  await page.getByRole('button', {name: 'All'}).click();
  for (let x = 300; x < box.width; x += 7) {
    await page.mouse.move(box.x + x, box.y + 26 + 12);
    if (await page.locator('.tip').count() > 0) break;
  }
  assert.match(await page.locator('.tip').textContent(), /run \d+/);
}, {query: '?view=timeline'}));

test('a hundred thousand tasks can be moved and zoomed', () => withPage(async ({page, gateway, scenes}) => {
  await shown(page);
  const devices = scenes.whole.state.body.devices.map((device) => device.id);
  const now = gateway.snapshot().model_now_ns;
  const units = ['sensor', 'cpu', 'accelerator', 'tx', 'rx', 'actuator'];
  const each = Math.ceil(100000 / devices.length / units.length);
  for (const device of devices) {
    const tasks = units.flatMap((unit, u) => Array.from({length: each}, (_, i) => ({app: ['digits', 'w2-kws'][i % 2], run: i, attempt: 1,
      kind: 'infer', step: u, units: [unit], begin_ns: now - (each - i) * 2e6, end_ns: now - (each - i) * 2e6 + 1.7e6})));
    gateway.send('tasks', {device, now_ns: now, tasks});
  }
  await page.waitForTimeout(500);
  await page.getByRole('button', {name: 'All'}).click();
  const box = await page.locator('.timeline canvas').boundingBox();
  await page.mouse.move(box.x + 700, box.y + 200);
  const counted = page.evaluate(() => new Promise((resolve) => {
    let frames = 0;
    const began = performance.now();
    const turn = (at) => at - began > 2000 ? resolve(frames / (at - began) * 1000) : (++frames, requestAnimationFrame(turn));
    requestAnimationFrame(turn);
  }));
  await page.mouse.down();
  for (let i = 0; i < 60; ++i) {
    await page.mouse.move(box.x + 700 + 200 * Math.sin(i / 5), box.y + 200);
    if (i % 10 === 0) await page.mouse.wheel(0, i % 20 === 0 ? -300 : 300);
  }
  await page.mouse.up();
  console.log(`timeline: ${(await counted).toFixed(1)} frames a second with ${each * units.length * devices.length} tasks`);
}, {query: '?view=timeline'}));

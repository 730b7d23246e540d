// What the page weighs: bytes, requests, and when something is seen.

import assert from 'node:assert/strict';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import test from 'node:test';
import {gzipSync} from 'node:zlib';
import {withPage} from './support.js';

const filesIn = (folder) => readdirSync(folder, {recursive: true}).map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.includes('/licences/'));

test('all files together stay below 120 KB as they travel, compressed', () => {
  const files = filesIn(process.env.SYNERGY_PAGE).map((path) => readFileSync(path));
  const plain = files.reduce((sum, file) => sum + file.length, 0);
  const packed = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  console.log(`page: ${files.length} files, ${plain} bytes, ${packed} compressed`);
  assert.ok(packed < 120000, `${packed}`);
});

test('the first page names every module, so that none is found late', () => {
  const named = [...readFileSync(join(process.env.SYNERGY_PAGE, 'index.html'), 'utf8').matchAll(/modulepreload" href="([^"]+)"/g)]
      .map((found) => found[1]);
  const modules = filesIn(process.env.SYNERGY_PAGE).map((path) => relative(process.env.SYNERGY_PAGE, path))
      .filter((path) => path.endsWith('.js') && path !== 'main.js' && !path.includes('uPlot') && !path.endsWith('.worklet.js'));  // fetched when needed
  assert.deepEqual(named.sort(), modules.sort());
});

test('each library comes with its licence', () => {
  for (const library of ['htm', 'preact', 'uplot']) {
    assert.match(readFileSync(join(process.env.SYNERGY_PAGE, 'licences', `${library}.txt`), 'utf8'), /Licen[sc]e/i);
  }
});

test('nothing is asked of anybody else, and the first picture comes soon', () => withPage(async ({page, gateway}) => {
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  const files = new Set(gateway.requests.filter((path) => !path.startsWith('/api/')));
  console.log(`first paint after ${paint?.toFixed(0)} ms, ${files.size} files asked for`);
  assert.ok(!files.has('/vendor/uPlot.iife.min.js'), 'the chart is fetched when it is needed');
}));

test('what the stream says is soon on the screen', () => withPage(async ({page, gateway, scenes}) => {
  await page.evaluate(() => {
    window.seen = {};
    const name = document.querySelector('.body-name');
    const observer = new MutationObserver(() => { window.seen[name.textContent] ??= Date.now(); });
    observer.observe(name, {childList: true, characterData: true, subtree: true});
  });
  const sent = {};
  for (let i = 0; i < 60; ++i) {
    sent[`body-${i}`] = Date.now();
    gateway.send('body', {...scenes.whole.state.body, name: `body-${i}`});
    await page.waitForTimeout(130);
  }
  const seen = await page.evaluate(() => window.seen);
  const took = Object.keys(sent).filter((name) => seen[name]).map((name) => seen[name] - sent[name]).sort((a, b) => a - b);
  console.log(`from the stream to the screen: median ${took[took.length >> 1]} ms, worst ${took.at(-1)} ms of ${took.length}`);
  assert.ok(seen['body-59'], 'the last one is shown');
}));

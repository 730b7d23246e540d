// The page on a real mesh: answers come, a device is taken away and comes back, every process is killed in turn.

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {microphoneThatPlays, writeSpoken} from '../spoken.js';
import {draw, openBrowser} from './support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const programs = process.env.SYNERGY_BIN;
const folder = mkdtempSync(join(tmpdir(), 'page-mesh-'));
const runFolder = join(folder, 'run');
const environment = {...process.env, SYNERGY_RUN_DIR: runFolder, SYNERGY_BIN: programs};
const run = (program, ...words) => execFileSync(program, words, {env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
const mesh = (...words) => run(join(root, 'deploy/mesh'), ...words);
const synergy = (...words) => run(join(programs, 'synergy'), ...words);
const patience = {timeout: 90000};  // a watchdog: the machine may be busy

let browser;
let page;
let word;  // that the microphone hears
const problems = [];

before(async () => {
  mesh('up');
  const app = join(folder, 'digits.yaml');
  writeFileSync(app, readFileSync(join(root, 'deploy/apps/digits.yaml'), 'utf8').replace(/^runs:.*$/m, 'rate: 10'));
  synergy('submit', app);
  const spoken = join(folder, 'spoken.wav');
  word = writeSpoken(spoken);
  browser = await openBrowser(...microphoneThatPlays(spoken));
  page = await browser.newPage({viewport: {width: 1280, height: 860}, permissions: ['microphone']});
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(readFileSync(join(runFolder, 'gateway.url'), 'utf8').trim());
  await page.waitForSelector('main[data-ready=yes]', patience);
}, {timeout: 120000});

after(async () => {
  await browser?.close();
  mesh('down');
  rmSync(folder, {recursive: true, force: true});
});

/** Runs that have a result, as the page knows them. */
async function completed() {
  return Number((await page.locator('.table tr', {hasText: 'digits'}).locator('td[data-title=Runs]').textContent()).match(/^\d+/)[0]);
}

async function answersCome() {
  const seen = await completed();
  await page.waitForFunction((before) => Number.parseInt(document.querySelector('.table td[data-title=Runs]')?.textContent, 10) > before,
      seen, patience);
}

test('answers come', async () => {
  await page.locator('.answers li', {hasText: 'digits'}).waitFor(patience);
});

test('a device is taken away by the page, the events tell why, and it comes back', {timeout: 240000}, async () => {
  const card = page.locator('#device-ring');
  await card.getByRole('button', {name: 'Take it away'}).click();
  await page.locator('#device-ring.away').waitFor(patience);
  await page.getByRole('link', {name: 'Events'}).click();
  await page.locator('.event', {hasText: "device 'ring' left"}).first().waitFor(patience);
  await page.getByRole('link', {name: 'Body'}).click();
  await card.getByRole('button', {name: 'Let it come back'}).click();
  await page.locator('#device-ring:not(.away)').waitFor(patience);
});

test('a drawn digit is read by the mesh, and the way it took is shown', {timeout: 240000}, async () => {
  await page.getByRole('link', {name: 'Try it'}).click();
  await page.getByRole('button', {name: 'Start a digit reader'}).click();
  await page.locator('canvas.pad').waitFor(patience);
  await draw(page, [0.3, 0.2], [0.7, 0.2], [0.45, 0.82]);
  await page.getByRole('button', {name: 'Ask', exact: true}).click();
  assert.equal(await page.locator('.told').textContent(patience), '7');
  const way = await page.locator('.way li').allTextContents();
  assert.equal(way[0], 'glasses');
  assert.ok(way.length >= 2, 'at least two devices share the work');
  const kept = JSON.parse(synergy('results', 'digit-reader', '--json'));
  assert.ok(JSON.stringify(kept).includes('digit-reader'));
  synergy('stop', 'digit-reader');
  await page.getByRole('link', {name: 'Body'}).click();
});

test('a spoken word is recognised by two devices that share the work', {timeout: 240000}, async () => {
  await page.getByRole('link', {name: 'Try it'}).click();
  await page.getByRole('button', {name: 'Start a keyword listener'}).click();
  await page.getByRole('button', {name: 'Listen', exact: true}).click(patience);
  assert.equal(await page.locator('.told').textContent(patience), word);
  const way = await page.locator('.way li').allTextContents();
  const {pipelines} = JSON.parse(synergy('plan', '--json'));
  const computing = pipelines.find((one) => one.app === 'keyword-listener').executions[0].chunks.map((chunk) => chunk.device);
  assert.ok(new Set(computing).size >= 2 && computing.every((device) => way.includes(device)), `${computing}; ${way}`);
  synergy('stop', 'keyword-listener');
  await page.getByRole('link', {name: 'Body'}).click();
});

test('what the bus says is soon on the screen; how soon is printed', {timeout: 120000}, async () => {
  const echo = spawn(join(programs, 'synergy'), ['topic', 'echo', 'state/use'], {env: environment});
  const heard = new Map();  // when each charge of the ring's battery was first heard of
  createInterface({input: echo.stdout}).on('line', (line) => {
    const percent = JSON.parse(line).body?.devices?.find((one) => one.device === 'ring')?.battery_percent;
    if (percent !== undefined && !heard.has(percent)) heard.set(percent, Date.now());
  });
  await page.locator('#device-ring').waitFor(patience);
  await page.evaluate(() => {
    window.firstShown = {};
    const look = () => {
      const percent = document.querySelector('#device-ring')?.textContent.match(/Battery(\d+) %/)?.[1];
      if (percent) window.firstShown[percent] ??= Date.now();
      requestAnimationFrame(look);
    };
    look();
  });
  for (let percent = 90; percent > 30; percent -= 2) {
    synergy('body', 'battery', 'ring', String(percent));
    await page.waitForTimeout(1000);  // it is told once a second
  }
  echo.kill();
  const shown = await page.evaluate(() => window.firstShown);
  const waits = [...heard].filter(([percent]) => shown[percent]).map(([percent, at]) => Math.max(0, shown[percent] - at)).sort((a, b) => a - b);
  console.log(`bus event to screen, ${waits.length} changes: median ${waits[waits.length >> 1]} ms, longest ${waits.at(-1)} ms`);
  assert.ok(waits.length >= 25, `${waits.length} of 30 changes were shown`);
});

test('every process is killed in turn, and the page is right again without a reload', {timeout: 590000}, async () => {
  await page.getByRole('link', {name: 'Apps'}).click();
  await page.locator('.status.good').waitFor(patience);
  const {services} = JSON.parse(synergy('services', '--json'));
  for (const {process: name, pid} of services) {
    process.kill(pid, 'SIGKILL');
    await page.waitForTimeout(500);
    await answersCome();
    await page.locator('.status.good').waitFor(patience);
    console.log(`${name} was killed; the page shows ${await completed()} runs`);
  }
  assert.ok(services.some((one) => one.process === 'gateway') && services.some((one) => one.process === 'broker'));
  assert.deepEqual(problems, []);
});

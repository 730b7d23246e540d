// The page of a recorded mesh: it is played, sought, counted, and looked at with axe-core. A real mesh is recorded for it,
// for SYNERGY_RECORDING_SECONDS (20), in the middle of which a device leaves.

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {axeSource, openBrowser, views} from './support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const programs = process.env.SYNERGY_BIN;
const seconds = Number(process.env.SYNERGY_RECORDING_SECONDS ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'page-recording-'));
const file = join(folder, 'mesh.rec');
const environment = {...process.env, SYNERGY_RUN_DIR: join(folder, 'run'), SYNERGY_BIN: programs};
const run = (program, ...words) => execFileSync(program, words, {env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
const mesh = (...words) => run(join(root, 'deploy/mesh'), ...words);
const synergy = (...words) => run(join(programs, 'synergy'), ...words);
const patience = {timeout: 60000};  // a watchdog: the machine may be busy
const app = `app: digits
model: digits
sensing: {needs: camera, on: glasses}
interaction: {needs: display, on: watch}
at_least_devices: 3
repeat: true
rate: 20
`;

let browser;
let page;
let info;
let address;
let gone;  // the device that leaves: one that computes
let dashboard;
const problems = [];

async function record() {
  mesh('up');
  try {
    const recorder = spawn(join(programs, 'synergy'), ['record', '-o', file, '--tasks', '--duration', String(seconds)],
        {env: environment, stdio: ['ignore', 'ignore', 'pipe']});
    await once(recorder.stderr, 'data');  // it says that it records
    writeFileSync(join(folder, 'digits.yaml'), app);
    synergy('submit', join(folder, 'digits.yaml'));
    await new Promise((resolve) => setTimeout(resolve, seconds * 500));
    const {pipelines: [{executions: [{chunks}]}]} = JSON.parse(synergy('plan', '--json'));
    gone = chunks.map((chunk) => chunk.device).find((device) => !['glasses', 'watch'].includes(device));
    mesh('leave', gone);
    assert.deepEqual(await once(recorder, 'exit'), [0, null]);
  } finally {
    mesh('down');
  }
}

async function show() {
  dashboard = spawn(join(programs, 'synergy'), ['dashboard', '--json', '--recording', file, '--page', process.env.SYNERGY_PAGE],
      {stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  for await (const piece of dashboard.stdout) {
    said += piece;
    if (said.includes('\n}')) return JSON.parse(said).url;
  }
  throw new Error('no address was told');
}

async function open(context) {
  const made = await browser.newPage({viewport: {width: 1280, height: 860}, ...context});
  made.on('pageerror', (error) => problems.push(String(error)));
  await made.goto(address);
  await made.waitForSelector('main[data-ready=yes]', patience);
  return made;
}

before(async () => {
  await record();
  info = JSON.parse(synergy('replay', file, '--info', '--json'));
  address = await show();
  browser = await openBrowser();
  page = await open({});
}, {timeout: 200000});

after(async () => {
  await browser?.close();
  dashboard?.kill('SIGINT');
  if (dashboard) assert.deepEqual(await once(dashboard, 'exit'), [0, null]);
  rmSync(folder, {recursive: true, force: true});
});

const bar = () => page.getByRole('region', {name: 'Recording'});
const slider = () => page.getByRole('slider', {name: 'Moment of the recording'});
const shown = async () => Number(await slider().inputValue()) / 1000;

/** Waits until the moment shown is what is wanted, s. */
async function shows(isWanted) {
  const until = Date.now() + patience.timeout;
  while (!isWanted(await shown())) {
    assert.ok(Date.now() < until, `waited in vain; ${await shown()} s is shown`);
    await page.waitForTimeout(20);
  }
}

async function press(key) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(key);
}

test('it begins at the beginning and stands still', async () => {
  await page.locator('.status', {hasText: 'Recording'}).waitFor(patience);
  assert.equal(await shown(), 0);
  await page.getByRole('button', {name: 'Play'}).waitFor(patience);
  assert.match(await page.title(), /mesh\.rec/);
});

test('at its end the page has the figures of replay --info', {timeout: 90000}, async () => {
  await press('End');
  await shows((at) => at > info.duration_s - 0.2);
  await page.locator(`#device-${gone}.away`).waitFor(patience);
  const text = await page.locator('.recording-figures').textContent();
  const [digits] = info.apps;
  console.log(`the page: ${text}`);
  assert.ok(digits.results > seconds * 5, `${digits.results} results`);
  assert.equal(text.match(/digits: (\d+) results/)[1], String(digits.results));
  assert.equal(Number(text.match(/results, ([\d.]+)\/s/)[1]), Number(digits.results_per_second.toPrecision(3)));
  assert.ok(text.includes(`${info.plans} plans`) && text.includes(`${info.departures} device`), text);
  assert.equal(digits.results, info.topics.find((line) => line.topic === 'event/result/digits').packets);
  await page.getByRole('link', {name: 'Apps'}).click();
  const runs = await page.locator('.table tr', {hasText: 'digits'}).locator('td[data-title=Runs]').textContent();
  assert.ok(Math.abs(Number.parseInt(runs, 10) - digits.results) <= 40, `${runs}: the state is told a little later than the results`);
  await page.getByRole('link', {name: 'Events'}).click();
  await page.locator('.event', {hasText: `device '${gone}' left`}).first().waitFor(patience);
});

test('seeking back takes back what came later', {timeout: 90000}, async () => {
  await press('End');
  await page.locator('.event', {hasText: `device '${gone}' left`}).first().waitFor(patience);
  await slider().fill(String(seconds * 350));
  await page.locator('.event', {hasText: `device '${gone}' left`}).waitFor({state: 'detached', ...patience});
  await page.getByRole('link', {name: 'Body'}).click();
  await page.locator(`#device-${gone}:not(.away)`).waitFor(patience);
  await page.locator('.answers li', {hasText: 'digits'}).waitFor(patience);
  await press('ArrowRight');
  await shows((at) => Math.abs(at - seconds * 0.35 - 5) < 0.2);
  await press('ArrowLeft');
  await shows((at) => Math.abs(at - seconds * 0.35) < 0.2);
  await slider().press('ArrowRight');
  await shows((at) => Math.abs(at - seconds * 0.35 - 5) < 0.2);
});

test('ten times as fast, ten seconds go by in one', {timeout: 90000}, async () => {
  await press('Home');
  await shows((at) => at === 0);
  await page.getByLabel('Speed').selectOption('10');
  await press(' ');
  await shows((at) => at > seconds * 0.1);
  const [began, first] = [performance.now(), await shown()];
  await shows((at) => at > seconds * 0.9);
  const pace = (await shown() - first) / (performance.now() - began) * 1000;
  console.log(`${pace.toFixed(2)} recorded seconds in a second`);
  assert.ok(pace > 6 && pace < 15, `${pace}`);
  await shows((at) => at > info.duration_s - 0.2);
  await page.getByRole('button', {name: 'Play'}).waitFor(patience);
  await page.locator(`#device-${gone}.away`).waitFor(patience);
  await page.getByLabel('Speed').selectOption('1');
});

test('nothing is offered that needs a mesh', async () => {
  for (const name of ['Take it away', 'Let it come back', 'Stop', 'Start', 'Plan again']) {
    for (const view of ['Body', 'Apps', 'Plan']) {
      await page.getByRole('link', {name: view}).click();
      assert.equal(await page.getByRole('button', {name, exact: true}).count(), 0, `${name} in ${view}`);
    }
  }
  await page.getByRole('link', {name: 'Try it'}).click();
  await page.getByText('A recording is shown').waitFor(patience);
});

test('the timeline shows the tasks of the moment', {timeout: 90000}, async () => {
  await page.getByRole('link', {name: 'Timeline'}).click();
  await slider().fill(String(seconds * 700));
  await page.locator('.legend .app-name', {hasText: 'digits'}).waitFor(patience);
  await page.getByText('No task was told of yet').waitFor({state: 'detached', ...patience});
  await page.locator('canvas').focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('.chosen-task', {hasText: 'digits'}).waitFor(patience);
});

for (const [screen, context] of Object.entries({
  light: {colorScheme: 'light'}, dark: {colorScheme: 'dark'}, narrow: {viewport: {width: 390, height: 844}},
})) {
  test(`every view passes axe-core, ${screen}`, {timeout: 200000}, async () => {
    const other = await open(context);
    for (const view of views) {
      await other.locator(`nav a[href="?view=${view}"]`).click();
      await other.waitForTimeout(300);
      await other.evaluate(axeSource);
      const {violations} = await other.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({id, nodes}) => `${view}: ${id}: ${nodes.map((node) => node.html).join('\n')}`), []);
      const [inner, whole] = await other.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      assert.ok(whole <= inner, `${view}: ${whole} pixels wide on a screen of ${inner}`);
    }
    await other.close();
  });
}

test('nothing went wrong in the page', () => assert.deepEqual(problems, []));

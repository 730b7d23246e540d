// A browser for the tests, and a page on a recorded mesh. Whatever a page complains of fails its test.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {after, before} from 'node:test';
import {FakeGateway, loadScenes} from '../fake_gateway.js';

const {SYNERGY_PAGE, SYNERGY_PAGE_MODULES, SYNERGY_CHROMIUM} = process.env;
const require = createRequire(`${SYNERGY_PAGE_MODULES}/package.json`);
const {chromium} = require('playwright-core');
export const axeSource = require('axe-core').source;
export const views = ['body', 'try', 'timeline', 'apps', 'plan', 'history', 'compare', 'events'];

export function openBrowser(...more) {
  return chromium.launch({executablePath: SYNERGY_CHROMIUM, args: ['--no-sandbox', ...more]});  // as root, no sandbox can be made
}

let browser;
let scenes;
before(async () => {
  browser = await openBrowser();
  scenes = await loadScenes();
});
after(() => browser?.close());

/** Runs `work({page, gateway, problems})` on a page of its own, of `other` browser where one is given. `problems` is emptied by who
 * expects some; `host` is another name of this machine. */
export async function withPage(work, {gateway: options, query = '', token = true, other, host = '127.0.0.1', ...context} = {}) {
  const gateway = new FakeGateway(SYNERGY_PAGE, scenes, options);
  await gateway.start();
  const address = gateway.address.replace('127.0.0.1', host);
  const made = await (other ?? browser).newContext({viewport: {width: 1280, height: 860}, reducedMotion: 'reduce', ...context});
  const page = await made.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(`${message.text()} ${message.location().url}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) problems.push(`asked for ${request.url()}`);
  });
  try {
    await page.goto(`${address}${query}${token ? `#token=${gateway.token}` : ''}`);
    await page.waitForSelector('main[data-ready=yes]');
    await work({page, gateway, problems, scenes});
    assert.deepEqual(problems, []);
  } finally {
    await made.close();
    await gateway.stop();
  }
}

/** What axe-core finds wrong with the page. */
export async function findings(page) {
  await page.evaluate(axeSource);
  const {violations} = await page.evaluate(() => window.axe.run());
  return violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => `${node.html} (${node.failureSummary})`).join('\n')}`);
}

/** Draws a line over the pad; the places are shares of its sides. */
export async function draw(page, ...places) {
  const box = await page.locator('canvas.pad').boundingBox();
  const [first, ...others] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const place of others) await page.mouse.move(...place, {steps: 6});
  await page.mouse.up();
}

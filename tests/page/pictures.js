// By hand: pictures of the page on a running mesh, for the documents. `run.sh pictures FOLDER ADDRESS OUT`, with the address
// that `mesh up` printed, or `synergy dashboard --recording FILE` (one picture); a digit is drawn and a word said, to apps that are
// started where none takes them, and a device leaves and comes back.

import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {microphoneThatPlays, writeSpoken} from './spoken.js';

const [, , address, out] = process.argv;
const require = createRequire(`${process.env.SYNERGY_PAGE_MODULES}/package.json`);
const {chromium} = require('playwright-core');
const settleMs = 3000;

const spoken = join(mkdtempSync(join(tmpdir(), 'page-pictures-')), 'spoken.wav');
writeSpoken(spoken);
const browser = await chromium.launch({executablePath: process.env.SYNERGY_CHROMIUM,
  args: ['--no-sandbox', ...microphoneThatPlays(spoken)]});
const page = await browser.newPage({viewport: {width: 1200, height: 800}, colorScheme: 'light', permissions: ['microphone']});

async function view(name) {
  await page.locator(`nav a[href="?view=${name}"]`).click();
  await page.waitForTimeout(settleMs);
}

async function picture(name) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({path: join(out, `${name}.png`)});
  console.log(`${name}.png`);
}

/** Draws a seven and asks what it is, of an app that is started where none takes pictures. */
async function drawSeven() {
  const pad = page.locator('canvas.pad');
  if (await pad.count() === 0) await page.getByRole('button', {name: 'Start a digit reader'}).click();
  await pad.waitFor();
  const box = await pad.boundingBox();
  const place = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...place(0.3, 0.2));
  await page.mouse.down();
  await page.mouse.move(...place(0.7, 0.2), {steps: 8});
  await page.mouse.move(...place(0.45, 0.82), {steps: 8});
  await page.mouse.up();
  await page.getByRole('button', {name: 'Ask', exact: true}).click();
  await page.waitForSelector('.told');
}

/** Says a word and asks which it was. */
async function sayWord() {
  await page.getByRole('button', {name: 'Speak', exact: true}).click();
  const listen = page.getByRole('button', {name: 'Listen', exact: true});
  if (await listen.count() === 0) await page.getByRole('button', {name: 'Start a keyword listener'}).click();
  await listen.click();
  await page.waitForSelector('.told');
}

await page.goto(address);
await page.waitForSelector('main[data-ready=yes]');
if (await page.locator('.recording').count() > 0) {
  await page.getByRole('slider').evaluate((slider) => {
    slider.value = slider.max * 0.8;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  });
  await page.getByLabel('Speed').selectOption('10');
  await page.waitForTimeout(settleMs);
  await picture('recording');
  await browser.close();
  rmSync(dirname(spoken), {recursive: true});
  process.exit();
}
await page.waitForTimeout(settleMs);
await picture('body');
await view('try');
await drawSeven();
await picture('try');
await sayWord();
await picture('try-sound');
await view('timeline');
await picture('timeline');
await view('plan');
await picture('plan');
await view('compare');
await page.getByRole('button', {name: 'Compare', exact: true}).click();
await page.getByRole('button', {name: 'Compare again'}).waitFor({timeout: 120000});
await picture('compare');
await view('body');
// The last one that computes something.
const [device] = await page.locator('.device:not(.away):has(.resident)').evaluateAll((cards) => cards.slice(-1).map((card) => card.id));
await page.locator(`#${device}`).getByRole('button').click();
await page.locator(`#${device}.away`).waitFor({timeout: 60000});
await page.emulateMedia({colorScheme: 'dark'});
await page.waitForTimeout(settleMs);
await picture('device-gone');
await page.locator(`#${device}`).getByRole('button').click();
await browser.close();
rmSync(dirname(spoken), {recursive: true});

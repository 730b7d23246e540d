// Every view, light, dark and on a narrow screen, passes axe-core, and nothing on it is wider than the screen.

import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {draw, findings, openBrowser, views, withPage} from './support.js';

const screens = {
  light: {colorScheme: 'light'},
  dark: {colorScheme: 'dark'},
  narrow: {colorScheme: 'light', viewport: {width: 390, height: 844}},
};

/** Brings the view into its fullest state. */
async function fill(page, view) {
  if (view === 'try') {
    await draw(page, [0.3, 0.2], [0.7, 0.2], [0.4, 0.8]);
    await page.getByRole('button', {name: 'Ask', exact: true}).click();
    await page.waitForSelector('.told');
  }
  if (view === 'compare') {
    await page.getByRole('button', {name: 'Compare', exact: true}).click();
    await page.getByRole('button', {name: 'Compare again'}).waitFor();
  }
  if (view === 'apps') {
    await page.waitForSelector('.chart canvas');
    await page.getByText('More settings').click();
  }
  if (view === 'history') {
    await page.locator('.strip button').last().click();
    await page.waitForSelector('.way-boxes');
  }
}

/** A word is heard, then asked about. */
async function speak(page) {
  await page.getByRole('button', {name: 'Listen'}).click();
  await page.waitForFunction(() => Number(document.querySelector('[role=meter]').getAttribute('aria-valuenow')) > 20);
  await isRight(page);
  await page.getByRole('button', {name: 'Stop'}).click();
  await page.waitForSelector('.told');
}

/** Nothing is found, and nothing is wider than the screen. */
async function isRight(page) {
  assert.deepEqual(await findings(page), []);
  const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(whole <= inner, `${whole} pixels wide on a screen of ${inner}`);
}

let beeping;  // its microphone hears a beep each second
before(async () => { beeping = await openBrowser('--use-fake-device-for-media-stream'); });
after(() => beeping?.close());

for (const [screen, context] of Object.entries(screens)) {
  for (const view of views) {
    test(`${view}, ${screen}`, () => withPage(async ({page}) => {
      await fill(page, view);
      await isRight(page);
    }, {...context, query: `?view=${view}`}));
  }
  test(`try by speaking, ${screen}`, () => withPage(async ({page}) => {
    await speak(page);
    await isRight(page);
  }, {...context, query: '?view=try&with=sound', permissions: ['microphone'], other: beeping}));
}

test('without a connection', () => withPage(async ({page, gateway, problems}) => {
  await gateway.stop();
  await page.getByText('Not connected').waitFor();
  assert.deepEqual(await findings(page), []);
  problems.length = 0;
  await gateway.start();
}, {colorScheme: 'dark'}));

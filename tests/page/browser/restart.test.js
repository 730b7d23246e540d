// The page stays right while the gateway, or the mesh behind it, comes and goes.

import test from 'node:test';
import {withPage} from './support.js';

test('a gateway that is killed and started again is found without a reload, and what it says counts', () =>
  withPage(async ({page, gateway, problems, scenes}) => {
    const [gone] = scenes.without.state.body.absent;
    await page.locator(`#device-${gone}:not(.away)`).waitFor();
    await gateway.stop();
    await page.getByText('Not connected').waitFor();
    await page.locator('.status', {hasText: 'Shows the mesh of'}).waitFor();
    await page.locator(`#device-${gone}:not(.away)`).waitFor();  // what was known is still shown
    gateway.scene = scenes.without;
    await gateway.start();
    await page.locator(`#device-${gone}.away`).waitFor();
    await page.locator('.status.good').waitFor();
    problems.length = 0;  // the browser tells of each attempt that was refused
  }));

test('it comes through ten restarts in a row', () => withPage(async ({page, gateway, problems}) => {
  for (let i = 0; i < 10; ++i) {
    await gateway.stop();
    await page.getByText('Not connected').waitFor();
    await gateway.start();
    await page.getByRole('button', {name: 'Try now'}).click({timeout: 2000}).catch(() => {});  // it may be back by itself
    await page.locator('.status.good').waitFor();
  }
  problems.length = 0;
}));

test('a process that is silent is named, with what it waits for', () => withPage(async ({page, gateway, scenes}) => {
  const services = scenes.whole.state.services.services.map((one) =>
    one.process === 'planner' ? {...one, state: 'silent', note: 'not heard of for 3 s'} : one);
  gateway.send('services', {services});
  await page.locator('.status.warning', {hasText: 'planner is silent'}).waitFor();
  await page.getByText('not heard of for 3 s').waitFor();
  gateway.send('services', scenes.whole.state.services);
  await page.locator('.status.good').waitFor();
}));

test('a mesh that has nothing yet is waited for', () => withPage(async ({page, gateway}) => {
  gateway.send('snapshot', {body: null, apps: [], plan: null, services: null, use: null, sensors: [], age_ms: {}});
  await page.getByText('Waiting for the mesh to tell who is there').waitFor();
  gateway.send('snapshot', gateway.snapshot());
  await page.waitForSelector('.figure');
}));

test('too many viewers: the gateway\'s words are shown', () => withPage(async ({page, gateway, problems}) => {
  await gateway.stop();
  gateway.refuses = {status: 503, code: 'overloaded', message: '16 pages look already; close one.'};
  await gateway.start();
  await page.getByText('16 pages look already').waitFor();
  gateway.refuses = null;
  await page.locator('.status.good').waitFor();
  problems.length = 0;
}));

test('a hundred states in a burst leave the newest on the screen', () => withPage(async ({page, gateway, scenes}) => {
  const {body} = scenes.whole.state;
  for (let i = 0; i < 100; ++i) gateway.send('body', {...body, name: `body-${i}`});
  await page.locator('.body-name', {hasText: /^body-99$/}).waitFor();
}));

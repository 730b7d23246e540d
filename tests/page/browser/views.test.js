// What people see and do, on a recorded mesh.

import assert from 'node:assert/strict';
import test from 'node:test';
import {draw, views, withPage} from './support.js';

// One grey pixel.
const greyPicture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

/** Where a PNG is white: the first and the last column, and the share of all pixels. */
function inkOf(page, png) {
  return page.evaluate(async (bytes) => {
    const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: 'image/png'}));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    const {data} = context.getImageData(0, 0, picture.width, picture.height);
    const columns = [];
    for (let i = 0; i < data.length; i += 4) if (data[i] > 127) columns.push(i / 4 % picture.width);
    return {left: Math.min(...columns), right: Math.max(...columns), lit: columns.length / (data.length / 4)};
  }, [...png]);
}

test('the body shows each device, what it holds, and the answers as they come', () => withPage(async ({page, scenes}) => {
  const {body, plan} = scenes.whole.state;
  for (const {id} of body.devices) await page.locator('.figure .name', {hasText: new RegExp(`^${id}$`)}).waitFor();
  const {app, executions: [way]} = plan.pipelines[0];
  const {device, first_layer: first, last_layer: last} = way.chunks[0];
  await page.locator(`#device-${device} .resident`, {hasText: `${app} layers ${first}–${last}`}).waitFor();
  await page.locator('.answers li', {hasText: app}).waitFor();
  await page.waitForSelector('.node.lit');
}));

test('a drawn digit is asked about, and its answer shown with its way', () => withPage(async ({page, gateway}) => {
  const ask = page.getByRole('button', {name: 'Ask', exact: true});
  assert.ok(await ask.isDisabled(), 'nothing is drawn yet');
  await draw(page, [0.3, 0.2], [0.7, 0.2], [0.4, 0.8]);
  await ask.click();
  await page.waitForSelector('.told');
  const {path, query, body} = gateway.posts[0];
  assert.equal(path, '/api/ask');
  assert.deepEqual(query, {app: 'digits'});
  const {left, right, lit} = await inkOf(page, body);
  assert.ok(lit > 0.03 && lit < 0.3, `${lit} of the picture is white`);
  assert.ok(Math.abs(left + right - 279) <= 4, `${left} to ${right} of 280 is in the middle`);
  assert.deepEqual(await page.locator('.way li').allTextContents(), ['glasses', 'watch']);
  assert.equal(await page.locator('.answer .node.lit').count(), 2);
  await page.getByText('Value 93, the highest').waitFor();
}, {query: '?view=try'}));

test('a chosen picture goes as it is, by the keyboard alone', () => withPage(async ({page, gateway}) => {
  const ask = page.getByRole('button', {name: 'Ask', exact: true});
  await page.getByLabel('Or a picture').setInputFiles({name: 'grey.png', mimeType: 'image/png', buffer: greyPicture});
  await page.waitForFunction(() => !document.querySelector('button.main').disabled);
  assert.deepEqual(await page.evaluate(() => [...document.querySelector('canvas.pad').getContext('2d').getImageData(140, 140, 1, 1).data]),
      [128, 128, 128, 255]);
  await ask.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.told');
  assert.deepEqual(gateway.posts[0].body, greyPicture);
}, {query: '?view=try'}));

test('a file that is no picture is refused before anybody is asked', () => withPage(async ({page, gateway}) => {
  await page.getByLabel('Or a picture').setInputFiles({name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not really')});
  await page.getByText('notes.png is no picture that can be read').waitFor();
  assert.ok(await page.getByRole('button', {name: 'Ask', exact: true}).isDisabled());
  assert.deepEqual(gateway.posts, []);
}, {query: '?view=try'}));

test('where no app takes pictures, one that reads digits is started by a button', () => withPage(async ({page, gateway, problems}) => {
  await page.getByText('No running app uses a sensor that takes your pictures or sound').waitFor();
  await page.getByRole('button', {name: 'Start a digit reader'}).click();
  await page.getByText('no plan serves digit-reader: its model does not fit; stop another app').waitFor();
  problems.length = 0;  // the browser complains of the status 422
  const [{path, body}] = gateway.posts;
  assert.equal(path, '/api/submit');
  assert.equal(body.trigger, 'frame');
  assert.deepEqual(body.sensing, {needs: 'camera', on: 'glasses'});
}, {query: '?view=try', gateway: {frames: 'own'}}));

test('where no sensor takes pictures, the page says what to do', () => withPage(async ({page}) => {
  await page.getByText('No sensor of this body takes pictures').waitFor();
}, {query: '?view=try', gateway: {feeds: []}}));

test('a device is taken away: the plan changes, and the history says why', () => withPage(async ({page, gateway, scenes}) => {
  const [gone] = scenes.without.state.body.absent;
  await page.locator(`#device-${gone}`).getByRole('button', {name: 'Take it away'}).click();
  await page.locator(`#device-${gone}.away`, {hasText: scenes.without.state.body.notes[gone]}).waitFor();
  assert.deepEqual(gateway.posts.map(({path, body}) => [path, body]), [['/api/leave', {device: gone}]]);
  await page.getByRole('link', {name: 'History'}).click();
  await page.locator('.event .cause', {hasText: `device '${gone}' left`}).first().waitFor();
  await page.locator('.event', {hasText: 'in force'}).locator('.cause', {hasText: gone}).waitFor();
}));

test('apps: what each has, a forecast, a refusal in the mesh\'s words, a stop', () => withPage(async ({page, gateway, scenes}) => {
  const row = page.locator('.table tr', {hasText: 'digits'});
  const {runs_per_second: granted} = scenes.whole.state.plan.pipelines.find((one) => one.app === 'digits');
  assert.ok((await row.textContent()).includes(`${Math.round(granted)}/s`));
  await page.waitForSelector('.chart canvas');
  await page.getByLabel('Name').fill('faces');
  await page.getByLabel('Model').fill('unet');
  await page.getByLabel('Senses with').selectOption('camera');
  await page.getByLabel('Answer goes to').selectOption('display');
  await page.getByRole('button', {name: 'What would it come to?'}).click();
  await page.getByText('faces would run').waitFor();
  await page.getByRole('button', {name: 'Start', exact: true}).click();
  await page.getByText('its model does not fit; stop another app').waitFor();
  await page.getByRole('button', {name: 'Stop digits'}).click();
  const request = {app: 'faces', model: 'unet', sensing: {needs: 'camera'}, interaction: {needs: 'display'}};
  await page.waitForFunction(() => !document.querySelector('button:disabled'));
  assert.deepEqual(gateway.posts.map(({path, query, body}) => [path, query, body]), [['/api/submit', {dry_run: '1'}, request],
    ['/api/submit', {}, request], ['/api/stop', {}, {app: 'digits'}]]);
}, {query: '?view=apps', viewport: {width: 1600, height: 900}}).catch(ignoreConflicts));

/** The browser itself tells of an answer 422 in its console; nothing else may be told. */
function ignoreConflicts(error) {
  const told = error.actual;
  if (!Array.isArray(told) || !told.every((line) => line.includes('422'))) throw error;
}

test('the plan says why, what holds it up, and where everything runs', () => withPage(async ({page, scenes}) => {
  const {plan} = scenes.whole.state;
  await page.getByText(plan.reason).waitFor();
  await page.locator('.bar.strong', {hasText: plan.bottleneck.split(' ')[0]}).first().waitFor();
  assert.equal(await page.locator('.pipeline').count(), plan.pipelines.length);
  await page.getByText('Not known yet').waitFor();
}, {query: '?view=plan'}));

test('policies are compared, those without a plan with their reason', () => withPage(async ({page, scenes}) => {
  await page.getByRole('button', {name: 'Compare', exact: true}).click();
  await page.getByRole('button', {name: 'Compare again'}).waitFor();
  assert.equal(await page.locator('tbody tr').count(), scenes.compared.length);
  const refused = scenes.compared.find((row) => row.status === 'oor');
  await page.locator('tr', {hasText: refused.policy}).first().getByText(refused.reason).waitFor();
}, {query: '?view=compare'}));

test('events are found by their words, and the address keeps what is looked for', () => withPage(async ({page, scenes}) => {
  assert.equal(await page.locator('.event').count(), scenes.whole.events.length);
  await page.getByLabel('Find').fill('digits');
  await page.waitForFunction(() => document.querySelectorAll('.event').length === 1);
  assert.match(page.url(), /find=digits/);
}, {query: '?view=events'}));

test('the address leads to each view, back leads back, and the token is nowhere in it', () => withPage(async ({page}) => {
  for (const view of views) {
    await page.locator(`nav a[href="?view=${view}"]`).click();
    await page.waitForSelector(`main[data-view=${view}]`);
    assert.ok(!page.url().includes('token'));
  }
  await page.goBack();
  await page.waitForSelector('main[data-view=compare]');
  await page.reload();
  await page.waitForSelector('main[data-view=compare][data-ready=yes]');
}));

test('without a token all is shown, and a change says what is missing', () => withPage(async ({page, gateway}) => {
  await page.getByRole('button', {name: 'Take it away'}).first().click();
  await page.getByText('open the page by the whole address').waitFor();
  assert.deepEqual(gateway.posts, []);
}, {token: false}));

test('light or dark is chosen and kept', () => withPage(async ({page}) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByLabel('Colours').selectOption('dark');
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  await page.waitForSelector('main[data-ready=yes]');
  assert.equal(await ground(), dark);
}));

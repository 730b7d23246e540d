// A word is said to the computer's microphone, which chromium plays from a file, on a recorded mesh; and all that may keep it from
// being heard.

import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {after, before} from 'node:test';
import {wavOf} from '../../../services/gateway/page/sound/wav.js';
import {microphoneThatPlays} from '../spoken.js';
import {openBrowser, withPage} from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'page-sound-'));
const rate = 48000;
const query = '?view=try&with=sound';
const permissions = ['microphone'];

/** A tone of half a second, 1 s after the microphone was opened, in seconds of stillness. */
function word(seconds) {
  return Float32Array.from({length: seconds * rate}, (_, i) => i >= rate && i < 1.5 * rate ? 0.3 * Math.sin(i * 0.1) : 0);
}

/** A browser whose microphone plays these samples, once each time it is opened. */
function withMicrophone(name, samples) {
  const file = join(folder, name);
  writeFileSync(file, wavOf(samples, rate));
  return openBrowser(...microphoneThatPlays(file), '--host-resolver-rules=MAP bench.test 127.0.0.1');
}

let speaking;
let silent;
before(async () => {
  speaking = await withMicrophone('word.wav', word(6));
  silent = await withMicrophone('silence.wav', new Float32Array(6 * rate));
});
after(async () => {
  await speaking?.close();
  await silent?.close();
  rmSync(folder, {recursive: true, force: true});
});

/** Keeps what the page opens, so that it can be seen whether it was let go. */
function keepTracks(page) {
  return page.evaluate(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.tracks = [];
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      window.tracks.push(...stream.getTracks());
      return stream;
    };
  });
}

const trackStates = (page) => page.evaluate(() => window.tracks.map((track) => track.readyState));
const button = (page, name) => page.getByRole('button', {name, exact: true});

/** The first and the last sample that is loud, as shares of the file. */
function loudShares(wav) {
  const samples = Array.from({length: (wav.length - 44) / 2}, (_, i) => Math.abs(wav.readInt16LE(44 + 2 * i)));
  const loud = (value) => value > 1000;
  return [samples.findIndex(loud) / samples.length, samples.findLastIndex(loud) / samples.length];
}

test('a word is heard, its second is asked about, and the answer is shown with its way', () => withPage(async ({page, gateway}) => {
  await keepTracks(page);
  await page.getByText('up', {exact: true}).waitFor();
  await button(page, 'Listen').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Say one word now').waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[role=meter]').getAttribute('aria-valuenow')) > 60);
  await page.waitForSelector('.told');
  const [{path, query: asked, type, body}] = gateway.posts;
  assert.equal(gateway.posts.length, 1);
  assert.deepEqual([path, asked, type], ['/api/ask', {app: 'w2-kws'}, 'audio/wav']);
  const sent = body.readUInt32LE(24);
  assert.equal(body.length, 44 + 2 * Math.floor(1.024 * sent), `${sent} samples a second`);
  const [first, last] = loudShares(body);
  assert.ok(Math.abs((first + last) / 2 - 0.5) < 0.04, `the word goes from ${first} to ${last} of what was sent`);
  assert.ok(Math.abs(last - first - 0.5 / 1.024) < 0.02, `the word goes from ${first} to ${last} of what was sent`);
  assert.deepEqual(await trackStates(page), ['ended']);
  assert.deepEqual(await page.locator('.way li').allTextContents(), ['earbud', 'patch', 'watch']);
  await page.getByText(/2\.\d seconds of sound; asked about: from second [01]\.\d to [12]\.\d/).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Listen', 'the keyboard is where it was');
  await button(page, 'Ask again').click();
  await page.waitForFunction(() => !document.querySelector('button:disabled'));
  assert.deepEqual(gateway.posts[1].body, body);
}, {query, permissions, other: speaking}));

test('it can be stopped early, given up, and left: the microphone is let go each time', () => withPage(async ({page, gateway}) => {
  await keepTracks(page);
  const heard = () => page.waitForFunction(() => Number(document.querySelector('[role=meter]').getAttribute('aria-valuenow')) > 60);
  await button(page, 'Listen').click();
  await heard();
  await page.waitForTimeout(600);
  await button(page, 'Stop').click();
  await page.waitForSelector('.told');
  assert.equal(gateway.posts.length, 1);
  await button(page, 'Listen').click();
  await page.getByText('Say one word now').waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'Listen').click();
  await page.getByText('Say one word now').waitFor();
  await page.getByRole('link', {name: 'Apps'}).click();
  await page.waitForSelector('main[data-view=apps]');
  assert.deepEqual(await trackStates(page), ['ended', 'ended', 'ended']);
  assert.equal(gateway.posts.length, 1);
}, {query, permissions, other: speaking}));

test('silence is told, and nobody is asked', () => withPage(async ({page, gateway}) => {
  await button(page, 'Listen').click();
  await page.getByText('Nothing was heard: the loudest moment reached 0.00 % of full scale').waitFor();
  assert.deepEqual(gateway.posts, []);
}, {query, permissions, other: silent}));

test('a refused microphone is told with what to do', () => withPage(async ({page}) => {
  await button(page, 'Listen').click();
  await page.getByText('The microphone was refused to this page. Allow it').waitFor();
  assert.ok(await button(page, 'Listen').isEnabled());
}, {query, permissions: [], other: speaking}));

test('where there is no microphone, the page says so', () => withPage(async ({page}) => {
  await button(page, 'Listen').click();
  await page.getByText('There is no microphone. Connect one').waitFor();
}, {query, permissions}));

test('a microphone that another program holds is told', () => withPage(async ({page}) => {
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Could not start audio source', 'NotReadableError'));
  });
  await button(page, 'Listen').click();
  await page.getByText('The microphone can not be opened: another program may be using it').waitFor();
}, {query, permissions, other: speaking}));

test('where the part that listens can not be loaded, the microphone is let go', () => withPage(async ({page, gateway, problems}) => {
  await keepTracks(page);
  gateway.lacks = '/sound/collector.worklet.js';
  await button(page, 'Listen').click();
  await page.getByText('The part of the page that listens could not be loaded').waitFor();
  assert.deepEqual(await trackStates(page), ['ended']);
  problems.length = 0;  // the browser complains of the file, too
}, {query, permissions, other: speaking}));

test('by http from another machine the page says why there is no microphone, and takes files', () => withPage(async ({page, gateway}) => {
  await page.getByText('Browsers give the microphone only to pages of this computer or by https').waitFor();
  assert.equal(await button(page, 'Listen').count(), 0);
  const clip = Buffer.from(wavOf(word(1), 16000));
  await page.getByLabel('Or a sound file').setInputFiles({name: 'clip.wav', mimeType: 'audio/wav', buffer: clip.subarray(0, 32044)});
  await button(page, 'Ask').click();
  await page.waitForSelector('.told');
  assert.equal(gateway.posts.length, 1);
}, {query, host: 'bench.test', other: speaking}));

test('a short file goes as it is, of a long one its loud second', () => withPage(async ({page, gateway}) => {
  const choose = (name, buffer) => page.getByLabel('Or a sound file').setInputFiles({name, mimeType: 'audio/wav', buffer});
  const short = Buffer.from(wavOf(word(1.6).subarray(0.8 * rate), rate));
  await choose('short.wav', short);
  await page.getByText('0.8 seconds of sound; asked about: from second 0.0 to 0.8').waitFor();
  await button(page, 'Ask').click();
  await page.waitForSelector('.told');
  assert.deepEqual(gateway.posts[0].body, short);
  await choose('long.wav', Buffer.from(wavOf(word(9), rate)));
  await page.getByText('9.0 seconds of sound; asked about: from second 0.7 to 1.8').waitFor();
  await button(page, 'Ask').click();
  await page.waitForFunction(() => !document.querySelector('button:disabled'));
  assert.equal(gateway.posts[1].body.length, 44 + 2 * 16384);
  const damaged = Buffer.from('not really a sound');
  await choose('odd.wav', damaged);
  await page.getByText('odd.wav is no sound that this browser can show').waitFor();
  await button(page, 'Ask').click();
  await page.waitForFunction(() => !document.querySelector('button:disabled'));
  assert.deepEqual(gateway.posts[2].body, damaged, 'the mesh judges what the browser can not read');
  assert.deepEqual(gateway.posts.map((post) => post.query.loudest), [undefined, undefined, 'true']);
}, {query}));

test('where no app listens, one that knows words is started by a button', () => withPage(async ({page, gateway, problems}) => {
  await button(page, 'Start a keyword listener').click();
  await page.getByText('no plan serves keyword-listener').waitFor();
  problems.length = 0;  // the browser complains of the status 422
  assert.deepEqual(gateway.posts[0].body.sensing, {needs: 'microphone', on: 'earbud'});
  assert.equal(gateway.posts[0].body.model, 'keywords');
}, {query: '?view=try', gateway: {frames: 'own'}}));

test('where only drawing is possible, speaking tells what to do', () => withPage(async ({page}) => {
  await page.locator('canvas.pad').waitFor();
  await button(page, 'Speak').click();
  await page.getByText('No sensor of this body takes sound from you').waitFor();
  assert.match(page.url(), /with=sound/);
}, {query: '?view=try', gateway: {feeds: ['camera']}}));

// What is found in a sound, and what is sent of it.

import assert from 'node:assert/strict';
import test from 'node:test';
import {leastLoudness, loudness, loudPart} from '../../../services/gateway/page/sound/loud_part.js';
import {Heard} from '../../../services/gateway/page/sound/heard.js';
import {meterShare, Outline, pathOf, slots} from '../../../services/gateway/page/sound/outline.js';
import {partOf, takenOf} from '../../../services/gateway/page/sound/taking.js';
import {microphoneError, obstacleIn} from '../../../services/gateway/page/sound/trouble.js';
import {wavOf} from '../../../services/gateway/page/sound/wav.js';
import {WordEnd} from '../../../services/gateway/page/sound/word_end.js';

const rate = 8000;
const second = rate;
const window = {rate: 16000, samples: 16384};  // 1.024 s
const length = 8192;                           // the same at 8000 a second

/** Seconds of stillness, with a tone from `from` to `to`, in a noise of that loudness. */
function tone(seconds, from, to, {loud = 0.3, noise = 0} = {}) {
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 1073741824 - 1;
  };
  return Float32Array.from({length: seconds * rate}, (_, i) => noise * random()
    + (i >= from * rate && i < to * rate ? loud * Math.sin(i * 0.5) : 0));
}

function near(value, wanted, within) {
  assert.ok(Math.abs(value - wanted) <= within, `${value} is not about ${wanted}`);
}

test('a word is in the middle of the part that is taken', () => {
  for (const noise of [0, 0.01, 0.05]) {
    const {begin, samples} = loudPart(tone(4, 1.6, 2.1, {noise}), rate, length);
    assert.equal(samples.length, length);
    near(begin + length / 2, 1.85 * second, 0.03 * second);
  }
});

test('a word at either end of the recording is in the middle, too, with zeros beyond the end', () => {
  for (const noise of [0, 0.01, 0.08]) {
    const early = loudPart(tone(4, 0, 0.4, {noise}), rate, length);
    near(early.begin + length / 2, 0.2 * second, 0.03 * second);
    assert.ok(early.begin < 0 && early.samples.subarray(0, -early.begin).every((value) => value === 0));
    assert.ok(Math.abs(early.samples[-early.begin + 2]) > 0.1);
    const late = loudPart(tone(4, 3.5, 4, {noise}), rate, length);
    near(late.begin + length / 2, 3.75 * second, 0.03 * second);
    assert.equal(late.samples.at(-1), 0);
  }
});

test('of two words the louder is taken, of two as loud the first', () => {
  const two = tone(4, 0.5, 0.9, {loud: 0.2});
  tone(4, 2.8, 3.2, {loud: 0.4}).forEach((value, i) => { two[i] += value; });
  near(loudPart(two, rate, length).begin + length / 2, 3 * second, 0.03 * second);
  const equal = tone(4, 0.5, 0.9);
  equal.copyWithin(3 * second - 100, 0.5 * second - 100, 0.9 * second + 100);
  near(loudPart(equal, rate, length).begin + length / 2, 0.7 * second, 0.03 * second);
});

test('of a sound that is as loud everywhere, or of none at all, the middle is taken', () => {
  for (const loud of [0.3, 0]) near(loudPart(tone(4, 0, 4, {loud}), rate, length).begin, 2 * second - length / 2, 0.02 * second);
});

test('where most of the recording is as loud, that is no room', () => {
  near(loudPart(tone(4, 0.5, 4), rate, length).begin + length / 2, 2.25 * second, 0.03 * second);
});

test('what is longer than the window fills it', () => {
  const {begin} = loudPart(tone(4, 1, 3), rate, length);
  assert.ok(begin >= 0.98 * second && begin + length <= 3.02 * second, `${begin}`);
});

test('what is shorter than the window stands in its middle, whole', () => {
  const {begin, samples} = loudPart(Float32Array.from([0.5, 0.25, -0.5]), rate, 6);
  assert.equal(begin, -1);
  assert.deepEqual([...samples], [0, 0.5, 0.25, -0.5, 0, 0]);
  assert.equal(loudPart(tone(1, 0, 0.2), rate, second).begin, 0);
  assert.deepEqual([...loudPart(new Float32Array(0), rate, 4).samples], [0, 0, 0, 0]);
  assert.equal(loudness(new Float32Array(0), rate), 0);
});

test('a microphone\'s offset is no sound', () => {
  const sound = tone(4, 3, 3.3, {loud: 0.1});
  for (let i = 0; i < sound.length; ++i) sound[i] += 0.2;
  near(loudPart(sound, rate, length).begin + length / 2, 3.15 * second, 0.03 * second);
  assert.equal(loudness(new Float32Array(rate).fill(0.2), rate) < 1e-6, true);
});

test('loudness is that of the loudest 10 ms', () => {
  near(loudness(tone(4, 1, 1.1, {loud: 0.5}), rate), 0.5 / Math.SQRT2, 0.02);
});

test('a WAV file is a header of 44 bytes and its samples, cut off where they are beyond full scale', () => {
  const bytes = wavOf(Float32Array.from([0, 0.5, -1, 1, -2, 1 / 65536]), 16000);
  assert.equal(Buffer.from(bytes).toString('hex'),
      '52494646' + '30000000' + '57415645' + '666d7420' + '10000000' + '0100' + '0100' + '803e0000' + '007d0000' + '0200' + '1000'
      + '64617461' + '0c000000' + '0000' + '0040' + '0080' + 'ff7f' + '0080' + '0100');
  assert.equal(wavOf(new Float32Array(0), 48000).length, 44);
});

test('of what the microphone heard the loud part is sent, at the rate it has', async () => {
  const sound = {samples: tone(4, 1, 1.5), rate};
  const blob = takenOf(sound, window);
  assert.equal(blob.type, 'audio/wav');
  const sent = Buffer.from(await blob.arrayBuffer());
  assert.equal(sent.length, 44 + 2 * length);
  assert.equal(sent.readUInt32LE(24), rate);
  const {begin, end} = partOf(sound, window);
  near((begin + end) / 2, 1.25 * second, 0.03 * second);
});

test('the part never is longer than the model\'s window, whatever the rate', () => {
  for (const other of [8000, 11025, 22050, 44100, 48000, 96000]) {
    const {begin, end} = partOf({samples: new Float32Array(4 * other).fill(0.5).map((value, i) => i % 2 ? value : -value), rate: other}, window);
    assert.ok((end - begin) / other <= 1.024 && (end - begin) / other > 1.0239, `${other}`);
  }
});

test('silence is told, and nothing is sent', () => {
  const still = {samples: tone(4, 0, 0, {noise: leastLoudness / 4}), rate};
  assert.throws(() => takenOf(still, window), /Nothing was heard: the loudest moment reached 0\.0\d % .* 0\.39 % or more\. Speak nearer/);
  assert.equal(partOf(still, window), null);
  const quiet = {samples: tone(4, 1, 1.3, {loud: 2 * leastLoudness}), rate};
  assert.equal(takenOf(quiet, window).type, 'audio/wav');
});

test('a file goes as it is where it fits the window or can not be read here, else its loud part', async () => {
  const file = new Blob(['any bytes'], {type: 'audio/flac'});
  assert.equal(await takenOf({file, samples: tone(1, 0, 0), rate}, window).text(), 'any bytes');
  assert.equal(takenOf({file, samples: tone(1, 0, 0), rate}, window).type, 'audio/flac');
  assert.equal(await takenOf({file}, window).text(), 'any bytes');
  assert.equal(takenOf({file: new Blob(['x'])}, window).type, 'application/octet-stream');
  assert.equal(takenOf({file, samples: tone(2, 1, 1.5), rate}, window).type, 'audio/wav');
  assert.deepEqual(partOf({file, samples: tone(1, 0, 0), rate}, window), {begin: 0, end: second});
  assert.equal(partOf({file}, window), null);
});

test('a word is over when stillness has followed for long enough, a click or a loud room never is one', () => {
  const block = 0.05;
  const overAfter = (...parts) => {
    const word = new WordEnd();
    let at = 0;
    for (const [loud, seconds] of parts) {
      for (let done = 0; done < seconds - 1e-9; done += block) {
        at += block;
        if (word.isOver(loud, block)) return Math.round(at / block) * block;
      }
    }
    return null;
  };
  near(overAfter([0.001, 1], [0.2, 0.3], [0.001, 2]), 2.1, 0.051);
  near(overAfter([0.001, 1], [0.2, 0.2], [0.001, 0.3], [0.1, 0.2], [0.001, 2]), 2.5, 0.051);
  assert.equal(overAfter([0.001, 1], [0.2, 0.1], [0.001, 3]), null, 'a click');
  assert.equal(overAfter([0.03, 1], [0.2, 0.3], [0.03, 3]), null, 'a loud room');
  assert.equal(overAfter([0.001, 1], [leastLoudness, 0.5], [0.0001, 3]), null, 'hardly anything');
});

test('what is heard is kept up to four seconds, or until a word was said', () => {
  const all = tone(6, 0, 6);
  const give = (samples) => {
    const heard = new Heard(rate);
    for (let at = 0; at < samples.length && !heard.isOver; at += 300) heard.add(samples.slice(at, at + 300));
    return heard;
  };
  const whole = give(all).sound();
  assert.equal(whole.rate, rate);
  assert.deepEqual(whole.samples, all.subarray(0, 4 * second));
  assert.equal(whole.bars.length, slots);
  near(give(tone(6, 1, 1.5)).sound().samples.length, 2.3 * second, 600);
  near(give(all).level, 0.3 / Math.SQRT2, 0.01);
  assert.equal(new Heard(rate).sound(), null);
});

test('a sound becomes bars as it comes, block by block or at once', () => {
  const samples = Float32Array.from({length: 100}, (_, i) => (i % 10 === 3 ? -i / 100 : 0));
  const whole = new Outline(10).add(samples).bars;
  assert.deepEqual(whole.map((bar) => Math.round(bar * 100)), [3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
  assert.deepEqual(new Outline(10).add(samples.subarray(0, 37)).add(samples.subarray(37)).bars, whole);
  assert.equal(pathOf([0, 1, 0.5], 1, 2), 'M1.5 -1.000V1.000');
  assert.equal(pathOf([0, 1, 0.5], 0.6, 1.7), 'M1.5 -1.000V1.000');
  assert.equal(pathOf([0, 1, 0.5], -2, 9).match(/M/g).length, 3);
  assert.equal(pathOf([]), '');
});

test('a meter goes in even steps for the ear', () => {
  assert.deepEqual([0, 0.001, 0.01, 0.1, 1, 2].map((loud) => Math.round(meterShare(loud) * 3)), [0, 0, 1, 2, 3, 3]);
});

test('why the microphone is not there is told in words, and what to do', () => {
  const location = {hostname: 'bench', port: '8642'};
  const able = {mediaDevices: {getUserMedia() {}}};
  assert.match(obstacleIn({isSecureContext: false, location}, {}), /ssh -L 8642:bench:8642 bench\).*localhost:8642 in it.*https/);
  assert.match(obstacleIn({isSecureContext: true, location}, {}), /Use a newer one/);
  assert.match(obstacleIn({isSecureContext: true, location}, able), /Use a newer one/);
  assert.equal(obstacleIn({isSecureContext: true, location, AudioWorkletNode: class {}}, able), '');
  const told = (name, message = '') => microphoneError(Object.assign(new Error(message), {name})).message;
  assert.match(told('NotAllowedError'), /refused/);
  assert.match(told('NotFoundError'), /There is no microphone/);
  assert.match(told('NotReadableError'), /another program/);
  assert.match(told('OverconstrainedError'), /There is no microphone/);
  assert.match(told('OddError', 'the sea is rough'), /the sea is rough/);
});

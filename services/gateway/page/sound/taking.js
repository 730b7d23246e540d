// What is sent of a sound: its loud part as a WAV file, or a short file as it is. Pure, but that it makes a Blob.

import {leastLoudness, loudPart, loudness} from './loud_part.js';
import {wavOf} from './wav.js';

/** The window's length in samples of another rate. Rounded down: what is a sample longer than the window gives two. */
function lengthAt(rate, window) {
  return Math.floor(window.samples * rate / window.rate);
}

/** Whether it goes as it is: a file that the window holds, or one that the browser can not read. */
function goesAsItIs(sound, window) {
  return sound.file && (!sound.samples || sound.samples.length <= lengthAt(sound.rate, window));
}

/** Where the part that is sent begins and ends, in samples; null where that is not known. `window`: `{rate, samples}`. */
export function partOf(sound, window) {
  if (!sound.samples) return null;
  const length = lengthAt(sound.rate, window);
  if (sound.samples.length <= length) return {begin: 0, end: sound.samples.length};
  if (loudness(sound.samples, sound.rate) < leastLoudness) return null;
  const {begin} = loudPart(sound.samples, sound.rate, length);
  return {begin, end: begin + length};
}

/** The Blob to send. Throws where there is nothing to hear in it, and says so. */
export function takenOf(sound, window) {
  if (goesAsItIs(sound, window)) return new Blob([sound.file], {type: sound.file.type || 'application/octet-stream'});
  const loudest = loudness(sound.samples, sound.rate);
  if (loudest < leastLoudness) {
    const percent = (share) => `${(100 * share).toFixed(2)} %`;
    throw new Error(`Nothing was heard: the loudest moment reached ${percent(loudest)} of full scale, and a spoken word reaches `
      + `${percent(leastLoudness)} or more. Speak nearer to the microphone, or see in the system's settings whether it is the right `
      + 'one and not muted.');
  }
  const {samples} = loudPart(sound.samples, sound.rate, lengthAt(sound.rate, window));
  return new Blob([wavOf(samples, Math.round(sound.rate))], {type: 'audio/wav'});
}

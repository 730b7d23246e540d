// Where in a recording something was said: the stretch of the model's length that holds most of what is louder than the rest,
// with what was said in its middle. Pure; sound is mono, values from -1 to 1.

const framesPerSecond = 100;
const quietShare = 0.2;  // of a recording's frames, the quietest: their loudest is what the room sounds like
const overRoom = 4;      // a frame counts from so many times the room's energy: 6 dB
const nearlyAll = 0.98;  // of the energy that a stretch can hold at most: from there on it is as good as the best

/** What is nowhere so loud, on average over 10 ms, was not said to the microphone: 1/256 of full scale. The hum of a quiet room
 * is a fifth of that or less, a word at arm's length is ten times as loud. */
export const leastLoudness = 1 / 256;

/** The energy (mean square) of each 10 ms, without what does not move (a microphone's offset); the last frame may be shorter. */
function energies(samples, rate) {
  const size = Math.max(1, Math.round(rate / framesPerSecond));
  const offset = samples.reduce((sum, value) => sum + value, 0) / Math.max(1, samples.length);
  const found = [];
  for (let begin = 0; begin < samples.length; begin += size) {
    const frame = samples.subarray(begin, begin + size);
    found.push(frame.reduce((sum, value) => sum + (value - offset) ** 2, 0) / frame.length);
  }
  return {size, found};
}

/** The room taken away. Where nothing stands out, all of it counts. */
function standingOut(found) {
  const sorted = [...found].sort((a, b) => a - b);
  const room = sorted[Math.floor(sorted.length * quietShare)] ?? 0;
  const loud = found.map((energy) => energy > overRoom * room ? energy - room : 0);
  return loud.some((energy) => energy > 0) ? loud : found;
}

/** Of the stretches of `length` frames that hold (nearly) the most, the middle one of the first that follow each other: its first
 * frame. A stretch may reach over both ends of the recording. */
function middleOfBest(loud, length) {
  const before = [0];
  for (const energy of loud) before.push(before.at(-1) + energy);
  const upTo = (frame) => before[Math.max(0, Math.min(loud.length, frame))];
  const begins = Array.from({length: loud.length + length + 1}, (_, i) => i - length);
  const held = begins.map((begin) => upTo(begin + length) - upTo(begin));
  const enough = nearlyAll * held.reduce((most, one) => Math.max(most, one), 0);
  const first = held.findIndex((one) => one >= enough);
  const after = held.findIndex((one, i) => i > first && one < enough);
  return begins[first] + ((after < 0 ? held.length : after) - 1 - first) / 2;
}

/** How loud the loudest 10 ms are: root of the mean square. */
export function loudness(samples, rate) {
  return Math.sqrt(energies(samples, rate).found.reduce((most, one) => Math.max(most, one), 0));
}

/** `{begin, samples}`: the loud stretch of `length` samples, and where it begins; below 0 where it reaches over the recording's
 * begin. What is beyond the recording is zeros. A recording that is no longer is in the middle, whole. */
export function loudPart(samples, rate, length) {
  const begin = samples.length <= length ? 0 - Math.floor((length - samples.length) / 2) : loudBegin(samples, rate, length);
  const part = new Float32Array(length);
  const from = Math.max(0, begin);
  part.set(samples.subarray(from, Math.max(from, begin + length)), from - begin);
  return {begin, samples: part};
}

function loudBegin(samples, rate, length) {
  const {size, found} = energies(samples, rate);
  return Math.round(middleOfBest(standingOut(found), Math.max(1, Math.floor(length / size))) * size);
}

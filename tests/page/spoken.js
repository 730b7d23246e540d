// What chromium's microphone plays instead of a person: a held-out clip of the keyword model after a second of stillness.

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {join} from 'node:path';

const clips = fileURLToPath(new URL('../../deploy/models/keywords/heldout/', import.meta.url));
const headerBytes = 44;
const noWords = ['other', 'silence'];

/** Arguments for a chromium whose microphone plays the WAV file, once each time it is opened. */
export function microphoneThatPlays(file) {
  return ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}%noloop`];
}

/** The values of an .npy file, without its header. */
function valuesIn(name) {
  const bytes = readFileSync(join(clips, name));
  return bytes.subarray(10 + bytes.readUInt16LE(8));
}

/** The clip of a word that the model is surest of, by the outputs that are kept beside the clips, in order of their names. */
function surestClip() {
  const names = readdirSync(clips).filter((name) => name.endsWith('.wav')).sort();
  const labels = valuesIn('labels.npy');
  const logits = valuesIn('logits.npy');
  const classes = logits.length / 4 / names.length;
  const lead = (row) => {
    const values = Array.from({length: classes}, (_, c) => logits.readInt32LE(4 * (row * classes + c)));
    const [own] = values.splice(labels[row], 1);
    return own - Math.max(...values);
  };
  const rows = names.map((name, row) => ({name, word: name.split('-')[0], lead: lead(row)})).filter(({word}) => !noWords.includes(word));
  return rows.reduce((best, row) => row.lead > best.lead ? row : best);
}

/** Writes a clip in which a word is said to `file`, a second of stillness before it and after it; gives the word. */
export function writeSpoken(file) {
  const {name, word} = surestClip();
  const clip = readFileSync(join(clips, name));
  if (clip.toString('latin1', 36, 40) !== 'data') throw new Error(`${name} is no WAV file with a header of ${headerBytes} bytes`);
  const still = Buffer.alloc(clip.readUInt32LE(28));  // bytes a second
  const whole = Buffer.concat([clip.subarray(0, headerBytes), still, clip.subarray(headerBytes), still]);
  whole.writeUInt32LE(whole.length - 8, 4);
  whole.writeUInt32LE(whole.length - headerBytes, 40);
  writeFileSync(file, whole);
  return word;
}

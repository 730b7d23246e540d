// A sound file that somebody chose, as the browser reads it.

import {Outline, slots} from './outline.js';

const mostBytes = 64 << 20;

/** The channels' mean. */
function mixedDown(decoded) {
  const mono = new Float32Array(decoded.length);
  for (let c = 0; c < decoded.numberOfChannels; ++c) {
    decoded.getChannelData(c).forEach((value, i) => { mono[i] += value / decoded.numberOfChannels; });
  }
  return mono;
}

/** A promise of `{file, samples, rate, bars}`, mono at that rate; without samples where the browser can not read it, which the mesh
 * may. Fails where it is too large. */
export async function readSound(file, rate) {
  if (file.size > mostBytes) throw new Error(`${file.name} is too large to look for a word in. Cut the word out, then choose that file.`);
  try {
    const samples = mixedDown(await new OfflineAudioContext(1, 1, rate).decodeAudioData(await file.arrayBuffer()));
    return {file, samples, rate, bars: new Outline(samples.length / slots).add(samples).bars};
  } catch {
    return {file, bars: []};
  }
}

// A sound as a WAV file: mono, 16 bit. Pure.

const headerBytes = 44;

/** Values from -1 to 1 as 16-bit whole numbers; what is beyond is cut off. */
function sampleOf(value) {
  return Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
}

/** The bytes of the file. `rate` is in samples a second, a whole number. */
export function wavOf(samples, rate) {
  const bytes = new Uint8Array(headerBytes + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);  // of all that follows
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);               // bytes of the format
  view.setUint16(20, 1, true);                // PCM
  view.setUint16(22, 1, true);                // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);         // bytes a second
  view.setUint16(32, 2, true);                // bytes of a sample of all channels
  view.setUint16(34, 16, true);               // bits of a sample
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, i) => view.setInt16(headerBytes + 2 * i, sampleOf(value), true));
  return bytes;
}

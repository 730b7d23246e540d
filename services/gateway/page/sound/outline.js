// A sound as bars to draw: how far it swings in each. Pure.

/** Of a whole picture. */
export const slots = 110;

/** Grows as sound comes: `bars` holds the highest value of each `samplesPerBar`, the last one of those that have come. */
export class Outline {
  bars = [];
  #samplesPerBar;
  #inLast = 0;

  constructor(samplesPerBar) {
    this.#samplesPerBar = Math.max(1, Math.round(samplesPerBar));
  }

  add(samples) {
    for (const value of samples) {
      if (this.#inLast === 0) this.bars.push(0);
      this.bars[this.bars.length - 1] = Math.max(this.bars.at(-1), Math.abs(value));
      this.#inLast = (this.#inLast + 1) % this.#samplesPerBar;
    }
    return this;
  }
}

/** How full a meter is, 0 to 1, of a loudness from 0 to 1: even steps for the ear, from -60 dB on. */
export function meterShare(loudness) {
  return Math.max(0, Math.min(1, 1 + Math.log10(Math.max(loudness, 1e-9)) / 3));
}

/** The bars from `begin` to `end`, which may be anywhere, as the path of a picture so many `slots` wide and 2 high, its middle at 0. What is quiet is drawn
 * larger than it is: as loud as it is heard. */
export function pathOf(bars, begin = 0, end = bars.length) {
  const path = [];
  for (let i = Math.max(0, Math.round(begin)); i < Math.min(Math.round(end), bars.length); ++i) {
    const height = Math.max(0.03, Math.min(1, bars[i]) ** 0.6).toFixed(3);
    path.push(`M${i + 0.5} -${height}V${height}`);
  }
  return path.join('');
}

// What the microphone has given so far. Pure.

import {Outline, slots} from './outline.js';
import {WordEnd} from './word_end.js';

/** It listens no longer than that. */
export const mostSeconds = 4;

export class Heard {
  level = 0;        // of the newest block: root of the mean square
  isOver = false;   // a word was said, or there is no more time
  #rate;
  #most;
  #blocks = [];
  #length = 0;
  #outline;
  #word = new WordEnd();

  /** `rate`: samples a second. */
  constructor(rate) {
    this.#rate = rate;
    this.#most = Math.round(mostSeconds * rate);
    this.#outline = new Outline(this.#most / slots);
  }

  get bars() {
    return this.#outline.bars;
  }

  /** One more block, which is kept. */
  add(block) {
    const samples = block.subarray(0, this.#most - this.#length);
    this.#blocks.push(samples);
    this.#length += samples.length;
    this.#outline.add(samples);
    this.level = Math.sqrt(block.reduce((sum, value) => sum + value * value, 0) / block.length);
    this.isOver = this.#word.isOver(this.level, block.length / this.#rate) || this.#length >= this.#most;
  }

  /** `{samples, rate, bars}`, or null where nothing has come. */
  sound() {
    if (this.#length === 0) return null;
    const samples = new Float32Array(this.#length);
    let at = 0;
    for (const block of this.#blocks) {
      samples.set(block, at);
      at += block.length;
    }
    return {samples, rate: this.#rate, bars: this.bars.slice(0, slots)};
  }
}

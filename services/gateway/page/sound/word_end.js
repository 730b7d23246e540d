// Whether a word was said and is over, so that nobody has to wait for the end of the recording. Pure.

import {leastLoudness} from './loud_part.js';

const leastSeconds = 0.12;  // of sound: a click is shorter, a word longer
const stillSeconds = 0.8;   // then, that is: longer than any pause within a word
const stillShare = 1 / 8;   // of the loudest so far, and below: 18 dB

/** Of the loudnesses of blocks as they come, root of the mean square. Where the room is too loud to tell, it never is over. */
export class WordEnd {
  #loudest = 0;
  #loudFor = 0;
  #stillFor = 0;

  /** After one more block of so many seconds. */
  isOver(loudness, seconds) {
    this.#loudest = Math.max(this.#loudest, loudness);
    const isLoud = loudness > 2 * leastLoudness && loudness > stillShare * this.#loudest;
    if (isLoud) this.#loudFor += seconds;
    this.#stillFor = isLoud ? 0 : this.#stillFor + seconds;
    return this.#loudFor >= leastSeconds && this.#stillFor >= stillSeconds;
  }
}

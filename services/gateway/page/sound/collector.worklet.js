// In the browser's audio thread: hands on what the microphone hears, mono, in blocks.

const blockSamples = 2048;

class Collector extends AudioWorkletProcessor {
  #block = new Float32Array(blockSamples);
  #filled = 0;

  process([[heard]]) {
    if (!heard) return true;  // nothing is connected yet
    for (let taken = 0; taken < heard.length;) {
      const some = heard.subarray(taken, taken + blockSamples - this.#filled);
      this.#block.set(some, this.#filled);
      this.#filled += some.length;
      taken += some.length;
      if (this.#filled === blockSamples) this.#handOn();
    }
    return true;
  }

  #handOn() {
    this.port.postMessage(this.#block, [this.#block.buffer]);
    this.#block = new Float32Array(blockSamples);
    this.#filled = 0;
  }
}

registerProcessor('collector', Collector);

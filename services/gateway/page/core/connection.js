// Keeps the stream of the gateway open: opens it again, later and later, whenever it breaks or falls silent. Each time it
// begins with a snapshot, so nothing has to be known of what was missed.

import {errorOf} from './api.js';
import {StreamParser} from './stream_parser.js';

/** The gateway says something at least every 5 s. */
export const silentAfterMs = 15000;

/** How long to wait before the next attempt: 0.25 s, doubled up to 8 s, and up to a quarter less by chance. */
export function retryDelayMs(attempt, random = Math.random()) {
  return Math.min(8000, 250 * 2 ** attempt) * (1 - random / 4);
}

export class Connection {
  #api;
  #onEvent;
  #onStatus;
  #abort = null;
  #wake = () => {};
  #stopped = false;
  #attempt = 0;
  #withTasks = false;

  /** `onEvent(name, data)` gets parsed JSON; `onStatus({phase, reason, retryAt, withTasks})` with phase `connecting`, `live` or
   * `waiting`; `withTasks`: the stream tells tasks. */
  constructor(api, onEvent, onStatus) {
    this.#api = api;
    this.#onEvent = onEvent;
    this.#onStatus = onStatus;
  }

  async run() {
    while (!this.#stopped) {
      this.#onStatus({phase: 'connecting'});
      const reason = await this.#listen();
      if (this.#stopped) return;
      if (reason === null) continue;
      const delay = retryDelayMs(this.#attempt++);
      this.#onStatus({phase: 'waiting', reason, retryAt: Date.now() + delay});
      await this.#sleep(delay);
    }
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
    this.#wake();
  }

  /** Whether the tasks of units are streamed, too. Opens the stream anew where that changes. */
  wantTasks(wanted) {
    if (wanted === this.#withTasks) return;
    this.#withTasks = wanted;
    this.#abort?.abort('changed');
  }

  /** Does not wait any longer. */
  retryNow() {
    this.#wake();
  }

  /** Listens until the stream ends; says why it did, or null where it is to be opened again at once. */
  async #listen() {
    const abort = this.#abort = new AbortController();
    let watchdog;
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort('silent'), silentAfterMs);
    };
    try {
      heard();
      const withTasks = this.#withTasks;
      const response = await this.#api.fetch(withTasks ? '/api/stream?tasks=1' : '/api/stream',
          {headers: this.#api.headers(), signal: abort.signal});
      if (!response.ok) return (await errorOf(response)).message;
      await this.#read(response.body.getReader(), heard, withTasks);
      return 'The gateway ended the connection.';
    } catch (error) {
      if (abort.signal.reason === 'changed') return null;
      if (abort.signal.reason === 'silent') return 'Nothing was heard of the gateway for a while.';
      return 'The gateway does not answer.';
    } finally {
      clearTimeout(watchdog);
    }
  }

  async #read(reader, heard, withTasks) {
    const parser = new StreamParser();
    const decoder = new TextDecoder();
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      heard();
      for (const {event, data} of parser.push(decoder.decode(value, {stream: true}))) {
        this.#attempt = 0;
        this.#onStatus({phase: 'live', withTasks});
        this.#onEvent(event, JSON.parse(data));
      }
    }
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

// Joins the stream to who shows it: applies each event, and tells its listeners at once, but at most ten times a second.

import {afterEvent, nothingKnown} from './mesh_state.js';

const quietMs = 100;

export class Live {
  state = nothingKnown;
  status = {phase: 'connecting'};
  onTasks = null;  // gets task tables as they come, while somebody looks at them
  #listeners = new Set();
  #timer = null;
  #toldAt = -quietMs;

  apply(event, data) {
    if (event === 'tasks') this.onTasks?.(data);
    else this.state = afterEvent(this.state, event, data, Date.now());
    this.#schedule();
  }

  setStatus(status) {
    if (status.phase === 'live' && this.status.phase === 'live' && status.withTasks === this.status.withTasks) return;
    this.status = status;
    this.#schedule();
  }

  /** Calls `listener` after changes; gives a function that ends that. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #schedule() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#toldAt = performance.now();
      for (const listener of this.#listeners) listener();
    }, Math.max(0, this.#toldAt + quietMs - performance.now()));
  }
}

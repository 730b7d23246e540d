// What each unit did: a lane for each unit of each device, its tasks in order of time. A unit works on one task at a time,
// so begins and ends both ascend, and whatever is looked for in a lane is found by halving.

export const unitOrder = ['sensor', 'cpu', 'accelerator', 'tx', 'rx', 'actuator'];
const keptPerLane = 16384;

/** The first index whose value is above `limit`; the array's first `count` values ascend. */
export function firstAbove(values, count, limit) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isSame(a, b) {
  return a.app === b.app && a.run === b.run && a.attempt === b.attempt && a.step === b.step && a.begin_ns === b.begin_ns;
}

export class Lane {
  constructor(device, unit) {
    this.device = device;
    this.unit = unit;
    this.count = 0;
    this.begins = new Float64Array(256);  // model time, ns
    this.ends = new Float64Array(256);
    this.tasks = [];
  }

  /** Takes a task in at its place; one that is there already changes nothing. */
  add(task) {
    let at = this.count;
    if (at > 0 && task.begin_ns <= this.begins[at - 1]) {
      at = firstAbove(this.begins, this.count, task.begin_ns);
      for (let i = at - 1; i >= 0 && this.begins[i] === task.begin_ns; --i) if (isSame(this.tasks[i], task)) return;
    }
    if (this.count === keptPerLane) {
      this.#forgetOlderHalf();
      at -= keptPerLane / 2;
      if (at < 0) return;
    }
    this.#grow();
    this.begins.copyWithin(at + 1, at, this.count);
    this.ends.copyWithin(at + 1, at, this.count);
    this.begins[at] = task.begin_ns;
    this.ends[at] = task.end_ns;
    if (at === this.count) this.tasks.push(task);
    else this.tasks.splice(at, 0, task);
    ++this.count;
  }

  /** The index of the task that is under way at a time, or -1. `slack` ns beside a task count as it. */
  at(time, slack = 0) {
    const i = firstAbove(this.ends, this.count, time - slack);
    return i < this.count && this.begins[i] <= time + slack ? i : -1;
  }

  #grow() {
    if (this.count < this.begins.length) return;
    for (const name of ['begins', 'ends']) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  #forgetOlderHalf() {
    const half = keptPerLane / 2;
    this.begins.copyWithin(0, half, this.count);
    this.ends.copyWithin(0, half, this.count);
    this.tasks.splice(0, half);
    this.count -= half;
  }
}

export class Lanes {
  #lanes = new Map();
  newest = 0;         // the latest end of a task, model time
  oldest = Infinity;  // the earliest begin
  size = 0;           // changes whenever a task was taken in

  /** Takes in what an executor tells. Model time that runs back is another mesh: what was known is forgotten. */
  add({device, now_ns, tasks}) {
    if (now_ns < this.newest - 60e9) this.clear();
    for (const task of tasks) {
      for (const unit of task.units) this.#lane(device, unit).add(task);
      this.newest = Math.max(this.newest, task.end_ns);
      this.oldest = Math.min(this.oldest, task.begin_ns);
    }
    this.size += tasks.length;
  }

  clear() {
    this.#lanes.clear();
    this.newest = 0;
    this.oldest = Infinity;
    ++this.size;
  }

  get(device, unit) {
    return this.#lanes.get(`${device}.${unit}`);
  }

  all() {
    return [...this.#lanes.values()];
  }

  /** The lanes that had tasks, in an order that never changes: devices as the body has them, then sensor to output. */
  inOrder(devices) {
    const rank = (lane) => {
      const device = devices.indexOf(lane.device);
      return (device < 0 ? devices.length : device) * unitOrder.length + unitOrder.indexOf(lane.unit);
    };
    return this.all().sort((a, b) => rank(a) - rank(b));
  }

  #lane(device, unit) {
    const key = `${device}.${unit}`;
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, lane = new Lane(device, unit));
    return lane;
  }
}

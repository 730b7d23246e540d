// What of the timeline is in view and what is chosen; draws at most once a frame, and only where something changed.

import {headHeight, laneHeight, nameWidth, paint} from './paint.js';
import {moved, timeOf, zoomed} from './geometry.js';

const atLeastLateMs = 300;
const atMostLateMs = 1500;  // between two tables of a device; more than that is a device that rests
const nearPixels = 3;
const stillEveryMs = 1000;  // where people want things to stand still

export class TimelineController {
  rows = [];
  span = {from: 0, to: 2e9};
  isFollowing = true;
  chosen = null;     // {lane, index}
  hovered = null;
  origin = Infinity; // what the axis counts from: the first task that was ever known
  #frame = 0;
  #clock = null;     // {model, host}: a moment of model time, and when it was, ms
  #lastFollow = 0;
  #late = atLeastLateMs;  // how far behind the newest is shown: tasks are told when they have ended, some devices after others
  #told = new Map();      // when each device's last table came, ms
  #seen = -1;

  /** `onChange()` is called when the span, the choice or the following changed by what a person did. */
  constructor(canvas, lanes, {isStill, onChange}) {
    this.canvas = canvas;
    this.lanes = lanes;
    this.isStill = isStill;
    this.onChange = onChange;
  }

  start() {
    const turn = (now) => {
      this.#frame = requestAnimationFrame(turn);
      this.#follow(now);
      if (this.isDirty || this.#seen !== this.lanes.size) this.draw();
    };
    this.#frame = requestAnimationFrame(turn);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  /** Model time as the device's executor told it just now; `scale` host seconds per model second. */
  tellTime(device, modelNs, scale) {
    const host = performance.now();
    const since = host - (this.#told.get(device) ?? host);
    this.#told.set(device, host);
    if (since < atMostLateMs) this.#late = Math.max(since + atLeastLateMs / 2, this.#late * 0.99);
    const expected = this.#clock ? this.#clock.model + (host - this.#clock.host) * 1e6 / scale : 0;
    if (Math.abs(modelNs - expected) > 200e6 || !this.#clock) this.#clock = {model: modelNs, host};
    this.scale = scale;
    this.origin = Math.min(this.origin, this.lanes.oldest);
  }

  /** Host seconds per model second from now on: not a number that ends where time stands still. */
  setScale(scale) {
    if (scale === this.scale) return;
    const host = performance.now();
    if (this.#clock) this.#clock = {model: this.#clock.model + (host - this.#clock.host) * 1e6 / this.scale, host};
    this.scale = scale;
  }

  /** What was known is of another time. */
  forget() {
    this.#clock = null;
    this.origin = Infinity;
    this.chosen = this.hovered = null;
    this.isDirty = true;
  }

  setRows(devices) {
    this.devices = devices;
    this.rows = this.lanes.inOrder(devices);
    this.isDirty = true;
  }

  draw() {
    if (this.#seen !== this.lanes.size) {
      this.#seen = this.lanes.size;
      this.setRows(this.devices ?? []);
    }
    this.isDirty = false;
    paint(this.canvas, this.rows, this.span, this.hovered ?? this.chosen, this.colours, this.origin);
  }

  width() {
    return Math.max(1, this.canvas.clientWidth - nameWidth(this.canvas.clientWidth));
  }

  zoom(factor, x = this.width() / 2) {
    if (this.isFollowing) x = this.width();
    this.#show(zoomed(this.span, this.width(), x, factor), this.isFollowing);
  }

  moveBy(pixels) {
    this.#show(moved(this.span, pixels / this.width() * (this.span.to - this.span.from)), false);
  }

  follow() {
    this.#show(this.span, true);
  }

  /** All that is known. */
  showAll() {
    const known = this.rows.filter((lane) => lane.count > 0);
    if (known.length === 0) return;
    this.#show({from: Math.min(...known.map((lane) => lane.begins[0])), to: this.lanes.newest}, false);
  }

  showSpan(span, isFollowing) {
    this.span = span;
    this.isFollowing = isFollowing;
    this.isDirty = true;
  }

  /** The task at a place of the canvas, `{lane, index}`, or null. */
  taskAt(x, y) {
    const lane = this.rows[Math.floor((y - headHeight) / laneHeight)];
    const inside = x - nameWidth(this.canvas.clientWidth);
    if (!lane || inside < 0 || y < headHeight) return null;
    const slack = nearPixels / this.width() * (this.span.to - this.span.from);
    const index = lane.at(timeOf(this.span, this.width(), inside), slack);
    return index < 0 ? null : {lane, index};
  }

  hover(found) {
    if (found?.lane === this.hovered?.lane && found?.index === this.hovered?.index) return;
    this.hovered = found;
    this.isDirty = true;
  }

  choose(found) {
    this.chosen = found;
    this.isDirty = true;
    if (found && found.index >= 0) this.#bringIntoView(found);
    this.onChange();
  }

  /** The next task of the chosen row, or the last one before; without a choice the row's newest in view. */
  step(by) {
    const lane = this.chosen?.lane ?? this.rows[0];
    if (!lane || lane.count === 0) return;
    const now = this.chosen && this.chosen.index >= 0 ? this.chosen.index + by : this.#newestInView(lane);
    this.choose({lane, index: Math.max(0, Math.min(lane.count - 1, now))});
  }

  row(by) {
    if (this.rows.length === 0) return;
    const now = this.rows.indexOf(this.chosen?.lane);
    const lane = this.rows[Math.max(0, Math.min(this.rows.length - 1, now + by))];
    this.choose({lane, index: this.#newestInView(lane)});
  }

  #newestInView(lane) {
    let index = lane.count - 1;
    while (index > 0 && lane.begins[index] > this.span.to) --index;
    return index;
  }

  #bringIntoView({lane, index}) {
    this.isFollowing = false;
    const length = this.span.to - this.span.from;
    if (lane.begins[index] < this.span.from || lane.ends[index] > this.span.to) {
      const middle = (lane.begins[index] + lane.ends[index]) / 2;
      this.span = {from: middle - length / 2, to: middle + length / 2};
    }
  }

  #show(span, isFollowing) {
    this.showSpan(span, isFollowing);
    this.onChange();
  }

  #follow(now) {
    if (!this.isFollowing || !this.#clock) return;
    if (this.isStill() && now - this.#lastFollow < stillEveryMs) return;
    this.#lastFollow = now;
    const to = this.#clock.model + (now - this.#clock.host - this.#late) * 1e6 / this.scale;
    this.span = {from: to - (this.span.to - this.span.from), to};
    this.isDirty = true;
  }
}

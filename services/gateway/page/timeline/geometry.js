// Where time is on the screen, and which rectangles show a lane's tasks. A span is `{from, to}`, model time in ns. Pure.

import {firstAbove} from './lanes.js';

const narrowestNs = 2e3;
const widestNs = 600e9;

export function xOf(span, width, time) {
  return (time - span.from) / (span.to - span.from) * width;
}

export function timeOf(span, width, x) {
  return span.from + x / width * (span.to - span.from);
}

/** The span `factor` times as long; the time at `x` stays where it is. */
export function zoomed(span, width, x, factor) {
  const length = span.to - span.from;
  const wanted = Math.min(widestNs, Math.max(narrowestNs, length * factor));
  const time = timeOf(span, width, x);
  const from = time - x / width * wanted;
  return {from, to: from + wanted};
}

export function moved(span, ns) {
  return {from: span.from + ns, to: span.to + ns};
}

/** Gives `paint(x, right, first, last)` what to draw of a lane: tasks by index, one rectangle each; where they are narrower
 * than a pixel, those that begin in the same pixel share one. The work depends on the width, not on the number of tasks. */
export function rectangles(lane, span, width, paint) {
  const scale = width / (span.to - span.from);
  const last = firstAbove(lane.begins, lane.count, span.to);
  let i = firstAbove(lane.ends, lane.count, span.from);
  while (i < last) {
    const x = (lane.begins[i] - span.from) * scale;
    const right = (lane.ends[i] - span.from) * scale;
    if (right - x >= 1) {
      paint(Math.max(x, 0), Math.min(right, width), i, i);
      ++i;
      continue;
    }
    const edge = span.from + (Math.floor(x) + 1) / scale;
    let next = Math.max(i + 1, firstAbove(lane.begins, last, edge));
    const end = (lane.ends[next - 1] - lane.begins[next - 1]) * scale;
    if (next - 1 > i && end >= 1) --next;  // the last of them is wide enough for its own
    paint(Math.max(Math.floor(x), 0), Math.min(Math.floor(x) + 1, width), i, next - 1);
    i = next;
  }
}

/** Round times for the axis, about `width / 110` of them: `[{time, text}]`, told from `origin` on. */
export function ticks(span, width, origin) {
  const rough = (span.to - span.from) / Math.max(1, width / 110);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((value) => value >= rough);
  const inSeconds = step >= 1e6 && span.to - origin >= 1e9;
  const [size, unit] = inSeconds || step >= 1e9 ? [1e9, 's'] : step >= 1e6 ? [1e6, 'ms'] : step >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  const digits = Math.max(0, -Math.floor(Math.log10(step / size)));
  const found = [];
  for (let n = Math.ceil((span.from - origin) / step); origin + n * step <= span.to; ++n) {
    found.push({time: origin + n * step, text: `${(n * step / size).toFixed(digits)} ${unit}`});
  }
  return found;
}

// Why a task began when it did: when it was ready, and who held its units until then. Pure.

import {firstAbove} from './lanes.js';

const sameMomentNs = 1000;
const looksBackNs = 20e9;

function isOfRun(task, other) {
  return task.app === other.app && task.run === other.run && task.attempt === other.attempt;
}

/** When the step before this one ended, on whichever device; nothing where that is not known. */
function readySince(lanes, task) {
  let ready;
  for (const lane of lanes.all()) {
    for (let i = firstAbove(lane.begins, lane.count, task.begin_ns) - 1; i >= 0; --i) {
      if (lane.begins[i] < task.begin_ns - looksBackNs) break;
      const before = lane.tasks[i];
      if (!isOfRun(before, task) || before.step !== task.step - 1) continue;
      if (ready === undefined || before.end_ns > ready) ready = before.end_ns;
      break;
    }
  }
  return ready;
}

/** The lanes whose units a task holds; those of both ends, where it is a transfer. */
function lanesHeldBy(lanes, task) {
  return lanes.all().filter((lane) => {
    const i = lane.at(task.begin_ns + 1);
    return i >= 0 && isOfRun(lane.tasks[i], task) && lane.tasks[i].step === task.step;
  });
}

/** `{waited, holder}` of a task: for how long its input was there before it began, ns (nothing: not known), and what held
 * one of its units until it began, `{device, unit, task}` (nothing: no unit did; its turn had not come). */
export function waitOf(lanes, task) {
  if (task.step === 0) return {waited: undefined, holder: undefined};
  const ready = readySince(lanes, task);
  if (ready === undefined) return {waited: undefined, holder: undefined};
  const waited = Math.max(0, task.begin_ns - ready);
  if (waited <= sameMomentNs) return {waited: 0, holder: undefined};
  let holder;
  for (const lane of lanesHeldBy(lanes, task)) {
    const i = firstAbove(lane.begins, lane.count, task.begin_ns - 1) - 1;
    if (i < 0 || lane.ends[i] < task.begin_ns - sameMomentNs || isOfRun(lane.tasks[i], task)) continue;
    holder = {device: lane.device, unit: lane.unit, task: lane.tasks[i]};
  }
  return {waited, holder};
}

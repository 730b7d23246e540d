// A task in words: what it is, when, and why it waited. Pure.

import {duration, word} from '../core/format.js';
import {waitOf} from './waiting.js';

function waitText(wait, task) {
  if (task.step === 0) return 'The first step of its run.';
  if (wait.waited === undefined) return 'Whether it waited is not known: the step before it is not in view.';
  if (wait.waited === 0) return 'It did not wait.';
  const {holder} = wait;
  if (!holder) {
    return `It waited ${duration(wait.waited)} for its turn in the plan's order, or for room where it goes.`;
  }
  return `It waited ${duration(wait.waited)}: until then ${holder.device}'s ${word(holder.unit).toLowerCase()} was busy with `
    + `${holder.task.app} run ${holder.task.run} (${word(holder.task.kind)}).`;
}

/** `{title, lines}` of a task on a lane. `origin` is the time that the axis counts from. */
export function describeTask(lanes, lane, index, origin) {
  const task = lane.tasks[index];
  const again = task.attempt > 1 ? `, attempt ${task.attempt}` : '';
  return {
    title: `${task.app} run ${task.run}${again}: ${word(task.kind)}`,
    lines: [
      `On ${lane.device}, ${task.units.map((unit) => word(unit).toLowerCase()).join(' and ')}, for ${
        duration(task.end_ns - task.begin_ns)}, from ${((task.begin_ns - origin) / 1e9).toFixed(4)} s on.`,
      waitText(waitOf(lanes, task), task),
    ],
  };
}

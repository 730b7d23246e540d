// Draws lanes on a canvas: names on the left, times on top, a rectangle for each task in its app's colour.

import {shortWord, word} from '../core/format.js';
import {rectangles, ticks, xOf} from './geometry.js';

export const headHeight = 26;
export const laneHeight = 24;

/** Width of the names, less on a narrow screen. */
export function nameWidth(width) {
  return width < 560 ? 92 : 168;
}

function paintAxis(context, span, left, width, height, origin, colours) {
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'left';
  for (const {time, text} of ticks(span, width - left, origin)) {
    const x = Math.round(left + xOf(span, width - left, time)) + 0.5;
    context.fillStyle = colours.line;
    context.fillRect(x, headHeight - 6, 1, height - headHeight + 6);
    context.fillStyle = colours.quiet;
    context.fillText(text, x + 4, 14);
  }
}

function paintName(context, lane, y, left, colours, isChosen) {
  context.fillStyle = isChosen ? colours.accent : colours.ink;
  context.font = `${isChosen ? '600 ' : ''}12px system-ui, sans-serif`;
  context.fillText(left < 120 ? `${lane.device} ${shortWord(lane.unit)}` : `${lane.device} · ${word(lane.unit)}`, 4, y + 16, left - 8);
}

function paintTasks(context, lane, y, span, left, width, colours) {
  rectangles(lane, span, width - left, (x, right, first, last) => {
    const task = lane.tasks[first];
    context.fillStyle = colours.ofApp(task.app);
    const wide = right - x;
    context.fillRect(left + x, y + 3, Math.max(1, wide - (wide > 3 ? 1 : 0)), laneHeight - 6);
    if (first === last && wide > 54) {
      context.fillStyle = colours.onApp;
      context.fillText(`${word(task.kind)} ${task.run}`, left + x + 5, y + 16, wide - 10);
    }
  });
}

function paintMark(context, lane, y, span, left, width, index, colours) {
  const x = left + xOf(span, width - left, lane.begins[index]);
  const right = left + xOf(span, width - left, lane.ends[index]);
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.strokeRect(x - 1, y + 2, Math.max(4, right - x), laneHeight - 4);
}

/** `lanes` from the top; `chosen` is `{lane, index}` or null; `colours`: ink, quiet, line, stripe, accent, onApp, ofApp(app). */
export function paint(canvas, lanes, span, chosen, colours, origin) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = headHeight + lanes.length * laneHeight + 4;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const left = nameWidth(width);
  lanes.forEach((lane, row) => {
    if (lane.device !== lanes[row - 1]?.device) {
      context.fillStyle = colours.line;
      context.fillRect(0, headHeight + row * laneHeight, width, 1);
    }
  });
  paintAxis(context, span, left, width, height, origin, colours);
  lanes.forEach((lane, row) => {
    const y = headHeight + row * laneHeight;
    paintName(context, lane, y, left, colours, chosen?.lane === lane);
    context.font = '11px system-ui, sans-serif';
    context.save();
    context.beginPath();
    context.rect(left, y, width - left, laneHeight);
    context.clip();
    paintTasks(context, lane, y, span, left, width, colours);
    if (chosen?.lane === lane && chosen.index >= 0) paintMark(context, lane, y, span, left, width, chosen.index, colours);
    context.restore();
  });
}

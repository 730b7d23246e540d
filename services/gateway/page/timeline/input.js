// Mouse, finger and keyboard on the timeline's canvas.

import {nameWidth} from './paint.js';

const clickPixels = 4;
const keyMove = 80;

function isOnNames(canvas, event) {
  return event.offsetX < nameWidth(canvas.clientWidth);
}

function keyActions(controller) {
  return {
    ArrowLeft: () => controller.moveBy(-keyMove), ArrowRight: () => controller.moveBy(keyMove),
    ArrowUp: () => controller.row(-1), ArrowDown: () => controller.row(1),
    '+': () => controller.zoom(0.7), '=': () => controller.zoom(0.7), '-': () => controller.zoom(1 / 0.7),
    ',': () => controller.step(-1), '.': () => controller.step(1),
    Home: () => controller.showAll(), End: () => controller.follow(), Escape: () => controller.choose(null),
  };
}

/** Two fingers: the distance between them zooms, their middle moves. */
class Fingers {
  #places = new Map();

  set(event) { this.#places.set(event.pointerId, {x: event.offsetX, y: event.offsetY}); }
  remove(event) { this.#places.delete(event.pointerId); }
  get count() { return this.#places.size; }

  get apart() {
    const [a, b] = [...this.#places.values()];
    return Math.max(1, Math.abs(a.x - b.x));
  }

  get middle() {
    const places = [...this.#places.values()];
    return places.reduce((sum, place) => sum + place.x, 0) / places.length;
  }
}

/** `onHover(found, event)` with what the pointer is on. Gives a function that ends it all. */
export function listenTo(canvas, controller, onHover) {
  const fingers = new Fingers();
  const actions = keyActions(controller);
  let travelled = 0;
  const left = () => nameWidth(canvas.clientWidth);
  const handlers = {
    wheel(event) {
      if (isOnNames(canvas, event) || event.ctrlKey && event.deltaY === 0) return;  // there, the page scrolls
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) controller.moveBy(event.deltaX || event.deltaY);
      else controller.zoom(1.0015 ** event.deltaY, event.offsetX - left());
    },
    pointerdown(event) {
      fingers.set(event);
      travelled = 0;
      canvas.setPointerCapture(event.pointerId);
    },
    pointermove(event) {
      if (fingers.count === 0) {
        const found = controller.taskAt(event.offsetX, event.offsetY);
        controller.hover(found);
        onHover(found, event);
        return;
      }
      const before = {middle: fingers.middle, apart: fingers.count > 1 ? fingers.apart : 1};
      fingers.set(event);
      const by = before.middle - fingers.middle;
      travelled += Math.abs(by);
      if (Math.abs(by) > 0) controller.moveBy(by);
      if (fingers.count > 1) controller.zoom(before.apart / fingers.apart, fingers.middle - left());
    },
    pointerup(event) {
      fingers.remove(event);
      if (travelled < clickPixels) controller.choose(controller.taskAt(event.offsetX, event.offsetY));
    },
    pointercancel(event) { fingers.remove(event); },
    pointerleave() {
      controller.hover(null);
      onHover(null);
    },
    keydown(event) {
      const action = event.metaKey || event.ctrlKey || event.altKey ? null : actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    },
  };
  for (const [name, handler] of Object.entries(handlers)) canvas.addEventListener(name, handler, {passive: false});
  return () => {
    for (const [name, handler] of Object.entries(handlers)) canvas.removeEventListener(name, handler);
  };
}

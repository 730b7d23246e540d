// A black square to draw on in white, with mouse, pen or finger.

import {html, useEffect, useRef} from '../vendor/preact.js';
import {centred} from './strokes.js';

const size = 280;
const brush = 24;

function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width * size, (event.clientY - box.top) / box.height * size];
}

function paint(canvas, strokes) {
  const context = canvas.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, size, size);
  Object.assign(context, {strokeStyle: '#fff', lineWidth: brush, lineCap: 'round', lineJoin: 'round'});
  for (const [first, ...others] of strokes) {
    context.beginPath();
    context.moveTo(...first);
    for (const point of others.length > 0 ? others : [first]) context.lineTo(...point);
    context.stroke();
  }
}

/** A promise of a PNG. */
function pictureOf(strokes) {
  const canvas = Object.assign(document.createElement('canvas'), {width: size, height: size});
  paint(canvas, centred(strokes, size));
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
}

/** Shows a picture file, whole, in the middle. Fails where the browser can not read it. */
async function show(canvas, file) {
  const picture = await createImageBitmap(file);
  const scale = size / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  paint(canvas, []);
  canvas.getContext('2d').drawImage(picture, (size - width) / 2, (size - height) / 2, width, height);
}

/** `pad.current` is `{clear(), show(file), picture()}`; `onDrawn(isEmpty)` is called after each stroke. */
export function Pad({pad, onDrawn}) {
  const canvas = useRef(null);
  const strokes = useRef([]);
  const isDown = useRef(false);
  const repaint = () => paint(canvas.current, strokes.current);
  useEffect(() => {
    repaint();
    pad.current = {
      clear() {
        strokes.current = [];
        repaint();
        onDrawn(true);
      },
      show(file) {
        strokes.current = [];
        return show(canvas.current, file);
      },
      picture: () => pictureOf(strokes.current),
    };
  }, []);
  const add = (event) => {
    strokes.current.at(-1).push(place(canvas.current, event));
    repaint();
  };
  const down = (event) => {
    event.preventDefault();
    canvas.current.setPointerCapture(event.pointerId);
    isDown.current = true;
    strokes.current.push([]);
    add(event);
  };
  const move = (event) => isDown.current && add(event);
  const up = () => {
    if (!isDown.current) return;
    isDown.current = false;
    onDrawn(false);
  };
  return html`<canvas class="pad" ref=${canvas} width=${size} height=${size} role="img"
    aria-label="Drawing area. With a keyboard, choose a picture file instead."
    onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up}></canvas>`;
}

// What was drawn, as lines of points: moved to the middle and made as large as models are used to, however small and wherever
// it was drawn. Pure.

const share = 0.62;      // of the square that the larger side of a drawing fills
const leastPixels = 12;  // smaller is a dot, which is not enlarged

/** The same strokes in the middle of a square of that size. */
export function centred(strokes, size) {
  const points = strokes.flat();
  if (points.length === 0) return [];
  const side = (axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [left, right] = side(0);
  const [top, bottom] = side(1);
  const largest = Math.max(right - left, bottom - top);
  const scale = largest < leastPixels ? 1 : share * size / largest;
  const place = (value, low, high) => size / 2 + (value - (low + high) / 2) * scale;
  return strokes.map((stroke) => stroke.map(([x, y]) => [place(x, left, right), place(y, top, bottom)]));
}

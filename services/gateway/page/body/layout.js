// Where on the body a device is worn, by the words in its name, and where its label stands. The figure faces us: what the
// wearer has on the left is on our right. Pure; lengths in units of the figure's own 480 x 700.

export const figureWidth = 480;
export const figureHeight = 700;
const middle = figureWidth / 2;

// The first row that one of the name's words begins with counts. `x` is how far from the middle; 0 can not be mirrored.
const places = [
  [['glasses', 'goggle', 'visor', 'eye'], 'glasses', 0, 84],
  [['earbud', 'earring', 'earphone', 'headphone', 'hearing', 'ear'], 'earbud', -52, 98],
  [['hat', 'cap', 'helmet', 'headband', 'head'], 'hat', 0, 34],
  [['neck', 'necklace', 'collar', 'pendant'], 'pendant', 0, 150],
  [['watch', 'wrist', 'wristband', 'bracelet', 'band'], 'watch', 99, 352],
  [['ring', 'finger', 'thumb', 'glove', 'hand'], 'ring', -104, 400],
  [['patch', 'chest', 'heart', 'ecg'], 'patch', 22, 218],
  [['back', 'shoulder'], 'patch', -52, 176],
  [['arm', 'sleeve', 'elbow'], 'watch', -84, 262],
  [['belt', 'waist'], 'belt', 0, 352],
  [['phone', 'clip', 'pocket', 'hip'], 'clip', -48, 374],
  [['knee', 'leg', 'thigh'], 'patch', -34, 500],
  [['shoe', 'foot', 'sock', 'insole', 'ankle'], 'shoe', -38, 634],
];
const nextTo = 40;
const labelGap = 40;

function placeOf(id) {
  const parts = id.toLowerCase().split(/[^a-z]+/);
  for (const [names, kind, x, y] of places) {
    if (parts.some((part) => names.some((name) => part === name || part === `${name}s`))) {
      const mirrored = parts.includes('other') || (x < 0 && parts.includes('left')) || (x > 0 && parts.includes('right'));
      return {kind, x: middle + (mirrored ? -x : x), y};
    }
  }
  return null;
}

/** Labels of one side, from the top: each at its device's height, or as far below as the one above needs. */
function spreadLabels(nodes) {
  nodes.sort((a, b) => a.y - b.y);
  const gap = Math.min(labelGap, (figureHeight - 40) / Math.max(1, nodes.length));
  let y = 20;
  for (const node of nodes) y = (node.labelY = Math.max(y, node.y)) + gap;
  y = figureHeight - 20;
  for (const node of [...nodes].reverse()) y = (node.labelY = Math.min(y, node.labelY)) - gap;
}

/** `[{id, kind, x, y, side, labelY}]`, in the order of the ids. Whose name tells no place stands beside the body. */
export function layout(ids) {
  const taken = new Set();
  let beside = 0;
  const nodes = ids.map((id) => {
    let {kind, x, y} = placeOf(id) ?? {kind: 'other', x: middle + 140, y: 470 + 44 * (beside++ % 5)};
    while (taken.has(`${x} ${y}`)) {  // worn at the same place
      y += nextTo;
      if (y > figureHeight - 20) [x, y] = [x + nextTo, 40];
    }
    taken.add(`${x} ${y}`);
    return {id, kind, x, y, side: x < middle ? 'left' : 'right', labelY: y};
  });
  const central = nodes.filter((node) => node.x === middle);
  central.forEach((node, i) => { node.side = i % 2 === 0 ? 'right' : 'left'; });
  for (const side of ['left', 'right']) spreadLabels(nodes.filter((node) => node.side === side));
  return nodes;
}

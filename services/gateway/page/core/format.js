// Numbers as people read them.

/** Three digits that matter: 0.123, 1.23, 12.3, 123, 12 300. */
export function number(value) {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const [whole, part] = value.toFixed(digits).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return part ? `${spaced}.${part}` : spaced;
}

/** A whole number, whatever it is: 93, 208 261. */
export function whole(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function rate(perSecond) {
  return perSecond === undefined || perSecond === null ? '–' : `${number(perSecond)}/s`;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** A time in ns, in the unit that suits it. */
export function duration(ns) {
  if (!Number.isFinite(ns)) return '–';
  const size = Math.abs(ns);
  if (size >= 1e9) return `${number(ns / 1e9)} s`;
  if (size >= 1e6) return `${number(ns / 1e6)} ms`;
  if (size >= 1e3) return `${number(ns / 1e3)} µs`;
  return `${Math.round(ns)} ns`;
}

export function energy(uj) {
  if (!Number.isFinite(uj)) return '–';
  return uj >= 1000 ? `${number(uj / 1000)} mJ` : `${number(uj)} µJ`;
}

export function power(mw) {
  return Number.isFinite(mw) ? `${number(mw)} mW` : '–';
}

export function hours(value) {
  if (!Number.isFinite(value)) return 'for ever';
  if (value >= 48) return `${Math.round(value / 24)} days`;
  return value >= 1 ? `${number(value)} hours` : `${Math.round(value * 60)} minutes`;
}

export function bytes(value) {
  if (value >= 1e6) return `${number(value / 1e6)} MB`;
  return value >= 1e3 ? `${number(value / 1e3)} kB` : `${Math.round(value)} bytes`;
}

/** How long ago, in whole units: `now`, `3 s`, `5 min`, `2 h`. */
export function age(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** Layers 2 to 5, or layer 2. */
export function layers(first, last) {
  return first === last ? `layer ${first}` : `layers ${first}–${last}`;
}

const words = {
  sensor: 'Sensor', cpu: 'Processor', accelerator: 'Accelerator', tx: 'Sending', rx: 'Receiving', actuator: 'Output',
  sense: 'sense', prepare: 'prepare the frame', switch: 'set up the accelerator', load: 'load the input', infer: 'compute',
  unload: 'read the output', unpack: 'unpack', transfer: 'send', interact: 'show the answer',
};

/** A unit or a kind of task, in words. */
export function word(name) {
  return words[name] ?? name;
}

const shortWords = {sensor: 'sensor', cpu: 'proc.', accelerator: 'accel.', tx: 'sends', rx: 'receives', actuator: 'output'};

/** A unit where there is little room. */
export function shortWord(unit) {
  return shortWords[unit] ?? unit;
}

const objectives = {
  fair: 'runs/s', rounds: 'rounds/s', sum: 'runs/s, weighted', latency: 'µs', energy: 'µJ a run', lifetime: 'hours',
};

/** The value that a plan was chosen by. */
export function objectiveValue(value, objective) {
  return value === null || value === undefined ? '–' : `${number(value)} ${objectives[objective] ?? ''}`;
}

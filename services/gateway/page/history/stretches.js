// How long each plan was in force, as stretches of a strip. Pure.

/** A time of the store (`2026-03-01 14:30:00.123`, UTC) in ms. */
export function timeOf(made) {
  return Date.parse(`${made.replace(' ', 'T')}${/Z|[+-]\d\d:?\d\d$/.test(made) ? '' : 'Z'}`);
}

/** `plans` newest first, as the store tells them; gives `[{plan, from, to, share}]`, oldest first. Shares sum to 1; each
 * plan has at least `least` of the strip, so that it can be seen and clicked. */
export function stretchesOf(plans, now, least = 0.02) {
  const oldestFirst = [...plans].reverse();
  const stretches = oldestFirst.map((plan, i) => {
    const next = oldestFirst[i + 1];
    return {plan, from: timeOf(plan.made), to: next ? timeOf(next.made) : now};
  });
  const whole = stretches.reduce((sum, one) => sum + Math.max(0, one.to - one.from), 0) || 1;
  const raw = stretches.map((one) => Math.max(least, Math.max(0, one.to - one.from) / whole));
  const sum = raw.reduce((a, b) => a + b, 0);
  return stretches.map((one, i) => ({...one, share: raw[i] / sum}));
}

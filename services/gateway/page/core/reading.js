// Questions to what the mesh tells: which app is served how, what a device holds, who has trouble. Pure.

export function deviceOf(body, id) {
  return body?.devices.find((device) => device.id === id);
}

export function isAway(body, id) {
  return body?.absent.includes(id) ?? false;
}

export function pipelineOf(plan, app) {
  return plan?.pipelines.find((pipeline) => pipeline.app === app);
}

/** Running and not served by any plan is waiting. */
export function phaseOf(status) {
  return status.phase === 'running' && !status.plan_id ? 'waiting' : status.phase;
}

/** The chunks that a device holds: `[{app, model, first, last}]`. A chunk on several ways is told once. */
export function residentOn(plan, device) {
  const found = new Map();
  for (const pipeline of plan?.pipelines ?? []) {
    for (const way of pipeline.executions) {
      for (const chunk of way.chunks) {
        if (chunk.device !== device) continue;
        const one = {app: pipeline.app, model: pipeline.model, first: chunk.first_layer, last: chunk.last_layer};
        found.set(`${one.app} ${one.first} ${one.last}`, one);
      }
    }
  }
  return [...found.values()];
}

/** The devices that a way crosses, in order, each stay once: source, accelerators, target. */
export function devicesOfWay(way) {
  const all = [way.source, ...way.chunks.map((chunk) => chunk.device), way.target];
  return all.filter((device, i) => i === 0 || device !== all[i - 1]);
}

/** What the plan sends from device to device: `[{from, to, apps, bytesPerSecond}]`. */
export function linksOf(plan) {
  const links = new Map();
  for (const pipeline of plan?.pipelines ?? []) {
    for (const way of pipeline.executions) {
      for (const step of way.steps) {
        if (step.kind !== 'transfer') continue;
        const key = `${step.device}>${step.to}`;
        const link = links.get(key) ?? {from: step.device, to: step.to, apps: [], bytesPerSecond: 0};
        if (!link.apps.includes(pipeline.app)) link.apps.push(pipeline.app);
        link.bytesPerSecond += (step.bytes ?? 0) * pipeline.runs_per_second * way.share;
        links.set(key, link);
      }
    }
  }
  return [...links.values()];
}

/** How much of its time a plan keeps each unit busy, the most loaded first: `[{device, unit, load}]`. A unit's cycle is
 * that of the apps that it serves; they share one. */
export function loadsOf(plan) {
  return (plan?.units ?? []).map(({device, unit, busy_ns, order}) => {
    const pipeline = plan.pipelines[order[0]?.pipeline];
    const paced = pipeline?.paced ? pipeline.runs_per_cycle / pipeline.runs_per_second * 1e9 : 0;
    const cycle = Math.max(pipeline?.cycle_ns ?? 0, paced);
    return {device, unit, load: cycle > 0 ? busy_ns / cycle : 0};
  }).sort((a, b) => b.load - a.load);
}

/** The sensors that an app can be asked through: those of the ways of its plan that take frames from people. An app that takes
 * its sensor's own frames, or the newest again and again, can not be asked. */
export function feedsOf(state, status) {
  const {needs, on} = status.request.sensing;
  const pipeline = pipelineOf(state.plan, status.request.app);
  if (pipeline && !['every', 'once'].includes(pipeline.frames ?? 'every')) return [];
  const sources = pipeline?.executions.map((way) => way.source);
  return state.sensors.filter((sensor) => sensor.feed && sensor.capability === needs && (!on || sensor.device === on) &&
      (!sources || sources.includes(sensor.device)));
}

/** What an app can be asked about, by its model: `picture`, `sound`, or nothing but arrays of its own shape (an empty text). */
export function takes(plan, app) {
  const {picture, sound} = pipelineOf(plan, app) ?? {};
  return picture ? 'picture' : sound ? 'sound' : '';
}

/** The apps that can be asked now: `{picture: [names], sound: [names], arrays: [names]}`, each by what it takes. */
export function askableApps(state) {
  const found = {picture: [], sound: [], arrays: []};
  for (const status of state.apps) {
    if (phaseOf(status) !== 'running' || feedsOf(state, status).length === 0) continue;
    const {app} = status.request;
    found[takes(state.plan, app) || 'arrays'].push(app);
  }
  return found;
}

/** The window of sound that an app's model hears: `{rate, samples}`, or null where it hears none. */
export function windowOf(plan, app) {
  const {sound, input} = pipelineOf(plan, app) ?? {};
  return sound ? {rate: sound.rate, samples: input.channels * input.rows * input.columns} : null;
}

/** Processes that are not well, each with what it waits for: `[{process, state, note}]`. Those of a device that is away are
 * not there, and that is told elsewhere. */
export function troubles(services, body) {
  return services
      .filter((one) => one.state !== 'ready' || (one.counters?.trouble ?? 0) > 0)
      .filter((one) => !isAway(body, one.process.split('/')[1]))
      .map(({process, state, note}) => ({process, state, note: note ?? ''}));
}

// What the table of apps says of each: what it asked for, what the plan grants, what is measured. Pure.

import {devicesOfWay, phaseOf, pipelineOf} from '../core/reading.js';

const order = ['running', 'waiting', 'finished', 'stopped', 'rejected'];

/** Where an app's runs go: `glasses → watch`; several ways with their shares. */
export function wayText(pipeline) {
  if (!pipeline) return '';
  return pipeline.executions.map((way) => {
    const devices = devicesOfWay(way).join(' → ');
    return pipeline.executions.length > 1 ? `${Math.round(way.share * 100)} %: ${devices}` : devices;
  }).join('; ');
}

export function appRows({apps, plan, use}) {
  return apps.map((status) => {
    const app = status.request.app;
    const phase = phaseOf(status);
    const pipeline = phase === 'running' ? pipelineOf(plan, app) : undefined;
    const used = use?.pipelines.find((one) => one.app === app);
    return {app, phase, reason: status.reason ?? '', model: status.request.model, way: wayText(pipeline),
      asked: status.request.rate || null, granted: pipeline?.runs_per_second ?? null,
      measured: phase === 'running' && used ? used.runs_per_second : null,
      latencyUs: phase === 'running' ? used?.latency_p50_us : undefined,
      energyUj: phase === 'running' ? used?.energy_uj : undefined,
      bottleneck: pipeline?.bottleneck ?? '',
      completed: status.completed ?? 0, failed: status.failed ?? 0, of: status.request.runs || null};
  }).sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || a.app.localeCompare(b.app));
}

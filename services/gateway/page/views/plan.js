// The plan in force: where everything runs, why just so, what holds it up, and what lost against it.

import {bytes, duration, hours, objectiveValue, percent, power, rate, word} from '../core/format.js';
import {loadsOf} from '../core/reading.js';
import {useLoaded, useMesh} from '../parts/context.js';
import {AppName, Badge, Bar, Card, Failure, Notice, Table} from '../parts/ui.js';
import {Way} from '../parts/way.js';
import {ReplanForm} from '../plan/replan_form.js';
import {html} from '../vendor/preact.js';

const certainty = {
  optimal: 'proved to be the best',
  bounded: 'the best found, with a limit',
  heuristic: 'by a rule of thumb',
};

/** With objectives that raise the least first, then the next: what each level has, and could have at most. */
function Levels({plan}) {
  if ((plan.levels ?? []).length < 2) return null;
  const isOfDevices = plan.objective === 'lifetime';
  const names = (level) => (isOfDevices ? level.devices : level.apps).join(', ');
  const value = (level, name) => objectiveValue(level[name], plan.objective);
  return html`<${Table} caption="Level by level" rows=${plan.levels} keyOf=${names} columns=${[
    {title: isOfDevices ? 'Devices' : 'Apps', of: names},
    {title: 'Can have', number: true, of: (level) => value(level, 'value')},
    {title: 'No plan gives more than', number: true, of: (level) => value(level, 'bound')},
  ]} />`;
}

function Fact({name, children}) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

function Why({plan}) {
  const badge = html`<${Badge} kind=${plan.status === 'optimal' ? 'good' : 'note'}>${certainty[plan.status]}<//>`;
  const hasBound = plan.bound !== null && plan.bound !== undefined;
  return html`<${Card} title=${`Why plan ${plan.id}`} tools=${badge}>
    <p class="reason-text">${plan.reason}</p>
    <dl class="facts">
      <${Fact} name="Chosen by">${plan.policy}${plan.pinned ? ', pinned by somebody' : ''}<//>
      <${Fact} name="Seeks">${plan.objective}<//>
      <${Fact} name="Reaches">${objectiveValue(plan.objective_value, plan.objective)}<//>
      ${hasBound && html`<${Fact} name="No plan is better than">${objectiveValue(plan.bound, plan.objective)}<//>`}
      <${Fact} name="Held up by">${plan.bottleneck}<//>
      <${Fact} name="A run takes, with nothing else going on">${duration(plan.latency_ns)}<//>
      <${Fact} name="Planned in">${duration(plan.planning_us * 1e3)}<//>
    </dl>
    <${Levels} plan=${plan} />
  <//>`;
}

function Pipeline({pipeline, apps}) {
  const ways = pipeline.executions;
  return html`<div class="pipeline">
    <h3><${AppName} app=${pipeline.app} apps=${apps} />${' '}
      <span class="quiet">${rate(pipeline.runs_per_second)}, held up by ${pipeline.bottleneck}</span></h3>
    ${ways.map((way) => html`<div>
      ${ways.length > 1 && html`<span class="quiet">${percent(way.share)} of its runs</span>`}
      <${Way} way=${way} sensing=${pipeline.sensing} /></div>`)}
  </div>`;
}

function Ways({plan, apps}) {
  return html`<${Card} title="Where it runs">
    ${plan.pipelines.map((pipeline) => html`<${Pipeline} key=${pipeline.app} pipeline=${pipeline} apps=${apps} />`)}
    ${(plan.left_out ?? []).map((one) => html`<${Notice} kind="warning">
      <strong>${one.app}</strong> finds no room: ${one.reason}<//>`)}
  <//>`;
}

function Loads({plan}) {
  return html`<${Card} title="What holds it up"
      about="How much of its time the plan keeps each part of a device busy. What is at 100 % decides the rates.">
    <div class="bars wide">${loadsOf(plan).map(({device, unit, load}) => html`<${Bar} key=${`${device} ${unit}`} share=${load}
      label=${`${device}, ${word(unit).toLowerCase()}`} text=${percent(load)} strong=${load > 0.98} />`)}</div>
  <//>`;
}

function Lost() {
  const {api, state, go} = useMesh();
  const {data, error, loading} = useLoaded(() => api.get('/api/plan'), [state.plan.id]);
  const lost = data?.runners_up ?? [];
  return html`<${Card} title="What lost">
    <${Failure} error=${error} />
    ${loading && !data && html`<p class="quiet">Asking …</p>`}
    ${data && lost.length === 0 && html`<p class="quiet">Not known yet: what else could have been is searched for when policies
      are compared. <button class="link" onClick=${() => go('compare')}>Compare</button></p>`}
    ${lost.length > 0 && html`<${Table} caption="Plans that lost" rows=${lost} keyOf=${(row) => row.name + row.plan} columns=${[
      {title: 'Proposed by', of: (row) => row.name},
      {title: 'Would have', number: true, of: (row) => objectiveValue(row.objective_value, state.plan.objective)},
      {title: 'Plan', of: (row) => row.plan},
      {title: 'Why it lost', of: (row) => row.why},
    ]} />`}
  <//>`;
}

function Devices({plan}) {
  const rows = plan.devices.map((one) => ({...one, ...plan.memory.find((memory) => memory.device === one.device)}));
  return html`<${Card} title="Devices under this plan">
    <${Table} caption="Devices under this plan" rows=${rows} keyOf=${(row) => row.device} columns=${[
      {title: 'Device', of: (row) => row.device},
      {title: 'Draws', number: true, of: (row) => power(row.power_mw)},
      {title: 'Battery lasts', number: true, of: (row) => hours(row.hours)},
      {title: 'Layers', number: true, of: (row) => row.layers ?? 0},
      {title: 'Weights', number: true, of: (row) => bytes(row.weight_bytes ?? 0)},
      {title: 'Room for data', number: true, of: (row) => bytes(row.buffer_bytes ?? 0)},
    ]} />
  <//>`;
}

export function PlanView() {
  const {state, go} = useMesh();
  if (!state.plan && state.recording) return html`<${Notice}>No plan is in force at this moment.<//>`;
  if (!state.plan) {
    return html`<${Notice}>There is no plan yet: no app was accepted.${' '}
      <button class="link" onClick=${() => go('apps')}>Start one</button>.<//>`;
  }
  return html`<div class="columns">
      <div><${Why} plan=${state.plan} /><${Ways} plan=${state.plan} apps=${state.apps} />${!state.recording && html`<${ReplanForm} />`}</div>
      <div><${Loads} plan=${state.plan} /><${Devices} plan=${state.plan} /></div>
    </div>
    <${Lost} />`;
}

// Every plan there was, and what made the next one necessary.

import {age, duration, energy, rate} from '../core/format.js';
import {stretchesOf, timeOf} from '../history/stretches.js';
import {useLoaded, useMesh} from '../parts/context.js';
import {AppName, Badge, Card, Failure, Notice} from '../parts/ui.js';
import {Way} from '../parts/way.js';
import {html} from '../vendor/preact.js';

const shownAtMost = 60;

function Strip({plans, now, chosen, choose}) {
  return html`<div class="strip">${stretchesOf(plans, now).map(({plan, from, to, share}) => {
    const lasted = age(to - from);
    return html`<button key=${plan.id} class=${plan.id === chosen ? 'chosen' : ''} style=${{flexGrow: share * 1000}}
      aria-label=${`Plan ${plan.id}, in force for ${lasted}: ${plan.cause}`} title=${`${plan.cause} (${lasted})`}
      onClick=${() => choose(plan.id)}>${plan.id}</button>`;
  })}</div>`;
}

/** The ways of all apps under a plan of the past. */
function Whole({id}) {
  const {api, state} = useMesh();
  const {data, error} = useLoaded(() => api.get(`/api/plans/${id}`), [id]);
  if (error) return html`<${Failure} error=${error} />`;
  if (!data) return html`<p class="quiet">Asking …</p>`;
  return data.pipelines.map((pipeline) => html`<div class="pipeline" key=${pipeline.app}>
    <h3><${AppName} app=${pipeline.app} apps=${state.apps} /> <span class="quiet">${rate(pipeline.runs_per_second)}</span></h3>
    ${pipeline.executions.map((way) => html`<${Way} way=${way} sensing=${pipeline.sensing} />`)}</div>`);
}

function figuresOf(plan) {
  const latencyNs = plan.latency_us ? plan.latency_us * 1e3 : plan.latency_ms * 1e6;
  const figures = [`At least ${rate(plan.rounds_per_second)} of each app`, `a run takes ${duration(latencyNs)}`,
    `${energy(plan.energy_uj)} a run`, `held up by ${plan.bottleneck}`];
  if (plan.switch_us) figures.push(`change took ${duration(plan.switch_us * 1e3)}`);
  return figures.join(' · ');
}

function PlanItem({plan, isNow, isOpen, choose, now}) {
  return html`<li class=${`event ${isOpen ? 'chosen' : ''}`}>
    <div class="event-head">
      <button class="link" aria-expanded=${isOpen ? 'true' : 'false'} onClick=${() => choose(isOpen ? '' : plan.id)}>
        Plan ${plan.id}</button>
      ${isNow && html`<${Badge} kind="good">in force<//>`}
      <span class="quiet" title=${plan.made}>${age(now - timeOf(plan.made))} ago · ${plan.policy}</span>
    </div>
    <p class="cause">${plan.cause}</p>
    <p>${plan.reason}</p>
    <p class="quiet">${figuresOf(plan)}</p>
    ${isOpen && html`<${Whole} id=${plan.id} />`}
  </li>`;
}

export function HistoryView() {
  const {api, state, settings, set, now} = useMesh();
  const {data, error, loading} = useLoaded(() => api.get('/api/plans', {limit: shownAtMost}), [state.plan?.id]);
  const plans = data?.plans ?? [];
  const chosen = Number(settings.plan) || '';
  const choose = (id) => set({plan: id});
  return html`<${Card} title="History of plans"
      about="Each change of plan with what made it necessary, the newest first. The strip shows how long each was in force.">
    <${Failure} error=${error} />
    ${loading && !data && html`<p class="quiet">Asking …</p>`}
    ${data && plans.length === 0 && html`<${Notice}>There was no plan yet.<//>`}
    ${plans.length > 0 && html`<${Strip} plans=${plans} now=${now} chosen=${chosen} choose=${choose} />`}
    <ol class="events">${plans.map((plan) => html`<${PlanItem} key=${plan.id} plan=${plan} isNow=${plan.id === state.plan?.id}
      isOpen=${plan.id === chosen} choose=${choose} now=${now} />`)}</ol>
  <//>`;
}

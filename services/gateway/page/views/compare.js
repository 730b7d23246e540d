// What other policies would give the apps that run now, side by side.

import {policies} from '../plan/words.js';
import {duration, energy, objectiveValue, rate} from '../core/format.js';
import {html, useEffect, useRef, useState} from '../vendor/preact.js';
import {useMesh} from '../parts/context.js';
import {Badge, Card, Failure, Notice} from '../parts/ui.js';

/** Asks for one policy after the other, so that each is seen when it is there. */
function useComparison(api, planId) {
  const [found, setFound] = useState({rows: [], asking: ''});
  const turn = useRef(0);
  const start = async () => {
    const mine = ++turn.current;
    const rows = [];
    for (const policy of policies) {
      setFound({rows: [...rows], asking: policy});
      try {
        const answer = await api.get('/api/compare', {policies: policy});
        rows.push(...answer.policies);
      } catch (error) {
        if (turn.current === mine) setFound({rows: [...rows], asking: '', error});
        return;
      }
      if (turn.current !== mine) return;
    }
    setFound({rows: [...rows], asking: ''});
  };
  useEffect(() => {
    ++turn.current;
    setFound({rows: [], asking: ''});
    return () => { ++turn.current; };
  }, [planId]);
  return {...found, start};
}

function Rates({row, apps, most}) {
  return html`<td class="whole"><div class="rates">${apps.map((app) => {
    const value = row.rates?.[app];
    const width = `${value ? value / most[app] * 100 : 0}%`;
    return html`<div key=${app} class="rate"><span>${app}</span>
      <span class="bar-track"><span class="bar-fill" style=${{width}}></span></span>
      <span class="number">${value === undefined ? '–' : rate(value)}</span></div>`;
  })}</div></td>`;
}

function Row({row, apps, most, plan}) {
  const isInForce = row.policy === plan.policy;
  const hasPlan = ['optimal', 'bounded', 'heuristic'].includes(row.status);
  return html`<tr class=${isInForce ? 'chosen' : ''}>
    <th scope="row">${row.policy} ${isInForce && html`<${Badge} kind="good">in force<//>`}</th>
    <${Rates} row=${row} apps=${apps} most=${most} />
    <td class="number" data-title="By the aim">${objectiveValue(row.objective_value, plan.objective)}</td>
    <td class="number" data-title="A run takes">${row.latency_us ? duration(row.latency_us * 1e3) : '–'}</td>
    <td class="number" data-title="Energy a run">${row.energy_uj ? energy(row.energy_uj) : '–'}</td>
    <td class="whole wide"><${Badge} kind=${hasPlan ? 'note' : 'error'}>${row.status}<//> ${row.reason}</td>
  </tr>`;
}

function Rows({rows, apps, plan}) {
  const most = Object.fromEntries(apps.map((app) => [app, Math.max(1e-9, ...rows.map((row) => row.rates?.[app] ?? 0))]));
  return html`<div class="table" tabindex="0" role="region" aria-label="Policies side by side"><table>
    <thead><tr>
      <th scope="col">Policy</th>
      <th scope="col">Runs a second</th>
      <th scope="col" class="number">By the aim "${plan.objective}"</th>
      <th scope="col" class="number">A run takes</th>
      <th scope="col" class="number">Energy a run</th>
      <th scope="col">Says</th>
    </tr></thead>
    <tbody>${rows.map((row) => html`<${Row} key=${row.policy} row=${row} apps=${apps} most=${most} plan=${plan} />`)}</tbody>
  </table></div>`;
}

export function CompareView() {
  const {api, state, go} = useMesh();
  const {rows, asking, error, start} = useComparison(api, state.plan?.id);
  if (!state.plan && state.recording) return html`<${Notice}>No plan is in force at this moment.<//>`;
  if (!state.plan) {
    return html`<${Notice}>Policies are compared for the apps that run, and none runs.${' '}
      <button class="link" onClick=${() => go('apps')}>Start one</button>.<//>`;
  }
  const apps = state.plan.pipelines.map((pipeline) => pipeline.app);
  return html`<${Card} title="Policies side by side"
      about="What each policy would give the apps that run now. Nothing changes in the mesh.">
    <div class="row">
      <button class="main" disabled=${asking !== ''} onClick=${start}>${rows.length > 0 && !asking ? 'Compare again' : 'Compare'}</button>
      <span role="status" class="quiet">${asking && `Planning by ${asking} …`}</span>
    </div>
    <${Failure} error=${error} />
    ${rows.length > 0 && html`<${Rows} rows=${rows} apps=${apps} plan=${state.plan} />`}
  <//>`;
}

// The apps: what each asked for, what it has, how it goes; start and stop them.

import {RateChart} from '../apps/rate_chart.js';
import {emptyForm, formOf} from '../apps/request.js';
import {appRows} from '../apps/rows.js';
import {SubmitForm} from '../apps/submit_form.js';
import {duration, energy, rate} from '../core/format.js';
import {html, useState} from '../vendor/preact.js';
import {useAction, useMesh} from '../parts/context.js';
import {AppName, Badge, Card, Failure, Table} from '../parts/ui.js';

const kinds = {running: 'good', waiting: 'warning', rejected: 'error'};

function runsText({completed, of, failed}) {
  return `${completed}${of ? ` of ${of}` : ''}${failed ? `, ${failed} failed` : ''}`;
}

function columns(state, stop, again, busy) {
  return [
    {title: 'App', of: (row) => html`<${AppName} app=${row.app} apps=${state.apps} />`},
    {title: 'State', of: (row) => html`<${Badge} kind=${kinds[row.phase] ?? 'note'}>${row.phase}<//>${
      row.reason && html`<div class="reason">${row.reason}</div>`}`},
    {title: 'Asked', number: true, of: (row) => row.asked ? rate(row.asked) : 'as many as possible'},
    {title: 'Granted', number: true, of: (row) => rate(row.granted)},
    {title: 'Measured', number: true, of: (row) => rate(row.measured)},
    {title: 'A run takes', number: true, of: (row) => row.latencyUs ? duration(row.latencyUs * 1e3) : '–'},
    {title: 'Energy a run', number: true, of: (row) => row.energyUj ? energy(row.energyUj) : '–'},
    {title: 'Runs', number: true, of: runsText},
    {title: 'Goes over', of: (row) => row.way || '–'},
    {title: 'Held up by', of: (row) => row.bottleneck || '–'},
    ...(state.recording ? [] : [{title: 'Do', of: (row) => row.phase === 'running' || row.phase === 'waiting'
      ? html`<button class="small" disabled=${busy} onClick=${() => stop(row.app)} aria-label=${`Stop ${row.app}`}>Stop</button>`
      : html`<button class="small" onClick=${() => again(row.app)} aria-label=${`Fill in the form as for ${row.app}`}>Again</button>`}]),
  ];
}

export function AppsView() {
  const {state, api} = useMesh();
  const {busy, error, run} = useAction();
  const [form, setForm] = useState(emptyForm);
  const rows = appRows(state);
  const running = rows.filter((row) => row.phase === 'running').map((row) => row.app).sort();
  const stop = (app) => run(() => api.post('/api/stop', {app}));
  const again = (app) => setForm(formOf(state.apps.find((status) => status.request.app === app).request));
  return html`
    <${Card} title="Apps">
      ${rows.length === 0 ? html`<p class="quiet">No app was ever asked for.${state.recording ? '' : ' Start one below.'}</p>`
        : html`<${Table} caption="Apps" columns=${columns(state, stop, again, busy)} rows=${rows} keyOf=${(row) => row.app} />`}
      <${Failure} error=${error} />
    <//>
    ${running.length > 0 && html`<${Card} title="Rates" about="Measured runs a second of each running app, while this page was open.">
      <${RateChart} samples=${state.samples} apps=${running} allApps=${state.apps} /><//>`}
    ${!state.recording && html`<${SubmitForm} form=${form} setForm=${setForm} />`}`;
}

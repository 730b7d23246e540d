// Asks the mesh to run an app, or what it would come to.

import {hours, rate} from '../core/format.js';
import {html, useState} from '../vendor/preact.js';
import {useAction, useMesh} from '../parts/context.js';
import {Card, Failure, Field, Notice, Select} from '../parts/ui.js';
import {choices, emptyForm, missingIn, requestOf} from './request.js';

function Changes({changes}) {
  if (!changes || changes.length === 0) return html`<p>No other app would notice.</p>`;
  return html`<ul>${changes.map(({app, before, after}) => html`<li key=${app}>${app}: ${rate(before)} → ${rate(after)}</li>`)}</ul>`;
}

function Batteries({now, then}) {
  if (!then || then.length === 0) return null;
  return html`<p>Batteries would last: ${then.map((one) => {
    const before = now?.find((other) => other.device === one.device);
    return `${one.device} ${hours(one.hours)}${before ? ` (now ${hours(before.hours)})` : ''}`;
  }).join(', ')}.</p>`;
}

function Forecast({forecast}) {
  return html`<${Notice} kind="good"><p>${forecast.app} would run <strong>${rate(forecast.rate)}</strong>.</p>
    <${Changes} changes=${forecast.changes} />
    <${Batteries} now=${forecast.devices_now} then=${forecast.devices} />
    ${(forecast.warnings ?? []).map((warning) => html`<p>${warning}</p>`)}<//>`;
}

function Accepted({answer}) {
  return html`<${Notice} kind="good"><p>${answer.app} runs${answer.rate ? html`, <strong>${rate(answer.rate)}</strong>` : ''},
    by plan ${answer.plan_id}.</p>
    ${(answer.changes ?? []).length > 0 && html`<${Changes} changes=${answer.changes} />`}
    ${(answer.warnings ?? []).map((warning) => html`<p>${warning}</p>`)}<//>`;
}

function Details({form, set, open}) {
  return html`<details open=${open}><summary>More settings</summary><div class="fields">
    <${Field} label="Runs a second, at most" value=${form.rate} onInput=${set('rate')} inputmode="decimal"
      placeholder="as many as possible" />
    <${Field} label="Weight beside other apps" value=${form.weight} onInput=${set('weight')} inputmode="decimal" placeholder="1" />
    <${Field} label="Runs in all" value=${form.runs} onInput=${set('runs')} inputmode="numeric" placeholder="until stopped" />
    <${Field} label="Devices that compute, at least" value=${form.devices} onInput=${set('devices')} inputmode="numeric" placeholder="1" />
    <label class="check"><input type="checkbox" checked=${form.repeat} onChange=${(event) => set('repeat')(event.target.checked)} />
      <span>Several runs may take the same picture or window</span></label>
    <label class="check"><input type="checkbox" checked=${form.each} onChange=${(event) => set('each')(event.target.checked)} />
      <span>Run once for each picture or window that somebody gives it</span></label></div></details>`;
}

export function SubmitForm({form, setForm}) {
  const {state, api} = useMesh();
  const action = useAction();
  const [kind, setKind] = useState('');
  const set = (name) => (value) => setForm({...form, [name]: value});
  const {sensors, outputs, models, devicesOf} = choices(state.body, state.apps);
  const missing = missingIn(form);
  const ask = (dry) => {
    setKind(dry ? 'forecast' : 'accepted');
    action.run(async () => {
      const answer = await api.post('/api/submit', requestOf(form), dry ? {dry_run: 1} : {});
      if (!dry) setForm(emptyForm);
      return answer;
    });
  };
  const submit = (event) => {
    event.preventDefault();
    ask(false);
  };
  return html`<${Card} title="Start an app"
      about="Say what it senses with, which model computes, and where the answer goes. The mesh decides where it runs.">
    <form onSubmit=${submit}><div class="fields">
      <${Field} label="Name" value=${form.app} onInput=${set('app')} maxlength="64" autocomplete="off" />
      <${Field} label="Model" value=${form.model} onInput=${set('model')} list="models" autocomplete="off"
        placeholder="a folder of deploy/models" />
      <datalist id="models">${models.map((model) => html`<option value=${model}></option>`)}</datalist>
      <${Select} label="Senses with" value=${form.sensor} options=${sensors} onChange=${set('sensor')} empty="choose …" />
      <${Select} label="on" value=${form.sensorOn} options=${devicesOf(form.sensor)} onChange=${set('sensorOn')} empty="any device" />
      <${Select} label="Answer goes to" value=${form.output} options=${outputs} onChange=${set('output')} empty="choose …" />
      <${Select} label="on" value=${form.outputOn} options=${devicesOf(form.output)} onChange=${set('outputOn')} empty="any device" />
    </div><${Details} form=${form} set=${set} open=${Boolean(form.rate || form.weight || form.runs || form.devices || form.repeat)} />
    <div class="row"><button class="main" type="submit" disabled=${action.busy || missing !== ''}>Start</button>
      <button type="button" disabled=${action.busy || missing !== ''} onClick=${() => ask(true)}>What would it come to?</button>
      <span class="quiet">${action.busy ? 'The mesh plans …' : missing}</span></div></form>
    <${Failure} error=${action.error} />
    ${action.done && (kind === 'forecast' ? html`<${Forecast} forecast=${action.done} />` : html`<${Accepted} answer=${action.done} />`)}
  <//>`;
}

// Give something of your own, drawn or spoken, and see what an app makes of it.

import {askableApps, windowOf} from '../core/reading.js';
import {DrawCard} from '../draw/draw_card.js';
import {html} from '../vendor/preact.js';
import {useAction, useMesh} from '../parts/context.js';
import {Card, Notice} from '../parts/ui.js';
import {ListenCard} from '../sound/listen_card.js';
import {Answer} from '../try/answer.js';
import {Start} from '../try/start.js';

const kinds = ['picture', 'sound'];
const titles = {picture: 'Draw', sound: 'Speak'};

/** The card where people give something, and beside it what came of it. */
function Asking({kind, apps}) {
  const {state, now, api, settings, set} = useMesh();
  const {busy, error, done, run} = useAction();
  const app = apps.includes(settings.app) ? settings.app : apps[0];
  const ask = (take, how = {}) => run(async () => ({app, answer: await api.post('/api/ask', await take(), {app, ...how})}));
  const shared = {app, apps, ask, busy, error, onApp: (value) => set({app: value})};
  return html`<div class="try-view">
    ${kind === 'picture' ? html`<${DrawCard} ...${shared} />`
      : html`<${ListenCard} ...${shared} window=${windowOf(state.plan, app)} plan=${state.plan} />`}
    <${Card} title="What the mesh says">
      ${done ? html`<${Answer} state=${state} app=${done.app} answer=${done.answer} now=${now} />`
        : html`<p class="quiet">${busy ? 'Under way …' : 'The answer appears here, with the way it took over the body.'}</p>`}
    <//>
  </div>`;
}

export function TryView() {
  const {state, api, settings, set, go} = useMesh();
  if (!state.body) return html`<${Notice}>Waiting for the mesh to tell who is there …<//>`;
  if (state.recording) {
    return html`<${Card} title="Try it"><${Notice}>A recording is shown, and nobody in it can be asked. The other views show what it
      holds; a mesh that runs can be asked (deploy/mesh up).<//><//>`;
  }
  const askable = askableApps(state);
  const possible = kinds.filter((kind) => askable[kind].length > 0);
  const arrays = askable.arrays.length > 0 && html`<p class="quiet">By arrays of numbers only: ${
    askable.arrays.map((app) => `synergy ask ${app} FILE.npy`).join(', ')}.</p>`;
  if (possible.length === 0) return html`<${Start} state=${state} api=${api} go=${go} wanted=${kinds} />${arrays}`;
  const kind = kinds.includes(settings.with) ? settings.with : possible[0];
  return html`<div class="row ways" role="group" aria-label="What you give">${kinds.map((one) => html`<button key=${one}
      aria-pressed=${one === kind ? 'true' : 'false'} onClick=${() => set({with: one, app: ''})}>${titles[one]}</button>`)}</div>
    ${askable[kind].length > 0 ? html`<${Asking} key=${kind} kind=${kind} apps=${askable[kind]} />`
      : html`<${Start} key=${kind} state=${state} api=${api} go=${go} wanted=${[kind]} />`}${arrays}`;
}

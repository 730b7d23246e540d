// Asks the mesh to plan again, by another policy, for another aim.

import {html, useState} from '../vendor/preact.js';
import {useAction, useMesh} from '../parts/context.js';
import {Card, Failure, Notice, Select} from '../parts/ui.js';
import {objectives, policies, residencies} from './words.js';

export function ReplanForm() {
  const {api} = useMesh();
  const {busy, error, done, run} = useAction();
  const [asked, setAsked] = useState({policy: '', objective: '', residency: ''});
  const set = (name) => (value) => setAsked({...asked, [name]: value});
  const wanted = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
  return html`<${Card} title="Plan again" about="What is chosen holds from then on.">
    <div class="fields">
      <${Select} label="Policy" value=${asked.policy} options=${policies} onChange=${set('policy')} empty="as before" />
      <${Select} label="Seek" value=${asked.objective} options=${objectives} onChange=${set('objective')} empty="as before" />
      <${Select} label="Accelerators keep" value=${asked.residency} options=${residencies} onChange=${set('residency')} empty="as before" />
    </div>
    <div class="row"><button disabled=${busy} onClick=${() => run(() => api.post('/api/replan', wanted))}>
      ${busy ? 'Planning …' : 'Plan again'}</button></div>
    <${Failure} error=${error} />
    ${done && html`<${Notice} kind="good">Plan ${done.id} is in force.<//>`}<//>`;
}

// Where no app can be asked: what to do, and buttons that do it.

import {phaseOf} from '../core/reading.js';
import {html} from '../vendor/preact.js';
import {useAction} from '../parts/context.js';
import {Card, Failure, Notice} from '../parts/ui.js';

/** What people can give, which sensor takes it, and the app that is started for it. */
const kinds = {
  picture: {sensor: 'camera', things: 'pictures', app: 'digit-reader', model: 'digits', rate: 10, button: 'Start a digit reader'},
  sound: {sensor: 'microphone', things: 'sound', app: 'keyword-listener', model: 'keywords', rate: 2, button: 'Start a keyword listener'},
};

function sensorsOf(state, kind) {
  return state.sensors.filter((sensor) => sensor.feed && sensor.capability === kinds[kind].sensor);
}

/** What to do where no app takes any of these kinds; pure. */
export function adviceWithoutApps(state, wanted) {
  const things = wanted.map((kind) => kinds[kind].things).join(' or ');
  const sensors = wanted.flatMap((kind) => sensorsOf(state, kind));
  if (sensors.length > 0) {
    const where = sensors.map((sensor) => `the ${sensor.capability} of ${sensor.device}`);
    return `No running app uses a sensor that takes your ${things}. Start one here, or under Apps one that senses with ${where.join(' or ')}.`;
  }
  return `No sensor of this body takes ${things} from you. Give one the source "feed" in the body file (deploy/README.md says how), `
    + 'then start the mesh with deploy/mesh up --body FILE.';
}

/** The request of an app of that kind, for the first sensor that takes what people give; null where there is none, where nothing
 * shows its answer, or where it was started and waits. Pure. */
export function starterOf(state, kind) {
  const {app, model, sensor: needs, rate} = kinds[kind];
  const [sensor] = sensorsOf(state, kind);
  const shows = state.body?.devices.some((device) => (device.actuators ?? []).includes('display'));
  if (!sensor || !shows || state.apps.some((one) => one.request.app === app && one.phase === 'running')) return null;
  return {app, model, sensing: {needs, on: sensor.device}, interaction: {needs: 'display'}, trigger: 'frame', rate, at_least_devices: 2};
}

/** What became of an app that was started here before and is not served yet. Pure. */
export function waitingFor(state, wanted) {
  const names = wanted.map((kind) => kinds[kind].app);
  return state.apps.filter((one) => names.includes(one.request.app) && phaseOf(one) === 'waiting')
      .map((one) => `${one.request.app} ${one.reason || 'waits: the mesh plans for it'}`);
}

export function Start({state, api, go, wanted}) {
  const {busy, error, run} = useAction();
  const starters = wanted.map((kind) => [kind, starterOf(state, kind)]).filter(([, request]) => request);
  return html`<${Card} title="Try it"><${Notice}>${adviceWithoutApps(state, wanted)}<//>
    ${waitingFor(state, wanted).map((text) => html`<${Notice} kind="warning">${text}<//>`)}
    <div class="row">${starters.map(([kind, request]) => html`<button class="main" key=${kind} disabled=${busy}
        onClick=${() => run(() => api.post('/api/submit', request))}>${kinds[kind].button}</button>`)}
      <button onClick=${() => go('apps')}>Go to Apps</button></div>
    ${busy && html`<p class="quiet" role="status">Starting …</p>`}
    <${Failure} error=${error} /><//>`;
}

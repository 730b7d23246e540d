// The bar of a recording: play and pause, how fast, which moment, and what happened up to then.

import {rate} from '../core/format.js';
import {clockText, positionMs} from '../core/recording.js';
import {html, useEffect, useRef, useState} from '../vendor/preact.js';
import {useMesh} from './context.js';
import {Failure} from './ui.js';

const speeds = [0.5, 1, 2, 5, 10, 20, 50];
const stepMs = 5000;
const againMs = 200;

/** Whether a key pressed there is meant for what stands there. The handle of the bar itself goes by the same steps as the page. */
function takesKeys(target) {
  if (target.matches?.('input[type=range]')) return false;
  return target.closest?.('input, select, textarea, button, a, summary, canvas, [role=application], [role=region]') !== null;
}

/** Sends one command after the other; of those that come meanwhile only the newest of each kind counts. */
function useCommands(api) {
  const [error, setError] = useState(null);
  const made = useRef({waiting: null, busy: false});
  const send = async (command) => {
    const mine = made.current;
    mine.waiting = {...mine.waiting, ...command};
    if (mine.busy) return;
    mine.busy = true;
    while (mine.waiting) {
      const next = mine.waiting;
      mine.waiting = null;
      try {
        await api.post('/api/recording', next);
        setError(null);
      } catch (failure) {
        setError(failure);
      }
    }
    mine.busy = false;
  };
  return {error, send};
}

/** Shows the bar anew often enough for its clock. */
function useClock(isPlaying) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), againMs);
    return () => clearInterval(timer);
  }, [isPlaying]);
}

function useKeys(act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const pressed = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
      const work = {' ': 'toggle', ArrowLeft: 'back', ArrowRight: 'on', Home: 'first', End: 'last'}[event.key];
      if (!work) return;
      event.preventDefault();
      latest.current[work]();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

/** In words, what happened up to the moment shown; pure. */
export function figuresText({apps, plans, departures}) {
  const each = apps.map((app) => `${app.app}: ${app.results} results, ${rate(app.results_per_second)}${
    app.failed > 0 ? `, ${app.failed} attempts failed` : ''}`);
  const count = (number, one, more) => `${number} ${number === 1 ? one : more}`;
  return [...each, count(plans, 'plan', 'plans'), ...(departures > 0 ? [count(departures, 'device left', 'devices left')] : [])].join(' · ');
}

export function RecordingBar() {
  const {state: {recording}, api} = useMesh();
  const {error, send} = useCommands(api);
  const [dragged, setDragged] = useState(null);  // where the handle is held, ms
  useClock(recording.playing);
  const length = recording.length_ns / 1e6;
  const at = dragged ?? positionMs(recording, Date.now());
  const seek = (ms) => send({at_ns: Math.round(Math.max(0, Math.min(length, ms)) * 1e6)});
  const toggle = () => send({playing: !recording.playing});
  useKeys({toggle, back: () => seek(at - stepMs), on: () => seek(at + stepMs), first: () => seek(0), last: () => seek(length)});
  const drag = (event) => {
    setDragged(Number(event.target.value));
    seek(Number(event.target.value));
  };
  useEffect(() => setDragged(null), [recording]);
  const when = new Date(recording.started_unix_ns / 1e6 + at);
  return html`<section class="recording" aria-label="Recording">
    <div class="recording-row">
      <button class="main play" onClick=${toggle}>${recording.playing ? 'Pause' : 'Play'}</button>
      <span class="recording-time" title=${when.toISOString()}>${clockText(at)} / ${clockText(length)}</span>
      <input type="range" min="0" max=${length} step="100" value=${at} onInput=${drag} aria-label="Moment of the recording"
        aria-valuetext=${`${clockText(at)} of ${clockText(length)}`} />
      <label><span class="hidden">Speed</span><select value=${recording.speed}
          onChange=${(event) => send({speed: Number(event.target.value)})}>
        ${[...new Set([...speeds, recording.speed])].sort((a, b) => a - b).map((speed) => html`<option value=${speed}>${speed}×</option>`)}
      </select></label>
    </div>
    <p class="quiet recording-figures"><strong>${recording.file}</strong> · ${figuresText(recording)}</p>
    ${recording.note && html`<p class="quiet bad">${recording.note}</p>`}
    <${Failure} error=${error} />
  </section>`;
}

// Say a word, or choose a sound, and ask an app what it is.

import {pipelineOf} from '../core/reading.js';
import {html, useEffect, useMemo, useRef} from '../vendor/preact.js';
import {Card, Failure, Notice, Select} from '../parts/ui.js';
import {mostSeconds} from './heard.js';
import {slots} from './outline.js';
import {partOf, takenOf} from './taking.js';
import {obstacleIn} from './trouble.js';
import {useSound} from './use_sound.js';
import {Meter, Wave} from './wave.js';

const noWords = ['other', 'silence', 'unknown'];

/** The words that the app's model tells apart; pure. */
export function wordsOf(plan, app) {
  return (pipelineOf(plan, app)?.labels ?? []).filter((label) => !noWords.includes(label));
}

function Words({words}) {
  return words.length > 0 && html`<div><p class="quiet">It knows these words:</p>
    <ul class="words">${words.map((word) => html`<li key=${word}>${word}</li>`)}</ul></div>`;
}

const invitations = {opening: 'Asking for the microphone …', listening: `Say one word now. It ends when you have said it, or after ${mostSeconds} seconds.`};

/** In words, what the picture of the sound shows. */
function described({phase, sound}, part) {
  if (phase !== 'ready') return invitations[phase];
  if (!sound) return 'No sound yet.';
  if (!sound.samples) return `${sound.file.name} is no sound that this browser can show; the mesh may know it.`;
  const seconds = (samples) => (samples / sound.rate).toFixed(1);
  const whole = `${seconds(sound.samples.length)} seconds of sound`;
  return part ? `${whole}; asked about: from second ${seconds(Math.max(0, part.begin))} to ${seconds(part.end)}.` : `${whole}.`;
}

/** A part in bars of the picture. What the microphone heard fills the picture as far as it went, a file all of it. */
function inBars(sound, part) {
  if (!part) return null;
  const perBar = sound.file ? sound.samples.length / slots : mostSeconds * sound.rate / slots;
  return {begin: part.begin / perBar, end: part.end / perBar};
}

function Picture({sound, window}) {
  const {phase, level = 0} = sound;
  const shown = sound.sound;
  const part = useMemo(() => shown && partOf(shown, window), [shown, window.rate, window.samples]);
  return html`<div class="recorder"><${Wave} bars=${shown?.bars ?? sound.bars ?? []} part=${shown ? inBars(shown, part) : null} />
    <${Meter} level=${phase === 'listening' ? level : 0} />
    <p class="quiet" role="status">${described(sound, part)}</p></div>`;
}

/** `ask(take, how)` asks about the sound that `take()` gives, as the query `how` says; `window`: what the app's model hears, `{rate, samples}`. */
export function ListenCard({app, apps, onApp, ask, busy, error, window: heard, plan}) {
  const input = useRef(null);
  // Of a file that the browser can not read, the mesh finds the loudest window, should it be longer.
  const askAbout = (sound) => ask(() => takenOf(sound, heard), sound.samples ? {} : {loudest: true});
  const sound = useSound(askAbout);
  const {phase} = sound;
  const isOn = phase !== 'ready';
  const obstacle = useMemo(() => obstacleIn(globalThis, navigator), []);
  useEffect(() => {
    if (!isOn) return undefined;
    const escape = (event) => event.key === 'Escape' && sound.cancel();
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, [isOn]);
  const press = () => {
    if (busy) return undefined;  // the button is not disabled meanwhile: it would lose the keyboard's focus
    if (isOn) return sound.stop();
    input.current.value = '';
    return sound.listen();
  };
  return html`<${Card} title="Say a word" about="Press Listen, say one word, and the mesh is asked what it was. Enter starts and stops, Escape gives up.">
    <${Picture} sound=${sound} window=${heard} />
    ${obstacle ? html`<${Notice} kind="warning">${obstacle}<//>`
      : html`<div><button class=${`main listen ${isOn ? 'on' : ''}`} aria-disabled=${busy ? 'true' : undefined} onClick=${press}>${
        isOn ? 'Stop' : 'Listen'}</button></div>`}
    <${Words} words=${wordsOf(plan, app)} />
    <label class="field"><span>Or a sound file (WAV, FLAC or OGG)</span>
      <input type="file" ref=${input} accept="audio/*,.wav,.flac,.ogg" onChange=${(event) => event.target.files[0]
        && sound.choose(event.target.files[0], heard.rate)} /></label>
    <${Select} label="Which app answers" value=${app} options=${apps} onChange=${onApp} />
    <div class="row"><button class=${sound.sound?.file ? 'main' : ''} disabled=${busy || isOn || !sound.sound}
      onClick=${() => askAbout(sound.sound)}>${busy ? 'Asking …' : sound.sound?.file ? 'Ask' : 'Ask again'}</button></div>
    <${Failure} error=${sound.error ?? (isOn ? null : error)} />
  <//>`;
}

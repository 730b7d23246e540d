// Draw something, or choose a picture, and ask an app what it is.

import {html, useRef, useState} from '../vendor/preact.js';
import {Card, Failure, Select} from '../parts/ui.js';
import {Pad} from './pad.js';

/** The picture that is asked about: drawn or chosen. */
function usePicture() {
  const pad = useRef(null);
  const input = useRef(null);
  const [file, setFile] = useState(null);
  const [isEmpty, setEmpty] = useState(true);
  const [error, setError] = useState(null);
  const drawn = (empty) => {
    setEmpty(empty);
    setFile(null);
    setError(null);
    input.current.value = '';
  };
  const choose = async (chosen) => {
    if (!chosen) return;
    try {
      await pad.current.show(chosen);
      setFile(chosen);
      setError(null);
    } catch {
      pad.current.clear();
      setError(new Error(`${chosen.name} is no picture that can be read. Choose a PNG or a JPEG.`));
    }
  };
  return {pad, input, error, drawn, choose, isThere: Boolean(file) || !isEmpty,
    take: () => file ? Promise.resolve(file) : pad.current.picture(), clear: () => pad.current.clear()};
}

/** `ask(take)` asks about the picture that `take()` promises; `busy`, `error`: of that. */
export function DrawCard({app, apps, onApp, ask, busy, error}) {
  const picture = usePicture();
  return html`<${Card} title="Draw a digit" about="Draw one with the mouse or a finger, or choose a picture, and ask the mesh what it is.">
    <${Pad} pad=${picture.pad} onDrawn=${picture.drawn} />
    <label class="field"><span>Or a picture (PNG or JPEG)</span>
      <input type="file" ref=${picture.input} accept="image/png,image/jpeg"
        onChange=${(event) => picture.choose(event.target.files[0])} /></label>
    <${Select} label="Which app answers" value=${app} options=${apps} onChange=${onApp} />
    <div class="row"><button class="main" disabled=${busy || !picture.isThere} onClick=${() => ask(picture.take)}>${
      busy ? 'Asking …' : 'Ask'}</button>
      <button onClick=${picture.clear}>Clear</button></div>
    <${Failure} error=${picture.error ?? error} />
  <//>`;
}

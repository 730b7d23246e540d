// Light, dark, or as the system has it.

import {chooseTheme, chosenTheme, themes} from '../core/theme.js';
import {html, useState} from '../vendor/preact.js';

const words = {system: 'Automatic', light: 'Light', dark: 'Dark'};

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme());
  const choose = (event) => {
    chooseTheme(event.target.value);
    setTheme(event.target.value);
  };
  return html`<label class="theme"><span class="hidden">Colours</span>
    <select value=${theme} onChange=${choose}>
      ${themes.map((name) => html`<option value=${name}>${words[name]}</option>`)}
    </select></label>`;
}

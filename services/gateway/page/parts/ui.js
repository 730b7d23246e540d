// The small pieces that views are made of.

import {html} from '../vendor/preact.js';

/** A part of a view, with its heading. */
export function Card({title, about, tools, children, class: name = ''}) {
  return html`<section class=${`card ${name}`}>
    ${title && html`<header><h2>${title}</h2>${tools}</header>`}
    ${about && html`<p class="about">${about}</p>`}
    ${children}
  </section>`;
}

/** Something to know: `kind` is note, good, warning or error. */
export function Notice({kind = 'note', children}) {
  return html`<div class=${`notice ${kind}`} role=${kind === 'error' ? 'alert' : 'status'}>${children}</div>`;
}

/** What went wrong, if something did. */
export function Failure({error}) {
  return error ? html`<${Notice} kind="error">${error.message}<//>` : null;
}

export function Badge({kind = 'note', children}) {
  return html`<span class=${`badge ${kind}`}>${children}</span>`;
}

/** A share from 0 to 1 as a bar with its number. */
export function Bar({share, label, text, strong = false}) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return html`<div class=${`bar ${strong ? 'strong' : ''}`} role="img" aria-label=${`${label}: ${text}`}>
    <span class="bar-label">${label}</span>
    <span class="bar-track"><span class="bar-fill" style=${{width}}></span></span>
    <span class="bar-text">${text}</span>
  </div>`;
}

/** A table; where the screen is narrow, a list with the columns' titles beside the values. `columns`: `[{title, of, number}]`. */
export function Table({caption, columns, rows, keyOf, rowClass}) {
  return html`<div class="table" tabindex="0" role="region" aria-label=${caption}><table>
    <caption class="hidden">${caption}</caption>
    <thead><tr>${columns.map((column) => html`<th scope="col" class=${column.number ? 'number' : ''}>${column.title}</th>`)}
    </tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${keyOf(row)} class=${rowClass?.(row) ?? ''}>
      ${columns.map((column, i) => i === 0
          ? html`<th scope="row">${column.of(row)}</th>`
          : html`<td class=${column.number ? 'number' : ''} data-title=${column.title}>${column.of(row)}</td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}

/** A choice among names. */
export function Select({label, value, options, onChange, empty}) {
  return html`<label class="field"><span>${label}</span>
    <select value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${empty !== undefined && html`<option value="">${empty}</option>`}
      ${options.map((option) => html`<option value=${option}>${option}</option>`)}
    </select></label>`;
}

export function Field({label, value, onInput, ...rest}) {
  return html`<label class="field"><span>${label}</span>
    <input value=${value} onInput=${(event) => onInput(event.target.value)} ...${rest} /></label>`;
}

/** The colour of an app: its place among all apps by name. */
export function colourOf(app, apps) {
  const place = apps.map((one) => one.request.app).sort().indexOf(app);
  return `app-${(place < 0 ? 0 : place) % 8}`;
}

export function AppName({app, apps}) {
  return html`<span class="app-name"><span class=${`dot ${colourOf(app, apps)}`}></span>${app}</span>`;
}

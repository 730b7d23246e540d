// A way through the mesh as a row of boxes: sensor, parts of the model, output.

import {layers, word} from '../core/format.js';
import {html} from '../vendor/preact.js';

export function Way({way, sensing}) {
  return html`<ol class="way-boxes">
    <li><strong>${way.source}</strong><span>${sensing ?? word('sensor')}</span></li>
    ${way.chunks.map((chunk) => html`<li class="chunk" key=${chunk.first_layer}><strong>${chunk.device}</strong>
      <span>${layers(chunk.first_layer, chunk.last_layer)}</span></li>`)}
    <li><strong>${way.target}</strong><span>answer</span></li>
  </ol>`;
}

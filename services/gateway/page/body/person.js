// The person that devices are worn by: head, arms, chest, legs, from the front.

import {html} from '../vendor/preact.js';

export const person = html`<g class="person" aria-hidden="true" transform="translate(20)">
  <g class="skin limb">
    <path d="M152 214 C140 262 132 300 123 350" stroke-width="27" />
    <path d="M288 214 C300 262 308 300 317 350" stroke-width="27" />
    <path d="M120 362l-3 26M320 362l3 26" stroke-width="25" />
    <path d="M109 392l-4 24M117 396l-2 24M125 396v20M132 380l6 17" stroke-width="8" />
    <path d="M331 392l4 24M323 396l2 24M315 396v20M308 380l-6 17" stroke-width="8" />
  </g>
  <g class="trousers limb">
    <path d="M200 372 L194 500 L191 612" stroke-width="44" />
    <path d="M240 372 L246 500 L249 612" stroke-width="44" />
    <path class="filled" d="M184 330h72l4 50h-80z" stroke-width="10" />
  </g>
  <g class="shoes limb"><path d="M190 642 L168 652M250 642 L272 652" stroke-width="28" /></g>
  <g class="skin"><path d="M203 118 h34 v34 q8 8 18 12 q-35 34 -70 0 q10 -4 18 -12z" /></g>
  <g class="shirt limb">
    <path d="M164 190 Q154 214 147 240M276 190 Q286 214 293 240" stroke-width="40" />
    <path class="filled" d="M190 166 Q220 192 250 166 C268 170 280 180 284 200 L270 258 L264 344 H176 L170 258 L156 200 C160 180 172 170 190 166Z"
      stroke-width="8" />
  </g>
  <g class="skin">
    <ellipse cx="220" cy="84" rx="41" ry="50" />
    <ellipse cx="178" cy="90" rx="8" ry="12" /><ellipse cx="262" cy="90" rx="8" ry="12" />
  </g>
  <path class="hair" d="M177 84 C170 34 198 22 220 22 C248 22 270 36 263 84 C258 60 246 52 220 52 C196 52 183 60 177 84 Z" />
  <path class="face" d="M208 113 Q220 122 232 113" />
</g>`;

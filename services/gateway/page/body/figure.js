// The body as a picture: the person, each device at its place, what the plan sends from one to the other, what works now.

import {html} from '../vendor/preact.js';
import {iconPath} from './icons.js';
import {figureHeight, figureWidth, layout} from './layout.js';
import {person} from './person.js';

const radius = 19;
const around = 2 * Math.PI * radius;
const [nameLetter, detailLetter] = [9.4, 7];  // about how wide one is

/** A curve from node to node, bent away from the middle of the body; the way back is bent less, so that both are seen. */
function curve(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const trim = Math.min(radius + 5, length / 3);
  const [ux, uy] = [dx / length, dy / length];
  const outwards = (a.x + b.x) / 2 < figureWidth / 2 ? -1 : 1;
  const bend = Math.min(64, length / 4) * outwards * Math.sign(uy || 1) * (a.id < b.id ? 1 : 0.4);
  const [mx, my] = [(a.x + b.x) / 2 + uy * bend, (a.y + b.y) / 2 - ux * bend];
  return `M${a.x + ux * trim} ${a.y + uy * trim}Q${mx} ${my} ${b.x - ux * trim} ${b.y - uy * trim}`;
}

function Link({link, nodes, isLit}) {
  const from = nodes.get(link.from);
  const to = nodes.get(link.to);
  if (!from || !to) return null;
  return html`<g class=${`link ${isLit ? 'lit' : ''}`}>
    <path d=${curve(from, to)} marker-end=${`url(#${isLit ? 'lit-' : ''}arrow)`}><title>${link.text}</title></path>
  </g>`;
}

function Node({node, device, isChosen, onChoose}) {
  const isLeft = node.side === 'left';
  const labelX = isLeft ? 8 : figureWidth - 8;
  const labelWidth = Math.max(node.id.length * nameLetter, device.detail.length * detailLetter) + 6;
  const elbow = isLeft ? labelX + labelWidth : labelX - labelWidth;
  const state = device.isAway ? 'away' : device.isLit ? 'lit' : '';
  const press = (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(node.id);
  };
  return html`<g class=${`node ${state} ${isChosen ? 'chosen' : ''}`} tabindex="0" role="button" aria-pressed=${isChosen ? 'true' : 'false'}
      aria-label=${device.label} onClick=${() => onChoose(node.id)} onKeyDown=${press}>
    <path class="leader" d=${`M${node.x} ${node.y}L${elbow} ${node.labelY}`} />
    <circle class="disc" cx=${node.x} cy=${node.y} r=${radius} />
    <circle class="load" cx=${node.x} cy=${node.y} r=${radius} transform=${`rotate(-90 ${node.x} ${node.y})`}
            stroke-dasharray=${`${around * device.load} ${around}`} />
    <path class="icon" d=${iconPath(node.kind)} transform=${`translate(${node.x - 12} ${node.y - 12})`} />
    <text class="name" x=${labelX} y=${node.labelY} text-anchor=${isLeft ? 'start' : 'end'}>${node.id}</text>
    <text class="detail" x=${labelX} y=${node.labelY + 15} text-anchor=${isLeft ? 'start' : 'end'}>${device.detail}</text>
  </g>`;
}

/** `devices`: `[{id, label, detail, load, isAway, isLit}]`; `links`: `[{from, to, text, isLit}]`. */
export function Figure({devices, links, chosen, onChoose}) {
  const nodes = layout(devices.map((device) => device.id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return html`<svg class="figure" viewBox=${`0 0 ${figureWidth} ${figureHeight}`} role="group" aria-label="The devices on the body">
    <defs>
      ${['arrow', 'lit-arrow'].map((id) => html`<marker id=${id} viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7"
        markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class=${id} d="M0 0 10 5 0 10z" /></marker>`)}
    </defs>
    ${person}
    ${links.map((link) => html`<${Link} key=${`${link.from}>${link.to}`} link=${link} nodes=${byId} isLit=${link.isLit} />`)}
    ${nodes.map((node, i) => html`<${Node} key=${node.id} node=${node} device=${devices[i]} isChosen=${chosen === node.id}
      onChoose=${onChoose} />`)}
  </svg>`;
}

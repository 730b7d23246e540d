// What each unit did and when: a row for each unit, a rectangle for each task.

import {isAway} from '../core/reading.js';
import {paceOf} from '../core/recording.js';
import {prefersStillness} from '../core/theme.js';
import {canvasColours} from '../timeline/colours.js';
import {TimelineController} from '../timeline/controller.js';
import {listenTo} from '../timeline/input.js';
import {Lanes} from '../timeline/lanes.js';
import {LoadingErrors, useTasks} from '../timeline/loading.js';
import {describeTask} from '../timeline/task_text.js';
import {html, useEffect, useRef, useState} from '../vendor/preact.js';
import {useMesh} from '../parts/context.js';
import {AppName, Card, Notice} from '../parts/ui.js';

const addressAfterMs = 400;  // browsers take an address only so often

/** The span that the address asks for; `{span, isFollowing}`. */
function spanOf({from, to, last}) {
  if (from && to && Number(to) > Number(from)) return {span: {from: Number(from), to: Number(to)}, isFollowing: false};
  const length = Number(last) > 0 ? Number(last) * 1e6 : 1e9;
  return {span: {from: 0, to: length}, isFollowing: true};
}

function settingsOf({span, isFollowing}) {
  return isFollowing ? {from: '', to: '', last: String(Math.round((span.to - span.from) / 1e6 * 1000) / 1000)}
    : {from: Math.round(span.from), to: Math.round(span.to), last: ''};
}

/** Makes the controller of a canvas, and keeps the address as it is. */
function useController(mesh, lanes, canvas, onHover) {
  const [, show] = useState(0);
  const made = useRef(null);
  useEffect(() => {
    let timer;
    const controller = made.current = new TimelineController(canvas.current, lanes, {
      isStill: prefersStillness,
      onChange() {
        show((n) => n + 1);
        clearTimeout(timer);
        timer = setTimeout(() => mesh.set(settingsOf(controller)), addressAfterMs);
      },
    });
    const {span, isFollowing} = spanOf(mesh.settings);
    controller.showSpan(span, isFollowing);
    controller.colours = canvasColours(mesh.state.apps);
    const end = listenTo(canvas.current, controller, onHover);
    const resized = new ResizeObserver(() => { controller.isDirty = true; });
    resized.observe(canvas.current);
    controller.start();
    return () => {
      clearTimeout(timer);
      resized.disconnect();
      end();
      controller.stop();
    };
  }, []);
  return made;
}

function Tools({controller}) {
  const act = (work) => () => controller.current && work(controller.current);
  return html`<div class="row">
    <button aria-label="Zoom in" onClick=${act((one) => one.zoom(0.5))}>+</button>
    <button aria-label="Zoom out" onClick=${act((one) => one.zoom(2))}>−</button>
    <button onClick=${act((one) => one.showAll())}>All</button>
    <button aria-pressed=${controller.current?.isFollowing ? 'true' : 'false'} onClick=${act((one) => one.follow())}>Newest</button>
  </div>`;
}

function Tip({tip, lanes, origin}) {
  const place = useRef(null);
  useEffect(() => {
    if (!place.current || !tip) return;
    const width = place.current.parentElement.clientWidth;
    place.current.style.left = `${Math.max(0, Math.min(tip.x + 14, width - place.current.offsetWidth - 4))}px`;
    place.current.style.top = `${tip.y + 18}px`;
  });
  if (!tip) return null;
  const {title, lines} = describeTask(lanes, tip.found.lane, tip.found.index, origin);
  return html`<div class="tip" ref=${place}><strong>${title}</strong>${lines.map((line) => html`<p>${line}</p>`)}</div>`;
}

function Chosen({controller, lanes}) {
  const chosen = controller.current?.chosen;
  if (!chosen || chosen.index < 0) {
    return html`<p class="quiet" role="status">Point at a task, or choose one: arrows up and down choose the row, comma and full
      stop the task, plus and minus zoom, arrows left and right move, End follows the newest.</p>`;
  }
  const {title, lines} = describeTask(lanes, chosen.lane, chosen.index, controller.current.origin);
  return html`<div role="status" class="chosen-task"><strong>${title}</strong>${lines.map((line) => html`<p>${line}</p>`)}</div>`;
}

export function TimelineView() {
  const mesh = useMesh();
  const canvas = useRef(null);
  const [lanes] = useState(() => new Lanes());
  const [tip, setTip] = useState(null);
  const controller = useController(mesh, lanes, canvas,
      (found, event) => setTip(found && {found, x: event.offsetX, y: event.offsetY}));
  const devices = mesh.state.body?.devices.map((device) => device.id) ?? [];
  const present = devices.filter((id) => !isAway(mesh.state.body, id));
  const scale = (mesh.state.body?.time_scale ?? 1) / paceOf(mesh.state.recording);
  const errors = useTasks(mesh, present, (table) => {
    lanes.add(table);
    controller.current?.tellTime(table.device, table.now_ns, scale);
  }, () => {
    lanes.clear();
    controller.current?.forget();
  });
  useEffect(() => controller.current?.setScale(scale), [scale]);
  const theme = document.documentElement.dataset.theme ?? 'system';
  useEffect(() => {
    if (!controller.current) return;
    controller.current.colours = canvasColours(mesh.state.apps);
    controller.current.setRows(devices);
  }, [devices.join(' '), mesh.state.apps.map((app) => app.request.app).join(' '), theme,
    matchMedia('(prefers-color-scheme: dark)').matches]);
  const apps = [...new Set([...mesh.state.apps.filter((app) => app.phase === 'running').map((app) => app.request.app),
    ...lanes.all().flatMap((lane) => lane.tasks.slice(-1).map((task) => task.app))])].sort();
  return html`<${Card} title="Timeline" tools=${html`<${Tools} controller=${controller} />`}
      about="Each row is a part of a device that does one thing at a time; each block is a task. Turn the wheel to zoom, drag to move.">
    <${LoadingErrors} errors=${errors} />
    <p class="legend">${apps.map((app) => html`<${AppName} key=${app} app=${app} apps=${mesh.state.apps} />`)}</p>
    ${lanes.size === 0 && html`<${Notice}>No task was told of yet. Tasks appear when an app runs.<//>`}
    <div class="timeline"><canvas ref=${canvas} tabindex="0" role="application" aria-label="Timeline of units"></canvas>
      <${Tip} tip=${tip} lanes=${lanes} origin=${controller.current?.origin ?? 0} /></div>
    <${Chosen} controller=${controller} lanes=${lanes} />
  <//>`;
}

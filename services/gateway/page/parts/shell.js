// The frame around every view: name, ways to the views, light or dark, and how old what is shown is.

import {shownNow} from '../core/recording.js';
import {parseRoute, searchOf, views} from '../core/route.js';
import {html, useEffect, useMemo, useRef, useState} from '../vendor/preact.js';
import {AppsView} from '../views/apps.js';
import {BodyView} from '../views/body.js';
import {CompareView} from '../views/compare.js';
import {EventsView} from '../views/events.js';
import {HistoryView} from '../views/history.js';
import {PlanView} from '../views/plan.js';
import {TimelineView} from '../views/timeline.js';
import {TryView} from '../views/try.js';
import {MeshContext} from './context.js';
import {RecordingBar} from './recording_bar.js';
import {StatusLine} from './status_line.js';
import {ThemeSwitch} from './theme_switch.js';

const shown = {
  body: [BodyView, 'Body'], try: [TryView, 'Try it'], timeline: [TimelineView, 'Timeline'], apps: [AppsView, 'Apps'],
  plan: [PlanView, 'Plan'], history: [HistoryView, 'History'], compare: [CompareView, 'Compare'],
  events: [EventsView, 'Events'],
};

function useRoute() {
  const [route, setRoute] = useState(() => parseRoute(location.search));
  useEffect(() => {
    const changed = () => setRoute(parseRoute(location.search));
    addEventListener('popstate', changed);
    return () => removeEventListener('popstate', changed);
  }, []);
  const go = (view, settings = {}) => {
    history.pushState(null, '', searchOf({view, settings}));
    setRoute({view, settings});
    scrollTo(0, 0);
  };
  const set = (changes) => {
    const {view, settings} = parseRoute(location.search);
    const next = {...settings, ...changes};
    history.replaceState(null, '', searchOf({view, settings: next}));
    setRoute({view, settings: next});
  };
  return {...route, go, set};
}

/** Shows the page anew after each change of the mesh, and once a second for the ages. */
function useTicks(live) {
  const [, tick] = useState(0);
  useEffect(() => {
    const again = () => tick((n) => n + 1);
    const timer = setInterval(again, 1000);
    const end = live.listen(again);
    return () => {
      clearInterval(timer);
      end();
    };
  }, [live]);
}

function Navigation({view, go}) {
  const list = useRef(null);
  useEffect(() => {
    list.current.querySelector('[aria-current]').scrollIntoView({block: 'nearest', inline: 'nearest'});
  }, [view]);
  const follow = (event, name) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(name);
  };
  return html`<nav aria-label="Views"><ul ref=${list}>${views.map((name) => html`<li key=${name}>
    <a href=${searchOf({view: name, settings: {}})} aria-current=${name === view ? 'page' : undefined}
       onClick=${(event) => follow(event, name)}>${shown[name][1]}</a></li>`)}</ul></nav>`;
}

export function Shell({api, live, connection}) {
  const {view, settings, go, set} = useRoute();
  useTicks(live);
  const [View, title] = shown[view];
  const {recording} = live.state;
  const source = recording ? recording.file : 'Synergy Mesh';
  useEffect(() => { document.title = `${title} – ${source}`; }, [title, source]);
  const now = shownNow(recording, Date.now());
  const mesh = useMemo(() => ({api, live, connection, settings, set, go, state: live.state, status: live.status,
    now}), [live.state, live.status, view, settings, Math.floor(now / 1000), Math.floor(Date.now() / 1000)]);
  return html`<${MeshContext.Provider} value=${mesh}>
    <a class="skip" href="#view">Skip to the view</a>
    <header class="top">
      <div class="brand"><img src="icon.svg" alt="" width="28" height="28" /><span>Synergy Mesh</span>
        ${live.state.body && html`<span class="body-name">${live.state.body.name}</span>`}</div>
      <${StatusLine} />
      <${ThemeSwitch} />
    </header>
    <${Navigation} view=${view} go=${go} />
    <main id="view" tabindex="-1" data-view=${view} data-ready=${live.status.phase === 'live' && live.state.body ? 'yes' : 'no'}>
      <h1 class="hidden">${title}</h1><${View} />
    </main>
    ${recording && html`<${RecordingBar} />`}
  <//>`;
}

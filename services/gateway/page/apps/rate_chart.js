// Measured rates over the last minutes, drawn by uPlot, which is fetched when it is first needed.

import {number} from '../core/format.js';
import {canvasColours} from '../timeline/colours.js';
import {html, useEffect, useRef, useState} from '../vendor/preact.js';
import {Notice} from '../parts/ui.js';

const leastSeconds = 60;

let fetched = null;

function fetchPlot() {
  fetched ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement('link'), {rel: 'stylesheet', href: 'vendor/uPlot.min.css'});
    const script = Object.assign(document.createElement('script'), {src: 'vendor/uPlot.iife.min.js'});
    script.onload = () => resolve(window.uPlot);
    script.onerror = () => {
      fetched = null;
      reject(new Error('The chart could not be loaded.'));
    };
    document.head.append(style, script);
  });
  return fetched;
}

/** Rows of numbers as uPlot wants them: times in s, then a row for each app; null where an app was not measured. Pure. */
export function chartRows(samples, apps) {
  return [samples.map((sample) => sample.at / 1000), ...apps.map((app) => samples.map((sample) => sample.rates[app] ?? null))];
}

function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString();
}

function makePlot(Plot, place, apps, colours, rows) {
  const axis = {stroke: colours.quiet, grid: {stroke: colours.line, width: 1}, ticks: {stroke: colours.line}};
  return new Plot({
    width: place.clientWidth, height: 220,
    scales: {x: {range: (plot, low, high) => [Math.min(low, high - leastSeconds), high]},
      y: {range: (plot, low, high) => [0, Math.max(1, high * 1.1)]}},
    axes: [{...axis, space: 90, values: (plot, seconds) => seconds.map(clockTime)},
      {...axis, label: 'runs a second', labelSize: 20, size: 56}],
    series: [{label: 'Time', value: (plot, second) => second === null ? '–' : clockTime(second)},
      ...apps.map((app) => ({label: app, stroke: colours.lineOfApp(app), width: 2, points: {show: false},
      value: (plot, rate) => rate === null ? '–' : number(rate)}))],
  }, rows, place);
}

export function RateChart({samples, apps, allApps}) {
  const place = useRef(null);
  const plot = useRef(null);
  const [error, setError] = useState(null);
  const theme = `${document.documentElement.dataset.theme} ${matchMedia('(prefers-color-scheme: dark)').matches}`;
  useEffect(() => {
    let wanted = true;
    const resized = new ResizeObserver(() => plot.current?.setSize({width: place.current.clientWidth, height: 220}));
    fetchPlot().then((Plot) => {
      if (!wanted || apps.length === 0) return;
      plot.current = makePlot(Plot, place.current, apps, canvasColours(allApps), chartRows(samples, apps));
      resized.observe(place.current);
    }, (failure) => wanted && setError(failure));
    return () => {
      wanted = false;
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [apps.join(' '), theme]);
  useEffect(() => { plot.current?.setData(chartRows(samples, apps)); }, [samples]);
  if (error) return html`<${Notice} kind="warning">${error.message}<//>`;
  return html`<div class="chart" ref=${place}></div>`;
}

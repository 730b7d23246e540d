// A gateway for the page's tests: serves the built page, and replays what record.py recorded of a real mesh. It lives in the
// test's own process, which may stop it, start it again on the same port, and take a device away.

import {createServer} from 'node:http';
import {readFile} from 'node:fs/promises';
import {extname, join, normalize} from 'node:path';

const types = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml'};
const recorded = new URL('recorded/', import.meta.url);
const read = async (name) => JSON.parse(await readFile(new URL(name, recorded), 'utf8'));
const statesEveryMs = 500;
const tasksEveryMs = 250;

/** What models take, by their sensor: the recording is older than that. */
const inputs = {camera: {picture: {fit: 'pad', background: 'dark'}}, microphone: {sound: {rate: 16000, gain: 16}}};

/** The recorded scenes: the whole body, and the same without a device. */
export async function loadScenes() {
  return {whole: await read('whole.json'), without: await read('without-a-device.json'), compared: await read('compare.json')};
}

export class FakeGateway {
  token = 'test-token';
  posts = [];          // {path, query, type, body} of every request that changed something
  requests = [];       // paths that were asked for
  viewers = new Set();
  sockets = new Set();
  port = 0;
  lacks = null;        // path of a file that is not there
  refuses = null;      // {status, code, message} for who wants to listen

  /** `folder` is the built page; `feeds` names the sensors that take something from people, and `frames` says how apps take it. */
  constructor(folder, scenes, {feeds = ['camera', 'microphone'], frames = 'every'} = {}) {
    this.folder = folder;
    this.scenes = scenes;
    this.scene = scenes.whole;
    this.feeds = feeds;
    this.frames = frames;
    this.sequence = 0;
  }

  get address() {
    return `http://127.0.0.1:${this.port}/`;
  }

  async start() {
    this.server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => this.#fail(response, 500, 'internal', String(error)));
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  /** As a process that is killed: every connection ends. */
  async stop() {
    const ended = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await ended;
  }

  /** Says something to every page that listens. */
  send(event, data) {
    for (const viewer of this.viewers) viewer.say(event, data);
  }

  /** Another scene from now on; pages are told the states. */
  show(scene) {
    this.scene = scene;
    const {body, apps, plan, services, use} = scene.state;
    for (const [event, data] of Object.entries({body, apps: {apps}, plan, services, use})) this.send(event, data);
  }

  snapshot() {
    const state = this.scene.state;
    const sensors = state.sensors.map((sensor) => ({...sensor, feed: this.feeds.includes(sensor.capability)}));
    const plan = state.plan && {...state.plan, pipelines: state.plan.pipelines.map((one) => ({...one, ...inputs[one.sensing],
      frames: this.frames}))};
    return {...state, plan, sensors, model_now_ns: this.#now(), age_ms: {body: 20, apps: 20, plan: 20, services: 20, use: 20}};
  }

  /** Recorded model time, which goes on from the last task that was recorded. */
  #now() {
    const newest = Math.max(...Object.values(this.scene.tasks).map((table) => table.now_ns));
    this.began ??= performance.now();
    return Math.round(newest + (performance.now() - this.began) * 1e6);
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.address);
    this.requests.push(url.pathname);
    if (request.method === 'POST') return this.#change(url, request, response);
    if (!url.pathname.startsWith('/api/')) return this.#file(url.pathname, response);
    if (this.refuses) return this.#fail(response, this.refuses.status, this.refuses.code, this.refuses.message);
    if (url.pathname === '/api/stream') return this.#stream(url, request, response);
    const answer = this.#asked(url);
    if (answer === undefined) return this.#fail(response, 404, 'not_found', `There is no ${url.pathname}.`);
    return this.#json(response, answer);
  }

  #asked({pathname, searchParams}) {
    const {scene} = this;
    const plan = pathname.match(/^\/api\/plans\/(\d+)$/);
    if (plan) return scene.plans[plan[1]];
    switch (pathname) {
      case '/api/version': return {version: 'recorded', mesh: scene.state.body.name, time_scale: 1};
      case '/api/state': return this.snapshot();
      case '/api/plan': return {plan: scene.state.plan, bottleneck: scene.explained.bottleneck,
        runners_up: scene.explained.runner_ups, why: scene.explained.reason};
      case '/api/plans': return {plans: scene.history.plans.slice(0, Number(searchParams.get('limit') ?? 20))};
      case '/api/events': return {events: scene.events.slice(0, Number(searchParams.get('limit') ?? 100))};
      case '/api/tasks': return this.#tasks(searchParams.get('device'));
      case '/api/compare': {
        const wanted = searchParams.get('policies').split(',');
        return {policies: this.scenes.compared.filter((row) => wanted.includes(row.policy))};
      }
      default: return undefined;
    }
  }

  #tasks(device) {
    const table = this.scene.tasks[device];
    return table && {...table, now_ns: this.#now()};
  }

  async #change(url, request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return this.#fail(response, 401, 'unauthorised', 'The token is missing or wrong.');
    }
    const type = request.headers['content-type'];
    this.posts.push({path: url.pathname, query: Object.fromEntries(url.searchParams), type,
      body: type === 'application/json' ? JSON.parse(bytes) : bytes});
    const answer = this.#changed(url, this.posts.at(-1).body);
    return answer.error ? this.#fail(response, answer.status, answer.error, answer.message) : this.#json(response, answer);
  }

  #changed(url, body) {
    switch (url.pathname) {
      case '/api/leave':
        setTimeout(() => this.show(this.scenes.without), 100);
        return {device: body.device};
      case '/api/join':
        setTimeout(() => this.show(this.scenes.whole), 100);
        return {device: body.device};
      case '/api/submit':
        if (url.searchParams.has('dry_run')) {
          const app = this.scene.state.plan.pipelines[0];
          return {app: body.app, rate: 5, changes: [{app: app.app, before: app.runs_per_second, after: app.runs_per_second / 2}],
            devices: this.scene.state.plan.devices, devices_now: this.scene.state.plan.devices, warnings: []};
        }
        return {error: 'no_fit', status: 422, message: `no plan serves ${body.app}: its model does not fit; stop another app`};
      case '/api/stop': return {app: body.app};
      case '/api/replan': return this.scene.state.plan;
      case '/api/ask': {
        const {data} = this.scene.stream.find((one) => one.event === 'result' && one.data.run.key.app === url.searchParams.get('app'));
        return {label: data.label, label_name: data.label_name, answer: {score: 93}, latency_us: (data.ended_ns - data.run.began_ns) / 1e3,
          energy_uj: data.run.energy_uj, devices: data.run.devices};
      }
      default: return {error: 'not_found', status: 404, message: `There is no ${url.pathname}.`};
    }
  }

  #stream(url, request, response) {
    response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store'});
    const say = (event, data) => response.write(`id: ${++this.sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const viewer = {say};
    this.viewers.add(viewer);
    say('snapshot', this.snapshot());
    const timers = [setInterval(() => say('use', this.scene.state.use), statesEveryMs)];
    timers.push(this.#replay(say));
    if (url.searchParams.get('tasks') === '1') timers.push(setInterval(() => this.#sayTasks(say), tasksEveryMs));
    request.socket.on('close', () => {
      this.viewers.delete(viewer);
      timers.forEach(clearInterval);
    });
  }

  /** The recorded results, at their pace, over and over. */
  #replay(say) {
    let at = 0;
    let since = performance.now();
    return setInterval(() => {
      const {stream} = this.scene;
      for (let told = 0; told < 20; ++told) {
        if (at >= stream.length) [at, since] = [0, performance.now()];
        if (stream[at].after_ms > performance.now() - since) return;
        if (stream[at].event !== 'use') say(stream[at].event, stream[at].data);
        ++at;
      }
    }, 100);
  }

  /** The recorded tasks again, as if they were done just now. */
  #sayTasks(say) {
    for (const [device, table] of Object.entries(this.scene.tasks)) {
      const first = table.tasks[0]?.begin_ns ?? 0;
      const length = table.now_ns - first;
      const turns = Math.floor((this.#now() - table.now_ns) / length) + 1;
      const to = this.#now();
      const tasks = table.tasks.map((task) => ({...task, run: task.run + turns * 10000, begin_ns: task.begin_ns + turns * length,
        end_ns: task.end_ns + turns * length})).filter((task) => task.end_ns <= to && task.end_ns > to - 2 * tasksEveryMs * 1e6);
      say('tasks', {device, now_ns: to, tasks});
    }
  }

  async #file(pathname, response) {
    const path = normalize(pathname === '/' ? '/index.html' : pathname);
    try {
      if (path === this.lacks) throw new Error('is not there');
      const content = await readFile(join(this.folder, path));
      response.writeHead(200, {'Content-Type': types[extname(path)] ?? 'text/plain', 'Content-Security-Policy': "default-src 'self'",
        'Cache-Control': 'no-cache'});
      response.end(content);
    } catch {
      this.#fail(response, 404, 'not_found', `There is no ${pathname}.`);
    }
  }

  #json(response, value) {
    response.writeHead(200, {'Content-Type': 'application/json'});
    response.end(JSON.stringify(value));
  }

  #fail(response, status, code, message) {
    response.writeHead(status, {'Content-Type': 'application/json'});
    response.end(JSON.stringify({error: {code, message}}));
  }
}

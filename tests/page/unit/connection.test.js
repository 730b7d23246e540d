import assert from 'node:assert/strict';
import test from 'node:test';
import {Api} from '../../../services/gateway/page/core/api.js';
import {Connection, retryDelayMs} from '../../../services/gateway/page/core/connection.js';

/** A response whose stream says `text` and ends. */
function streaming(text) {
  return new Response(new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  }));
}

/** Runs a connection over these answers, one an attempt, until all were asked for; gives what was told. */
async function told(answers) {
  const events = [];
  const statuses = [];
  const asked = [];
  let connection;
  const api = new Api('secret', async (path, options) => {
    asked.push({path, headers: options.headers});
    const answer = answers.shift();
    if (!answer) {
      connection.stop();
      throw new Error('stopped');
    }
    if (answer instanceof Error) throw answer;
    return answer;
  });
  connection = new Connection(api, (name, data) => events.push([name, data]), (status) => {
    statuses.push(status);
    if (status.phase === 'waiting') setImmediate(() => connection.retryNow());
  });
  await connection.run();
  return {events, statuses, asked};
}

test('each attempt begins anew, and the reason of a break is told', async () => {
  const {events, statuses} = await told([
    streaming('event: snapshot\ndata: {"n":1}\n\n'),
    new Error('refused'),
    new Response('{"error":{"code":"overloaded","message":"16 pages look already."}}', {status: 503}),
    streaming('event: snapshot\ndata: {"n":2}\n\n'),
  ]);
  assert.deepEqual(events, [['snapshot', {n: 1}], ['snapshot', {n: 2}]]);
  const reasons = statuses.filter((status) => status.phase === 'waiting').map((status) => status.reason);
  assert.deepEqual(reasons, ['The gateway ended the connection.', 'The gateway does not answer.', '16 pages look already.',
    'The gateway ended the connection.']);
  assert.equal(statuses.filter((status) => status.phase === 'live').length, 2);
});

test('the token goes in a header and never in the address', async () => {
  const {asked} = await told([streaming('')]);
  assert.equal(asked[0].headers.Authorization, 'Bearer secret');
  assert.ok(!asked[0].path.includes('secret'));
});

test('who wants tasks gets another stream at once', async () => {
  const paths = [];
  let connection;
  const api = new Api('', async (path, {signal}) => {
    paths.push(path);
    if (paths.length === 1) {
      setImmediate(() => connection.wantTasks(true));
      return new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    return streaming('event: snapshot\ndata: {}\n\n');
  });
  const statuses = [];
  connection = new Connection(api, () => connection.stop(), (status) => statuses.push(status));
  await connection.run();
  assert.deepEqual(paths, ['/api/stream', '/api/stream?tasks=1']);
  assert.deepEqual(statuses, [{phase: 'connecting'}, {phase: 'connecting'}, {phase: 'live', withTasks: true}]);
});

test('attempts get rarer, up to one in eight seconds', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 20].map((attempt) => retryDelayMs(attempt, 0));
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(retryDelayMs(0, 1), 187.5);
});

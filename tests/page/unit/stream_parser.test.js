import assert from 'node:assert/strict';
import test from 'node:test';
import {StreamParser} from '../../../services/gateway/page/core/stream_parser.js';

const stream = ': hello\r\nid: 7\r\nevent: use\r\ndata: {"a":1}\r\n\r\nevent: body\ndata: two\ndata:lines\n\nretry: 5\n\ndata\n\n'
  + 'id: 9\ndata: last\n\n';
const events = [{event: 'use', id: '7', data: '{"a":1}'}, {event: 'body', id: '7', data: 'two\nlines'},
  {event: 'message', id: '7', data: ''}, {event: 'message', id: '9', data: 'last'}];

test('a whole stream gives its events', () => {
  assert.deepEqual(new StreamParser().push(stream), events);
});

test('a stream that is cut anywhere gives the same events', () => {
  for (let size = 1; size < 12; ++size) {
    const parser = new StreamParser();
    const found = [];
    for (let i = 0; i < stream.length; i += size) found.push(...parser.push(stream.slice(i, i + size)));
    assert.deepEqual(found, events, `pieces of ${size}`);
  }
});

test('an event that has not ended is not told', () => {
  const parser = new StreamParser();
  assert.deepEqual(parser.push('data: half'), []);
  assert.deepEqual(parser.push('\n'), []);
  assert.equal(parser.push('\n').length, 1);
});

test('comments alone are no event', () => {
  assert.deepEqual(new StreamParser().push(':\n\n: still here\n\n'), []);
});

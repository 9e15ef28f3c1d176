import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { WebSocket } from 'ws';
import { type FeedEvent, feedEventSchema } from '../../../../pool/http/feed/feed-schema.js';
import type { PoolEvent } from '../../../../pool/ports/store.js';
import { type ApiLab, apiLab, LIVE_POOL } from '../../../support/api-lab.js';
import { sleep, waitFor } from '../../../support/wait.js';

let lab: ApiLab;
const listeners: WebSocket[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.terminate();
  for (const socket of sockets.splice(0)) socket.destroy();
  await lab.close();
});

/** A listener, and what it heard. */
async function listen(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${lab.api.port}/api/feed`, { headers });
  listeners.push(socket);
  const events: FeedEvent[] = [];
  socket.on('message', (data) => events.push(feedEventSchema.parse(JSON.parse(String(data)))));
  await once(socket, 'open');
  return { socket, events };
}

const HASH = 'ab'.repeat(32);
const FOUND: PoolEvent = { type: 'blockFound', hash: HASH, chain: 7, parent: 'cd'.repeat(32), height: 55 };

test('listeners hear where things stand, then what happens', async () => {
  lab = await apiLab();
  await lab.settle();
  const { events } = await listen();
  await waitFor('the greeting', () => events.length >= 17);
  assert.equal(events[0]!.type, 'poolStats');
  assert.deepEqual(events[4], { type: 'newHeight', poolId: 'test', chain: '0-3', blockHeight: 102 });
  events.length = 0;
  await lab.store.publish(FOUND);
  await lab.store.publish({ type: 'blockState', hash: HASH, state: 'accepted', surplus: false });
  await waitFor('the block', () => events.length >= 2);
  assert.deepEqual(events, [
    { type: 'blockFound', poolId: 'test', hash: HASH, chain: '1-3', blockHeight: 55 },
    { type: 'blockState', poolId: 'test', hash: HASH, state: 'accepted' },
  ]);
  events.length = 0;
  lab.tell({ heights: LIVE_POOL.heights.map((height, chain) => (chain === 2 ? 500 : height)) });
  await waitFor('the height', () => events.length >= 1);
  assert.deepEqual(events, [{ type: 'newHeight', poolId: 'test', chain: '0-2', blockHeight: 499 }]);
});

test('a chain without a job for a moment has not grown when it is back', async () => {
  lab = await apiLab();
  const { events } = await listen();
  await waitFor('the greeting', () => events.length >= 17);
  events.length = 0;
  lab.tell({ heights: [] });
  await sleep(1_200);
  lab.tell({});
  await sleep(1_200);
  assert.deepEqual(events, []);
});

test('bans are not told', async () => {
  lab = await apiLab();
  const { events } = await listen();
  await waitFor('the greeting', () => events.length >= 17);
  events.length = 0;
  await lab.store.publish({ type: 'ban', ban: { address: '203.0.113.7', untilMs: 1, reason: 'garbage' } });
  await lab.store.publish({ type: 'unban', address: '203.0.113.7' });
  await lab.store.publish(FOUND);
  await waitFor('the block', () => events.length >= 1);
  assert.equal(events.length, 1);
});

test('a reader that does not read loses events, then its connection; others hear on', async () => {
  lab = await apiLab();
  const { events } = await listen();
  const heard = () => events.filter(({ type }) => type === 'blockFound').length;
  const slow = connect(lab.api.port, '127.0.0.1');
  sockets.push(slow);
  let closed = false;
  slow.on('close', () => {
    closed = true;
  });
  slow.on('error', () => {});
  slow.write(
    'GET /api/feed HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(slow, 'data');
  slow.pause();
  await waitFor('both', () => lab.api.feedConnections === 2);
  let told = 0;
  const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
  while (lab.api.feedConnections === 2) {
    for (let i = 0; i < 500; i++) lab.api.tell(FOUND);
    told += 500;
    assert.ok(told < 1_000_000, 'it is never let go');
    await waitFor('the one that reads', () => heard() >= told, 20_000);
  }
  assert.equal(heard(), told);
  assert.ok(process.memoryUsage().external + process.memoryUsage().heapUsed < before + 600_000_000);
  slow.resume();
  await waitFor('its end', () => closed);
  events.length = 0;
  lab.api.tell(FOUND);
  await waitFor('the next event', () => heard() === 1);
});

test('as many listeners of an address as may, and no more; places come back', async () => {
  lab = await apiLab({ trustedProxies: ['127.0.0.1'] });
  const from = { 'X-Forwarded-For': '192.0.2.1' };
  const first = await listen(from);
  for (let i = 1; i < 20; i++) await listen(from);
  await assert.rejects(listen(from), /503/);
  await listen({ 'X-Forwarded-For': '192.0.2.2' });
  first.socket.close();
  await waitFor('a place', () => lab.api.feedConnections === 20);
  await listen(from);
});

test('who asks too often, or elsewhere, gets no feed', async () => {
  lab = await apiLab({ requests: { perSecond: 0.001, burst: 1 } });
  const elsewhere = new WebSocket(`ws://127.0.0.1:${lab.api.port}/api/other`);
  const [error] = (await once(elsewhere, 'error')) as [Error];
  assert.match(error.message, /404/);
  await listen();
  await assert.rejects(listen(), /429/);
});

test('a listener that talks too much, or too long, is let go', async () => {
  lab = await apiLab();
  const quiet = await listen();
  const talker = await listen();
  for (let i = 0; i < 100; i++) talker.socket.send('hello');
  await once(talker.socket, 'close');
  const shouter = await listen();
  shouter.socket.on('error', () => {});
  shouter.socket.send('x'.repeat(2_000));
  await once(shouter.socket, 'close');
  await waitFor('the quiet one alone', () => lab.api.feedConnections === 1);
  quiet.socket.send('one word');
  lab.api.tell(FOUND);
  await waitFor('the block', () => quiet.events.some(({ type }) => type === 'blockFound'));
});

test('a flood of pings, fragments without end, and a message that does not end are let go', async () => {
  lab = await apiLab();
  const open = async (...frames: readonly number[][]): Promise<{ closed: boolean }> => {
    const socket = connect(lab.api.port, '127.0.0.1');
    sockets.push(socket);
    const state = { closed: false };
    socket.on('error', () => {});
    socket.on('close', () => {
      state.closed = true;
    });
    socket.write(
      'GET /api/feed HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await once(socket, 'data');
    socket.resume();
    socket.write(Uint8Array.from(frames.flat()));
    return state;
  };
  const mask = [0x80, 0, 0, 0, 0];
  const pings = await open(...Array.from({ length: 61 }, () => [0x89, ...mask]));
  await waitFor('the end of the pings', () => pings.closed);
  const fragments = await open([0x01, ...mask], ...Array.from({ length: 16 }, () => [0x00, ...mask]));
  await waitFor('the end of the fragments', () => fragments.closed);
  const endless = await open([0x01, ...mask]);
  const quiet = await open([0x81, ...mask], [0x8a, ...mask]);
  await waitFor('both', () => lab.api.feedConnections === 2);
  await sleep(1_200);
  assert.equal(endless.closed, false);
  lab.age(10_000);
  await waitFor('the end of the endless one', () => endless.closed);
  assert.equal(quiet.closed, false);
});

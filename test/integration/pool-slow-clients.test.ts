import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { EASY, PoolUnderFire, VICTIM } from '../support/pool-under-fire.js';
import { v2Header } from '../support/proxy-headers.js';
import type { RawClient } from '../support/raw-client.js';
import { RudeClient } from '../support/rude-client.js';
import { readVectors } from '../support/vectors.js';
import { sleep, waitFor } from '../support/wait.js';

const TLS = readVectors<{ readonly key: string; readonly cert: string }>('tls');

/** Long enough for whoever speaks at once, on a busy machine. */
const SHORT_MS = 1_000;

const DEADLINES = {
  proxyHeaderMs: SHORT_MS,
  tlsHandshakeMs: SHORT_MS,
  webSocketUpgradeMs: SHORT_MS,
  firstLineMs: SHORT_MS,
  lineMs: SHORT_MS,
  authorizeMs: 3 * SHORT_MS,
};

/** A pool with a listener of each kind, and short deadlines. */
async function startLab(t: TestContext, limits: object = {}): Promise<PoolUnderFire> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-tls-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  writeFileSync(tls.certFile, TLS.cert);
  writeFileSync(tls.keyFile, TLS.key);
  const common = { host: '127.0.0.1', port: 0, difficulty: EASY };
  const listeners = [
    { ...common, name: 'main' },
    { ...common, name: 'tls', protocol: 'tls', tls },
    { ...common, name: 'ws', protocol: 'ws' },
    { ...common, name: 'proxied', proxyProtocol: { from: ['127.0.0.1'] } },
    { ...common, name: 'proxied-tls', protocol: 'tls', tls, proxyProtocol: { from: ['127.0.0.1'] } },
  ];
  return PoolUnderFire.start(t, { config: { listeners, limits: { deadlines: DEADLINES, ...limits } } });
}

/** Sends a text, a byte each tenth of a second, until the connection ends. */
async function trickle(client: RawClient, text: string): Promise<void> {
  for (let i = 0; !client.closed && i < 200; i++) {
    client.send(text[i % text.length]!);
    await sleep(100);
  }
  assert.ok(client.closed, `${JSON.stringify(text)} byte by byte goes on for ever`);
}

test('whoever is slow on purpose is ended at each deadline, and counted by it', async (t) => {
  const lab = await startLab(t);
  const { disconnected } = lab.counters;
  const on = async (listener: string, text: string): Promise<void> =>
    trickle(await lab.client('127.0.0.1', lab.portOf(listener)), text);
  const silentOn = async (listener: string): Promise<void> =>
    (await lab.client('127.0.0.1', lab.portOf(listener))).isClosed();
  await Promise.all([
    on('main', '{'),
    on('main', '{"id":1,"method":"mining.subscribe","params":["'),
    silentOn('main'),
    silentOn('tls'),
    silentOn('ws'),
    silentOn('proxied'),
    on('tls', '\x16\x03\x01\x02\x00\x01\x00'),
    on('ws', 'GET / HTTP/1.1\r\nX-a: '),
    on('proxied', 'PROXY TCP4 '),
  ]);
  // Some drops of the first line's deadline may be those of the line's: both are as long.
  assert.equal(disconnected.firstLineDeadline + disconnected.lineDeadline, 3);
  const late = () => ['tlsLate', 'upgradeLate', 'proxyHeaderLate'].map((reason) => lab.refused(reason));
  await waitFor('all counted', () => late().every((count) => count >= 2));
  assert.deepEqual(late(), [2, 2, 2]);
  // A line of a miner that is long there; and one that never authorizes, whatever it sends in time.
  const miner = new RudeClient(await lab.client());
  await miner.authorize();
  const before = disconnected.lineDeadline;
  await trickle(miner.raw, '{"id":1,"method":"mining.noop","params":["');
  assert.equal(disconnected.lineDeadline, before + 1);
  const idler = new RudeClient(await lab.client());
  for (let i = 0; i < 100 && !idler.raw.closed; i++) {
    await idler.ask('mining.noop').catch(() => {});
    await sleep(100);
  }
  assert.ok(idler.raw.closed);
  assert.equal(disconnected.authorizeDeadline, 1);
  await lab.closeAndCompare();
});

test('a miner that has authorized may be silent for as long as it likes', async (t) => {
  const lab = await startLab(t);
  const silent = new RudeClient(await lab.client());
  await silent.authorize();
  await sleep(5 * SHORT_MS);
  assert.ok(!silent.raw.closed);
  assert.equal(await silent.submit(silent.shares().next().value), 0);
});

test('a client that never reads is dropped before it holds memory', async (t) => {
  const lab = await startLab(t, { unsentBytes: 65_536, messagesPerSecond: 1_000_000 });
  const sink = connect({ port: lab.port, host: '127.0.0.1' });
  sink.on('error', () => {});
  await once(sink, 'connect');
  sink.pause();
  sink.write(`{"id":1,"method":"mining.authorize","params":["${VICTIM}.sink","x"]}\n`);
  const ask = `{"id":"${'i'.repeat(60)}","method":"mining.noop"}\n`.repeat(500);
  const ended = once(sink, 'close');
  for (let i = 0; lab.counters.disconnected.slowReader === 0 && i < 4_000; i++) {
    // Never more than some megabytes ahead of the pool.
    if (sink.writableLength < 4e6) sink.write(ask);
    await sleep(1);
  }
  assert.equal(lab.counters.disconnected.slowReader, 1);
  sink.resume();
  await ended;
  await lab.closeAndCompare();
});

test('a half-open miner that reads nothing gives its place and its extranonce back', async (t) => {
  const lab = await startLab(t, { unsentBytes: 67_108_864, messagesPerSecond: 1_000_000 });
  const { sessions } = lab.app.pool;
  const half = connect({ port: lab.port, host: '127.0.0.1', allowHalfOpen: true });
  half.on('error', () => {});
  await once(half, 'connect');
  half.pause();
  half.write(`{"id":1,"method":"mining.authorize","params":["${VICTIM}.half","x"]}\n`);
  // Its answers, 16 MB of them, stay in the pool: more than the system takes.
  half.write(`{"id":"${'i'.repeat(60)}","method":"mining.noop"}\n`.repeat(160_000));
  half.end();
  await waitFor('the session', () => lab.app.pool.sessions === sessions + 1);
  await waitFor('its end', () => lab.app.pool.sessions === sessions, 30_000);
  half.destroy();
  await lab.closeAndCompare();
});

test('what no WebSocket may carry ends it, and is counted', async (t) => {
  const lab = await startLab(t);
  const { disconnected } = lab.counters;
  const messages = [Buffer.from('{"id":1}'), 'x'.repeat(2 ** 20), '\n'.repeat(9_000), '{', '[[[[[[[[['];
  for (const message of messages) {
    const socket = new WebSocket(`ws://127.0.0.1:${lab.portOf('ws')}`);
    socket.on('error', () => {});
    await once(socket, 'open');
    socket.send(message);
    await once(socket, 'close');
  }
  const { garbage, lineTooLong, tooDeep } = disconnected;
  assert.deepEqual({ garbage, lineTooLong, tooDeep }, { garbage: 2, lineTooLong: 2, tooDeep: 1 });
  await lab.closeAndCompare();
});

test('TLS garbage, PROXY headers missing and malformed, and what is no WebSocket', async (t) => {
  const lab = await startLab(t);
  const at = async (listener: string, data: string | Uint8Array, from = '127.0.0.1'): Promise<RawClient> => {
    const client = await lab.client(from, lab.portOf(listener));
    client.send(data);
    return client;
  };
  const stratum = '{"id":1,"method":"mining.subscribe","params":[]}\n';
  for (const data of [stratum, 'GET / HTTP/1.1\r\n\r\n', Buffer.alloc(2_000, 0x16)])
    await (await at('tls', data)).isClosed();
  await waitFor('the handshakes', () => lab.refused('tlsFailed') === 1);
  await waitFor('the other protocols', () => lab.refused('otherProtocol') === 2);
  for (const data of [
    stratum,
    '\0\x01\x02',
    'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
    'POST / HTTP/1.1\r\n\r\n',
  ])
    await (await at('ws', data)).isClosed();
  await waitFor('the upgrades', () => lab.refused('upgradeFailed') === 3);
  assert.equal(lab.refused('otherProtocol'), 3);
  for (const data of [stratum, 'PROXY TCP9 1 2 3 4\r\n', v2Header({ command: 0x2f }), 'PROXY '.repeat(100)])
    await (await at('proxied', data)).isClosed();
  await waitFor('the headers', () => lab.refused('proxyHeaderMalformed') === 4);
  (await at('proxied', 'PROXY')).socket.end();
  await waitFor('the missing one', () => lab.refused('proxyHeaderMissing') === 1);
  // From an address that is no load balancer's, a header is a line like any other.
  const forged = await at('proxied', 'PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n', '127.0.0.77');
  await forged.isClosed();
  assert.match(forged.received, /malformed: not JSON/);
  assert.equal(lab.counters.disconnected.garbage, 1);
  const plain = new RudeClient(await lab.client('127.0.0.77', lab.portOf('proxied')));
  assert.equal((await plain.authorize()).result, true);
  const proxied = new RudeClient(await at('proxied', 'PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n'));
  assert.equal((await proxied.authorize()).result, true);
  await (await at('proxied-tls', Buffer.concat([v2Header({}), Buffer.from(stratum)]))).isClosed();
  await waitFor('the fourth', () => lab.refused('otherProtocol') === 4);
  await lab.closeAndCompare();
});

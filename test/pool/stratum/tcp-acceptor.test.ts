import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import type { AcceptorOptions } from '../../../pool/stratum/acceptor.js';
import { startTcpAcceptor } from '../../../pool/stratum/tcp-acceptor.js';
import { AddressRanges } from '../../../protocol/ip-address.js';
import { LISTED, LOOPBACK, listening, V1 } from '../../support/acceptor-lab.js';
import { closeAll } from '../../support/closers.js';
import { v2Addresses, v2Header } from '../../support/proxy-headers.js';
import { RawClient } from '../../support/raw-client.js';
import { sleep, waitFor } from '../../support/wait.js';

after(closeAll);

const start = (options: Partial<AcceptorOptions> = {}) =>
  listening((handlers) => startTcpAcceptor({ ...LOOPBACK, ...options }, handlers));

test('bytes go both ways, and the end is told once', async () => {
  const { handlers, port } = await start();
  const client = await RawClient.open(port);
  client.send('{"id":1}\n\xd7');
  await client.receives('{"ID":1}\n\xd7');
  const [recorded] = handlers.channels;
  assert.equal(recorded!.channel.remoteAddress, '127.0.0.1');
  assert.equal(recorded!.channel.pendingBytes, 0);
  recorded!.channel.write(Uint8Array.of(65, 10));
  await client.receives('A\n');
  client.socket.end();
  await waitFor('the release', () => handlers.released.length === 1);
  assert.equal(recorded!.closed, 1);
  assert.deepEqual(handlers.refused, []);
  recorded!.channel.write('to nobody');
  recorded!.channel.end();
  recorded!.channel.destroy();
  await sleep(10);
  assert.deepEqual([recorded!.closed, handlers.released.length], [1, 1]);
});

test('a client over IPv6, or over IPv4 on an IPv6 socket, is named canonically', async (t) => {
  let started: Awaited<ReturnType<typeof start>>;
  try {
    started = await start({ host: '::' });
  } catch (error) {
    t.skip(`no IPv6 here: ${(error as Error).message}`);
    return;
  }
  for (const host of ['127.0.0.1', '::1']) (await RawClient.open(started.port, host)).send('a\n');
  await waitFor('both', () => started.handlers.channels.length === 2);
  assert.deepEqual(started.handlers.channels.map(({ channel }) => channel.remoteAddress).sort(), [
    '127.0.0.1',
    '::1',
  ]);
});

test('ended by us: what was written still arrives, and nothing more is heard', async () => {
  const { handlers, port } = await start();
  const client = await RawClient.open(port);
  client.send('a\n');
  await client.receives('A\n');
  const [recorded] = handlers.channels;
  recorded!.channel.write(`${'x'.repeat(20_000_000)}end`);
  assert.ok(recorded!.channel.pendingBytes > 0);
  recorded!.channel.end();
  client.send('b\n');
  await client.receives('end');
  await client.isClosed();
  await waitFor('the release', () => handlers.released.length === 1);
  assert.equal(recorded!.received, 'a\n');
  assert.equal(recorded!.closed, 1);
});

test('ended by us, but the client reads nothing: dropped when its time is over', async () => {
  let now = 0;
  const { handlers, port } = await start({ now: () => now });
  const client = await RawClient.open(port);
  client.socket.pause();
  client.send('a\n');
  await waitFor('the line', () => handlers.channels[0]?.received === 'a\n');
  const { channel } = handlers.channels[0]!;
  channel.write('x'.repeat(30_000_000));
  channel.end();
  await sleep(600);
  assert.equal(handlers.released.length, 0);
  now = 5_000;
  await waitFor('the release', () => handlers.released.length === 1);
  client.socket.destroy();
});

test('refused by admit, or heard by nobody', async () => {
  const { handlers, port } = await start();
  handlers.barred.set('127.0.0.1', 'banned');
  await (await RawClient.open(port)).isClosed();
  await waitFor('the count', () => handlers.refused.length === 1);
  assert.deepEqual([handlers.refused, handlers.refusedAddresses], [['banned'], ['127.0.0.1']]);
  assert.deepEqual([handlers.admitted, handlers.released, handlers.channels], [[], [], []]);
  handlers.barred.clear();
  handlers.deaf = true;
  await (await RawClient.open(port)).isClosed();
  await waitFor('the release', () => handlers.released.length === 1);
  assert.deepEqual(handlers.refused, ['banned']);
});

test('a PROXY header of a listed peer names the client, wherever it is cut', async () => {
  const { handlers, port } = await start({ proxyFrom: LISTED });
  const v1 = Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n');
  const v2 = v2Header({ family: 0x21, addresses: v2Addresses('2001:db8::7', '::1', 9, 10) });
  for (const [header, address] of [
    [v1, '192.0.2.7'],
    [v2, '2001:db8::7'],
  ] as const) {
    const bytes = Buffer.concat([header, Buffer.from('{"id":7}\n')]);
    for (let cut = 0; cut <= bytes.length; cut += 3) {
      const client = await RawClient.open(port);
      await client.sendCut(bytes, cut);
      await client.receives('{"ID":7}\n');
      client.send('more\n');
      await client.receives('{"ID":7}\nMORE\n');
      assert.equal(handlers.channels.at(-1)!.channel.remoteAddress, address);
      assert.equal(handlers.admitted.at(-1), address);
      client.socket.destroy();
    }
  }
  await waitFor('all releases', () => handlers.released.length === handlers.admitted.length);
  assert.deepEqual(handlers.refused, []);
});

test('the client behind a PROXY header is the one that is asked for', async () => {
  const { handlers, port } = await start({ proxyFrom: LISTED });
  handlers.barred.set('192.0.2.7', 'banned');
  const client = await RawClient.open(port);
  client.send('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n');
  await client.isClosed();
  assert.equal(client.received, '{"id":null,"method":"client.show_message","params":["refused: banned"]}\n');
  await waitFor('the count', () => handlers.refused.length === 1);
  assert.deepEqual([handlers.refused, handlers.refusedAddresses], [['banned'], ['192.0.2.7']]);
});

test('a header from a peer that is not listed is what a miner would send', async () => {
  const { handlers, port } = await start({ proxyFrom: new AddressRanges(['192.0.2.0/24']) });
  const client = await RawClient.open(port);
  client.send('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n');
  await waitFor('the line', () => handlers.channels[0]?.received.includes('PROXY TCP4') === true);
  assert.equal(handlers.channels[0]!.channel.remoteAddress, '127.0.0.1');
  client.socket.destroy();
});

test('health checks and faults of a listed peer get no channel, and are counted', async () => {
  const { handlers, port } = await start({ proxyFrom: LISTED });
  for (const [bytes, reason] of [
    ['PROXY UNKNOWN\r\n', 'healthCheck'],
    [v2Header({ command: 0x20 }), 'healthCheck'],
    ['{"id":1,"method":"mining.subscribe"}\n', 'proxyHeaderMalformed'],
    ['PROXY TCP4 1.2.3.4\r\n', 'proxyHeaderMalformed'],
    [v2Header({ family: 0x12 }), 'proxyHeaderMalformed'],
  ] as const) {
    const client = await RawClient.open(port);
    client.send(bytes);
    await client.isClosed();
    assert.equal(client.received, '');
    await waitFor(reason, () => handlers.refused.at(-1) === reason);
  }
  const silent = await RawClient.open(port);
  silent.send('PROXY TCP4 192.0.2.7 ');
  silent.socket.end();
  await waitFor('a missing header', () => handlers.refused.at(-1) === 'proxyHeaderMissing');
  assert.equal(handlers.refused.length, 6);
  assert.deepEqual([handlers.channels.length, handlers.admitted.length, handlers.released.length], [0, 0, 0]);
});

test('a header that comes too slowly', async () => {
  let now = 0;
  const { handlers, port } = await start({ proxyFrom: LISTED, proxyHeaderMs: 2_000, now: () => now });
  const slow = await RawClient.open(port);
  slow.send('PROXY TCP4 ');
  const client = await RawClient.open(port);
  client.send('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\na\n');
  await client.receives('A\n');
  now = 1_999;
  await sleep(600);
  assert.deepEqual(handlers.refused, []);
  now = 2_000;
  await slow.isClosed();
  assert.deepEqual(handlers.refused, ['proxyHeaderLate']);
  assert.equal(client.closed, false);
  client.socket.destroy();
});

test('300 that are ready in the same instant all come in, and other work gets its turns between', async () => {
  const { handlers, port } = await start({ proxyFrom: LISTED });
  const clients: RawClient[] = [];
  for (let i = 0; i < 300; i++) clients.push(await RawClient.open(port));
  clients[0]!.send(V1);
  await waitFor('the first', () => handlers.channels.length === 1);
  await sleep(200);
  let last = 1;
  let most = 0;
  let turns = 0;
  const count = (): void => {
    most = Math.max(most, handlers.channels.length - last);
    last = handlers.channels.length;
    if (last < 300 && turns++ < 1e6) setImmediate(count);
  };
  count();
  for (const client of clients.slice(1)) client.send(V1);
  await waitFor('all', () => last === 300);
  assert.ok(most <= 32, `${most} in one turn`);
  for (const client of clients) client.socket.destroy();
  await waitFor('all gone', () => handlers.released.length === 300);
});

test('close ends all, stopAccepting leaves channels alone', async () => {
  const { acceptor, handlers, port } = await start({ proxyFrom: new AddressRanges(['127.0.0.2']) });
  const client = await RawClient.open(port);
  client.send('a\n');
  await client.receives('A\n');
  acceptor.stopAccepting();
  acceptor.stopAccepting();
  client.send('b\n');
  await client.receives('B\n');
  const refused = connect(port, '127.0.0.1');
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
  await acceptor.close();
  await client.isClosed();
  assert.deepEqual([handlers.channels[0]!.closed, handlers.released.length], [1, 1]);
  await acceptor.close();
});

test('those without a channel are dropped when the listener stops', async () => {
  const { acceptor, handlers, port } = await start({ proxyFrom: LISTED });
  const client = await RawClient.open(port);
  client.send('PROXY');
  await sleep(50);
  await acceptor.close();
  await client.isClosed();
  assert.deepEqual(handlers.refused, ['stopping']);
});

test('a port that is taken', async () => {
  const { port } = await start();
  await assert.rejects(start({ port }), { code: 'EADDRINUSE' });
});

test('at the limit of open files connections are turned away, and the process lives on', {
  skip: process.platform === 'win32',
}, async () => {
  const program = new URL('../../support/echo-under-limit.js', import.meta.url);
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 64 && exec "$0" "$1"', process.execPath, program.pathname],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const [text] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const port = Number(text);
    const clients: RawClient[] = [];
    for (let i = 0; i < 120; i++) clients.push(await RawClient.open(port));
    await waitFor('some turned away', () => clients.some((client) => client.closed));
    for (const client of clients) client.socket.destroy();
    await waitFor('the end of all', () => clients.every((client) => client.closed));
    // They are gone here. There they are when it has had its turn, and until then there is no place for another.
    await waitFor('a place', async () => {
      const again = await RawClient.open(port);
      again.send('still there\n');
      await waitFor('an answer', () => again.closed || again.received !== '');
      again.socket.destroy();
      return again.received === 'STILL THERE\n';
    });
    assert.equal(child.exitCode, null);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a client that ends its half and reads nothing is let go', async () => {
  const { handlers, port } = await start();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  socket.pause();
  await waitFor('the channel', () => handlers.channels.length === 1);
  const { channel } = handlers.channels[0]!;
  // More than the system holds for a connection.
  channel.write(new Uint8Array(32 * 1024 * 1024));
  assert.ok(channel.pendingBytes > 0);
  socket.end();
  await waitFor('the release', () => handlers.released.length === 1, 20_000);
  assert.equal(handlers.channels[0]!.closed, 1);
  socket.destroy();
});

test('no more than 64 clients at a time are told why they are turned away, and none of them stays', async () => {
  const { handlers, port } = await start();
  handlers.barred.set('127.0.0.1', 'full');
  const clients: RawClient[] = [];
  // Half open: they keep their side when ours has ended.
  for (let i = 0; i < 80; i++) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    clients.push(new RawClient(socket));
  }
  await waitFor('all turned away', () => handlers.refused.length === 80);
  const told = clients.filter(({ received }) => received.includes('refused: full')).length;
  assert.equal(told, 64);
  for (const { socket } of clients) socket.destroy();
});

test('of clients that come again and again so many a second are told why, and the others are dropped and counted', async () => {
  let nowMs = 1_000;
  const { handlers, port } = await start({ now: () => nowMs });
  handlers.barred.set('127.0.0.1', 'full');
  const come = async (): Promise<boolean> => {
    const client = await RawClient.open(port);
    await client.isClosed();
    return client.received.includes('refused: full');
  };
  let told = 0;
  for (let i = 0; i < 70; i++) if (await come()) told++;
  assert.equal(told, 64);
  nowMs += 40;
  assert.deepEqual([await come(), await come(), await come()], [true, true, false]);
  await waitFor('the count of all', () => handlers.refused.length === 73);
});

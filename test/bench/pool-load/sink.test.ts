import { equal, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { Sink, type SinkLimits } from '../../../bench/pool-load/sink/sink.js';
import { RawClient } from '../../support/raw-client.js';
import { waitFor } from '../../support/wait.js';

const sinks: Sink[] = [];
after(() => {
  for (const sink of sinks) sink.close();
});

async function start(limits: Partial<SinkLimits>): Promise<{ sink: Sink; open: () => Promise<RawClient> }> {
  const sink = new Sink({ connections: 100, connectionsPerAddress: 100, ...limits });
  sinks.push(sink);
  const port = await sink.listen('127.0.0.1');
  return { sink, open: () => RawClient.open(port) };
}

test('whatever is sent is read, and nothing is answered', async () => {
  const { sink, open } = await start({});
  const client = await open();
  // More than the system holds.
  client.send('x'.repeat(30_000_000));
  await waitFor('all of it to be taken', () => client.socket.writableLength === 0);
  equal(client.received, '');
  equal(sink.size, 1);
  client.socket.destroy();
  await waitFor('its place', () => sink.size === 0);
});

test('connections beyond a limit end, and places come back', async () => {
  for (const limits of [{ connections: 1 }, { connectionsPerAddress: 1 }]) {
    const { sink, open } = await start(limits);
    const first = await open();
    await waitFor('the first', () => sink.size === 1);
    await (await open()).isClosed();
    first.socket.destroy();
    await waitFor('its place', () => sink.size === 0);
    const next = await open();
    await waitFor('the next', () => sink.size === 1);
    next.socket.destroy();
  }
});

test('who sends too much goes, and after so many times the address is let in no more', async () => {
  const { sink, open } = await start({ bytes: 10, offences: 2 });
  for (let i = 0; i < 2; i++) {
    const client = await open();
    await waitFor('it', () => sink.size === 1);
    client.send('x'.repeat(11));
    await client.isClosed();
    await waitFor('its end', () => sink.size === 0);
  }
  await (await open()).isClosed();
  equal(sink.size, 0);
});

test('a connection has its time', async () => {
  const { open } = await start({ lifeMs: 100 });
  const startedMs = performance.now();
  await (await open()).isClosed();
  ok(performance.now() - startedMs >= 95);
});

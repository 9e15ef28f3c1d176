import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type HttpListener, listenHttp } from '../../http/http-listener.js';
import { AddressRanges } from '../../protocol/ip-address.js';
import { RawClient } from '../support/raw-client.js';
import { waitFor } from '../support/wait.js';

let listener: HttpListener;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await listener.close();
});

async function open(text = ''): Promise<RawClient> {
  const client = await RawClient.open(listener.port);
  clients.push(client);
  client.send(text);
  return client;
}

const start = async (connectionsPerAddress: number): Promise<void> => {
  const access = { connectionsPerAddress, unlimited: new AddressRanges([]) };
  listener = await listenHttp(() => new Response('here'), '127.0.0.1', 0, access);
};

test('connections of one address beyond the limit are closed, and their places come back', async () => {
  await start(3);
  const slow = await Promise.all(Array.from({ length: 3 }, () => open('GET / HT')));
  const tooMany = await open();
  await tooMany.isClosed();
  slow[0]!.socket.destroy();
  await waitFor('an answer', async () => {
    const client = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor('an answer or the end', () => client.closed || client.received.includes('here'));
    return client.received.includes('here');
  });
  assert.deepEqual([slow[1]!.closed, slow[2]!.closed], [false, false]);
});

test('headers that do not end, and connections that say nothing, have five seconds', async () => {
  await start(100);
  const startedMs = performance.now();
  const slow = await open('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const silent = await open();
  await waitFor('the end of both', () => slow.closed && silent.closed, 9_000);
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs >= 4_900, `they had ${tookMs} ms`);
});

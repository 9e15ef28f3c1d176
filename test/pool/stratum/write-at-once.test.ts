import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { Socket } from 'node:net';
import { after, test } from 'node:test';
import { startTcpAcceptor } from '../../../pool/stratum/tcp-acceptor.js';
import { descriptorOf, writeAtOnce } from '../../../pool/stratum/write-at-once.js';
import { RawClient } from '../../support/raw-client.js';
import { RecordingHandlers } from '../../support/recording-handlers.js';

const handlers = new RecordingHandlers();
const acceptor = await startTcpAcceptor(
  { host: '127.0.0.1', port: 0, proxyHeaderMs: 60_000, now: () => performance.now() },
  handlers,
);
after(() => acceptor.close());

async function enter() {
  const client = await RawClient.open(acceptor.port);
  client.send('a\n');
  await client.receives('A\n');
  return { client, channel: handlers.channels.at(-1)!.channel };
}

for (const [what, isText] of [
  ['text', () => true],
  ['bytes', () => false],
  ['text and bytes by turns', (i: number) => i % 2 === 0],
] as const) {
  test(`what the kernel takes in part or not at all arrives whole and in order: ${what}`, async () => {
    const { client, channel } = await enter();
    client.socket.pause();
    const sent = ['A\n'];
    const write = (i: number, chars: number): void => {
      const text = `${i} ${'é'.repeat(chars)}\n`;
      sent.push(text);
      channel.write(isText(i) ? text : Buffer.from(text, 'latin1'));
    };
    // Of a long line the kernel takes a part, of short ones all or nothing.
    for (let i = 0; channel.pendingBytes < 10_000_000; i++) {
      assert.ok(i < 1_000, 'the kernel is full at some time');
      write(i, i % 3 === 0 ? 3_000_000 : 1_000);
    }
    client.socket.resume();
    // It has room again before what waits has gone.
    for (let i = 1_000; i < 2_000; i++) {
      write(i, 1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    channel.write('the end\n');
    await client.receives('the end\n');
    assert.ok(client.received === `${sent.join('')}the end\n`);
    assert.equal(channel.pendingBytes, 0);
    client.socket.destroy();
  });
}

test('a client that is gone is written to in vain, and its end told once', async () => {
  const { client, channel } = await enter();
  const { length } = handlers.released;
  client.socket.resetAndDestroy();
  for (let i = 0; handlers.released.length === length; i++) {
    assert.ok(i < 10_000, 'its end is told');
    channel.write('x'.repeat(10_000));
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  channel.write('x');
  assert.equal(handlers.released.length, length + 1);
});

test('no descriptor, and one that takes nothing', () => {
  assert.equal(descriptorOf(new Socket()), -1);
  assert.equal(writeAtOnce(openSync('/dev/null', 'r'), 'x'), 0);
  assert.equal(writeAtOnce(-1, Buffer.from('x')), 0);
});

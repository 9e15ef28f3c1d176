import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import {
  startSecureWebSocketAcceptor,
  startWebSocketAcceptor,
  type WebSocketAcceptorOptions,
} from '../../../pool/stratum/websocket-acceptor.js';
import { CERTIFICATE, LISTED, LOOPBACK, listening, V1 } from '../../support/acceptor-lab.js';
import { closeAll } from '../../support/closers.js';
import { RawClient } from '../../support/raw-client.js';
import type { RecordingHandlers } from '../../support/recording-handlers.js';
import { sleep, waitFor } from '../../support/wait.js';

after(closeAll);

const DEFAULTS: WebSocketAcceptorOptions = {
  ...LOOPBACK,
  upgradeMs: 60_000,
  maxMessageBytes: 8192,
  messageMs: 60_000,
};
const REQUEST = `GET /anything?x HTTP/1.1\r\nHost: pool\r\nOrigin: http://elsewhere\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;

const start = (options: Partial<WebSocketAcceptorOptions> = {}) =>
  listening((handlers) => startWebSocketAcceptor({ ...DEFAULTS, ...options }, handlers));

class Client {
  readonly socket: WebSocket;
  readonly messages: string[] = [];
  code = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url, { rejectUnauthorized: false });
    this.socket.on('message', (data, isBinary) => this.messages.push(isBinary ? 'binary' : String(data)));
    this.socket.on('error', () => {});
    this.socket.on('close', (code) => {
      this.code = code;
    });
  }

  static async open(port: number, path = ''): Promise<Client> {
    const client = new Client(`ws://127.0.0.1:${port}/${path}`);
    await waitFor('the WebSocket', () => client.socket.readyState === WebSocket.OPEN);
    return client;
  }

  async isClosed(code: number): Promise<void> {
    await waitFor('the end of the WebSocket', () => this.code !== 0);
    assert.equal(this.code, code);
  }
}

/** A frame of a client, with a mask of zeros. */
function frame(opcode: number, payload: string, final = true): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  assert.ok(bytes.length < 126);
  const head = [(final ? 0x80 : 0) | opcode, 0x80 | bytes.length, 0, 0, 0, 0];
  return Buffer.concat([Uint8Array.from(head), bytes]);
}

async function upgraded(port: number): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.send(REQUEST);
  await client.receives('101 Switching Protocols\r\n');
  await client.receives('\r\n\r\n');
  client.received = '';
  return client;
}

test('messages are lines, with or without a line end, on any path', async () => {
  const { handlers, port } = await start();
  const client = await Client.open(port, 'stratum?a=b');
  client.socket.send('{"id":1}');
  await waitFor('an echo', () => client.messages.length === 1);
  client.socket.send('{"id":2}\n{"id":3}\n');
  await waitFor('an echo', () => client.messages.length === 2);
  client.socket.send('');
  await waitFor('an echo', () => client.messages.length === 3);
  const [recorded] = handlers.channels;
  assert.deepEqual(recorded!.chunks, ['{"id":1}\n', '{"id":2}\n{"id":3}\n', '\n']);
  assert.deepEqual(client.messages, ['{"ID":1}\n', '{"ID":2}\n{"ID":3}\n', '\n']);
  assert.equal(recorded!.channel.remoteAddress, '127.0.0.1');
  assert.equal(recorded!.channel.pendingBytes, 0);
  recorded!.channel.write(Buffer.from('bytes'));
  await waitFor('bytes as text', () => client.messages[3] === 'bytes');
  client.socket.close();
  await waitFor('the release', () => handlers.released.length === 1);
  assert.equal(recorded!.closed, 1);
  assert.deepEqual(handlers.refused, []);
  recorded!.channel.write('to nobody');
  recorded!.channel.end();
  recorded!.channel.destroy();
});

test('what goes back is what came, byte for byte', async () => {
  const { port, handlers } = await start();
  const client = await Client.open(port);
  client.socket.send('{"ID":"\u00d7\u4e2d"}');
  await waitFor('an echo', () => client.messages.length === 1);
  assert.equal(client.messages[0], '{"ID":"\u00d7\u4e2d"}\n');
  assert.equal(handlers.channels[0]!.received, '{"ID":"\xc3\x97\xe4\xb8\xad"}\n');
});

test('ended by us: what was written arrives first', async () => {
  const { handlers, port } = await start();
  const client = await Client.open(port);
  await waitFor('the channel', () => handlers.channels.length === 1);
  const { channel } = handlers.channels[0]!;
  channel.write('x'.repeat(1_000_000));
  channel.write('bye\n');
  channel.end();
  client.socket.send('too late');
  await client.isClosed(1000);
  assert.equal(client.messages.at(-1), 'bye\n');
  await waitFor('the release', () => handlers.released.length === 1);
  assert.deepEqual([handlers.channels[0]!.chunks, handlers.channels[0]!.closed], [[], 1]);
});

test('binary messages, long ones, and text that is none', async () => {
  const { handlers, port } = await start();
  const binary = await Client.open(port);
  binary.socket.send(Buffer.from('{"id":1}'));
  await binary.isClosed(1003);
  const fits = await Client.open(port);
  fits.socket.send('y'.repeat(8192));
  await waitFor('an echo', () => fits.messages.length === 1);
  fits.socket.send('z'.repeat(8193));
  await fits.isClosed(1009);
  const broken = await upgraded(port);
  broken.send(frame(1, '\xff\xfe'));
  await broken.isClosed();
  const pieces = await upgraded(port);
  for (let i = 0; i < 100; i++) pieces.send(frame(i === 0 ? 1 : 0, 'p'.repeat(100), false));
  await pieces.isClosed();
  const unmasked = await upgraded(port);
  unmasked.send(Uint8Array.of(0x81, 1, 65));
  await unmasked.isClosed();
  await waitFor('all released', () => handlers.released.length === 5);
  assert.equal(handlers.channels.map(({ received }) => received).join(''), `${'y'.repeat(8192)}\n`);
  for (const { closed } of handlers.channels) assert.equal(closed, 1);
  assert.deepEqual(
    handlers.channels.map(({ broken }) => broken.join()),
    ['garbage', 'lineTooLong', 'garbage', 'lineTooLong', 'garbage'],
  );
});

test('the request in pieces, and the first message in its packet', async () => {
  const { handlers, port } = await start();
  const client = await RawClient.open(port);
  await client.sendCut(Buffer.from(REQUEST), 1, 20, 60, 150);
  await client.receives('101 Switching');
  const eager = await RawClient.open(port);
  eager.send(Buffer.concat([Buffer.from(REQUEST), frame(1, '{"id":1}')]));
  await eager.receives('{"ID":1}\n');
  assert.equal(handlers.channels.length, 2);
  client.socket.destroy();
  eager.socket.destroy();
});

test('what is no request for a WebSocket is answered, ended and counted', async () => {
  const { handlers, port } = await start();
  for (const [bytes, answer, reason = 'upgradeFailed'] of [
    ['GET / HTTP/1.1\r\nHost: pool\r\n\r\n', 'HTTP/1.1 426 '],
    ['POST / HTTP/1.1\r\nHost: pool\r\nContent-Length: 5\r\n\r\nabcde', 'HTTP/1.1 426 '],
    [REQUEST.replace('Version: 13', 'Version: 7'), 'HTTP/1.1 4'],
    [REQUEST.replace(/Sec-WebSocket-Key: .*\r\n/, ''), 'HTTP/1.1 400 '],
    [REQUEST.replace('Upgrade: websocket', 'Upgrade: h2c'), 'HTTP/1.1 400 '],
    ['{"id":1,"method":"mining.subscribe"}\n', '{"id":null,"method":"client.show_message"', 'otherProtocol'],
    ['\x16\x03\x01\x02\x00\x01\x00', '\x15\x03\x01\x00\x02\x02\x46', 'otherProtocol'],
    [`GET / HTTP/1.1\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, ''],
  ] as const) {
    const before = handlers.refused.length;
    const client = await RawClient.open(port);
    client.send(bytes);
    await client.isClosed();
    assert.ok(client.received.startsWith(answer), `${bytes.slice(0, 30)}: ${client.received}`);
    await waitFor('the count', () => handlers.refused.length === before + 1);
    assert.equal(handlers.refused.at(-1), reason);
  }
  assert.equal(handlers.released.length, 8);
  assert.deepEqual(handlers.channels, []);
});

test('a request that comes too slowly', async () => {
  let now = 0;
  const { handlers, port } = await start({ upgradeMs: 10_000, now: () => now, pingMs: 1e9 });
  const slow = await RawClient.open(port);
  slow.send('GET / HTTP/1.1\r\nHost:');
  const client = await upgraded(port);
  now = 9_999;
  await sleep(600);
  assert.deepEqual(handlers.refused, []);
  now = 10_000;
  await slow.isClosed();
  assert.deepEqual(handlers.refused, ['upgradeLate']);
  assert.equal(client.closed, false);
  client.socket.destroy();
});

test('a client that does not answer pings is dropped, one that does is not', async () => {
  let now = 0;
  const { handlers, port } = await start({ pingMs: 30_000, now: () => now });
  const dead = await upgraded(port);
  const lively = await Client.open(port);
  let pings = 0;
  lively.socket.on('ping', () => pings++);
  await waitFor('both', () => handlers.channels.length === 2);
  now = 30_000;
  await waitFor('a ping', () => pings === 1);
  await waitFor('a ping at the other', () => dead.received === '\x89\0');
  await sleep(100);
  assert.equal(dead.closed, false);
  now = 60_000;
  await dead.isClosed();
  await waitFor('a second ping', () => pings === 2);
  assert.deepEqual(handlers.released, ['127.0.0.1']);
  assert.equal(lively.socket.readyState, WebSocket.OPEN);
});

test('a PROXY header stands before the request, in its own packet or in the same', async () => {
  const { handlers, port } = await start({ proxyFrom: LISTED });
  const bytes = Buffer.concat([Buffer.from(V1 + REQUEST), frame(1, 'hello')]);
  for (const cut of [0, 3, V1.length - 1, V1.length, V1.length + 1, V1.length + 90, bytes.length - 3]) {
    const client = await RawClient.open(port);
    await client.sendCut(bytes, cut);
    await client.receives('HELLO\n');
    assert.equal(handlers.channels.at(-1)!.channel.remoteAddress, '192.0.2.7');
    client.socket.destroy();
  }
  const without = await RawClient.open(port);
  without.send(REQUEST);
  await without.isClosed();
  assert.deepEqual(handlers.refused, ['proxyHeaderMalformed']);
});

test('refused by admit, or heard by nobody', async () => {
  const { handlers, port } = await start();
  handlers.barred.set('127.0.0.1', 'banned');
  await new Client(`ws://127.0.0.1:${port}`).isClosed(1006);
  await waitFor('the count', () => handlers.refused.length === 1);
  assert.deepEqual(handlers.refused, ['banned']);
  handlers.barred.clear();
  handlers.deaf = true;
  await new Client(`ws://127.0.0.1:${port}`).isClosed(1006);
  await waitFor('the release', () => handlers.released.length === 1);
});

test('over TLS, behind a PROXY header', async () => {
  const tls = { certificate: CERTIFICATE, handshakeMs: 60_000, concurrentHandshakes: 256 };
  const startSecure = (options: Partial<WebSocketAcceptorOptions> = {}, told?: RecordingHandlers) =>
    listening((to) => startSecureWebSocketAcceptor({ ...DEFAULTS, ...options, tls }, to), told);
  const { handlers, port } = await startSecure();
  const client = new Client(`wss://127.0.0.1:${port}`);
  await waitFor('the WebSocket', () => client.socket.readyState === WebSocket.OPEN);
  client.socket.send('hello');
  await waitFor('an echo', () => client.messages[0] === 'HELLO\n');
  client.socket.close();
  await waitFor('the release', () => handlers.released.length === 1);

  const proxied = await startSecure({ proxyFrom: LISTED }, handlers);
  const below = await RawClient.open(proxied.port);
  below.socket.removeAllListeners('data');
  below.socket.setEncoding();
  below.send(V1);
  const above = RawClient.secure(proxied.port, { socket: below.socket });
  above.send(Buffer.concat([Buffer.from(REQUEST), frame(1, 'hello')]));
  await above.receives('HELLO\n');
  assert.equal(handlers.channels.at(-1)!.channel.remoteAddress, '192.0.2.7');
  above.send('garbage');
  await above.isClosed();
  await waitFor('the release', () => handlers.released.length === 2);
  assert.deepEqual(
    handlers.channels.map(({ closed }) => closed),
    [1, 1],
  );
  assert.deepEqual(handlers.refused, []);
});

test('a message in more frames, or a frame in more pieces, than one may be in holds no memory', async () => {
  const { handlers, port } = await start();
  const empty = await upgraded(port);
  // Without a byte: no length of a message bounds these.
  empty.send(Buffer.concat(Array.from({ length: 17 }, (_, i) => frame(i === 0 ? 1 : 0, '', false))));
  await empty.isClosed();
  const few = await upgraded(port);
  few.send(Buffer.concat(Array.from({ length: 16 }, (_, i) => frame(i === 0 ? 1 : 0, 'a', i === 15))));
  await waitFor('an echo', () => few.received.endsWith(`${'A'.repeat(16)}\n`));
  const pieces = await upgraded(port);
  const long = frame(1, 'p'.repeat(100));
  for (const byte of long) {
    if (pieces.closed) break;
    pieces.send(Uint8Array.of(byte));
    // Each in a packet of its own.
    await sleep(2);
  }
  await pieces.isClosed();
  assert.deepEqual(
    handlers.channels.map(({ broken }) => broken.join()),
    ['lineTooLong', '', 'lineTooLong'],
  );
});

test('the end of a message has its time from the first byte on, whatever comes between', async () => {
  let nowMs = 0;
  const { handlers, port } = await start({ messageMs: 1_000, pingMs: 60_000, now: () => nowMs });
  const begun = await upgraded(port);
  begun.send(frame(1, 'half', false));
  const between = await upgraded(port);
  between.send(frame(1, 'half', false));
  const piece = await upgraded(port);
  piece.send(frame(1, 'half').subarray(0, 3));
  const quiet = await upgraded(port);
  quiet.send(frame(1, 'whole'));
  await waitFor('an echo', () => quiet.received.includes('WHOLE'));
  nowMs = 900;
  between.send(frame(9, 'ping'));
  await waitFor('the answer', () => between.received.includes('ping'));
  const fresh = await upgraded(port);
  fresh.send(Buffer.concat([frame(1, 'one'), frame(1, 'two', false)]));
  await waitFor('an echo', () => fresh.received.includes('ONE'));
  nowMs = 1_100;
  for (const late of [begun, between, piece]) await late.isClosed();
  assert.deepEqual([quiet.closed, fresh.closed], [false, false]);
  assert.deepEqual(
    handlers.channels.map(({ broken }) => broken.join()),
    ['lineDeadline', 'lineDeadline', 'lineDeadline', '', ''],
  );
});

test('control frames are counted, and a flood of them is cut before it is answered', async () => {
  const { handlers, port } = await start();
  const polite = await upgraded(port);
  polite.send(Buffer.concat([frame(9, 'a'), frame(10, 'b'), frame(9, 'c')]));
  await waitFor('the answers', () => polite.received.includes('a') && polite.received.endsWith('c'));
  assert.equal(handlers.channels[0]!.controls, 3);
  const flood = await upgraded(port);
  await waitFor('its channel', () => handlers.channels.length === 2);
  handlers.channels[1]!.maxControls = 10;
  flood.send(Buffer.concat(Array.from({ length: 1_000 }, () => frame(9, 'x'))));
  await flood.isClosed();
  assert.equal(flood.received, '');
  assert.ok(handlers.channels[1]!.controls > 10);
});

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { AcceptorOptions } from '../../../pool/stratum/acceptor.js';
import { startTlsAcceptor, type TlsOptions } from '../../../pool/stratum/tls-acceptor.js';
import { CERTIFICATE, LISTED, LOOPBACK, listening, V1, vector } from '../../support/acceptor-lab.js';
import { closeAll } from '../../support/closers.js';
import { v2Header } from '../../support/proxy-headers.js';
import { RawClient } from '../../support/raw-client.js';
import { sleep, waitFor } from '../../support/wait.js';

after(closeAll);

const start = (tls: Partial<TlsOptions> = {}, options: Partial<AcceptorOptions> = {}) =>
  listening((handlers) =>
    startTlsAcceptor(
      {
        ...LOOPBACK,
        ...options,
        tls: { certificate: CERTIFICATE, handshakeMs: 60_000, concurrentHandshakes: 256, ...tls },
      },
      handlers,
    ),
  );

async function echoes(client: RawClient, text: string): Promise<void> {
  client.send(`${text}\n`);
  await client.receives(`${text.toUpperCase()}\n`);
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: bytes go both ways, and the end is told once`, async () => {
    const { handlers, port } = await start();
    const client = RawClient.secure(port, { minVersion: version, maxVersion: version });
    await echoes(client, 'hello');
    const [recorded] = handlers.channels;
    assert.equal(recorded!.channel.remoteAddress, '127.0.0.1');
    recorded!.channel.write('x'.repeat(1_000_000));
    recorded!.channel.write('end');
    recorded!.channel.end();
    await client.receives('end');
    assert.equal(client.received.length, 'HELLO\n'.length + 1_000_003);
    await client.isClosed();
    await waitFor('the release', () => handlers.released.length === 1);
    assert.equal(recorded!.closed, 1);
    assert.deepEqual(handlers.refused, []);
    recorded!.channel.write('to nobody');
    recorded!.channel.destroy();
  });
}

test('a client that goes at once, and one that is ended by us', async () => {
  const { handlers, port } = await start();
  const client = RawClient.secure(port);
  await echoes(client, 'a');
  client.socket.destroy();
  await waitFor('the release', () => handlers.released.length === 1);
  const other = RawClient.secure(port);
  await echoes(other, 'b');
  handlers.channels[1]!.channel.destroy();
  await other.isClosed();
  await waitFor('the release', () => handlers.released.length === 2);
  assert.deepEqual(
    handlers.channels.map(({ closed }) => closed),
    [1, 1],
  );
});

test('old versions, garbage, and plain text are dropped and counted', async () => {
  const { handlers, port } = await start();
  for (const [bytes, reason] of [
    ['{"id":1,"method":"mining.subscribe"}\n', 'otherProtocol'],
    ['GET / HTTP/1.1\r\n\r\n', 'otherProtocol'],
    ['\x16\x03\x01\x00\x05aaaaa', 'tlsFailed'],
    ['\x16\xff', 'tlsFailed'],
    ['\0'.repeat(9000), 'tlsFailed'],
  ] as const) {
    const before = handlers.refused.length;
    const client = await RawClient.open(port);
    client.send(bytes);
    client.socket.end();
    await client.isClosed();
    await waitFor('the count', () => handlers.refused.length === before + 1);
    assert.equal(handlers.refused.at(-1), reason);
  }
  const old = RawClient.secure(port, {
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1.1',
    ciphers: 'ALL@SECLEVEL=0',
  });
  await old.isClosed();
  await waitFor('all counted', () => handlers.refused.length === 6);
  await waitFor('all released', () => handlers.released.length === 6);
  assert.deepEqual(handlers.channels, []);
  await echoes(RawClient.secure(port), 'still there');
});

test('a handshake that comes too slowly', async () => {
  let now = 0;
  const { handlers, port } = await start({ handshakeMs: 10_000 }, { now: () => now });
  const silent = await RawClient.open(port);
  const slow = await RawClient.open(port);
  slow.send('\x16\x03\x01\x02\x00');
  const client = RawClient.secure(port);
  await echoes(client, 'a');
  now = 9_999;
  await sleep(600);
  assert.deepEqual(handlers.refused, []);
  now = 10_000;
  await silent.isClosed();
  await slow.isClosed();
  await waitFor('both', () => handlers.released.length === 2);
  assert.deepEqual(handlers.refused, ['tlsLate', 'tlsLate']);
  await echoes(client, 'b');
});

test('a flood of handshakes: so many at a time, others wait their turn, and not for ever', async () => {
  let now = 0;
  const { handlers, port } = await start(
    { handshakeMs: 10_000, concurrentHandshakes: 4 },
    { now: () => now },
  );
  const silent: RawClient[] = [];
  for (let i = 0; i < 4; i++) silent.push(await RawClient.open(port));
  await waitFor('four admitted', () => handlers.admitted.length === 4);
  const waiting = RawClient.secure(port);
  await sleep(200);
  assert.deepEqual(handlers.channels, []);
  silent[0]!.socket.destroy();
  await echoes(waiting, 'my turn');
  assert.deepEqual(handlers.refused, ['tlsFailed']);
  // The slot that came free is taken again, and nobody goes.
  silent.push(await RawClient.open(port));
  await waitFor('six admitted', () => handlers.admitted.length === 6);
  const inVain = RawClient.secure(port);
  await waitFor('seven admitted', () => handlers.admitted.length === 7);
  await sleep(50);
  now = 10_000;
  await inVain.isClosed();
  await waitFor('all counted', () => handlers.refused.length === 6);
  assert.equal(handlers.refused.filter((reason) => reason === 'tlsQueueFull').length, 1);
  assert.equal(handlers.refused.filter((reason) => reason === 'tlsLate').length, 4);
  await echoes(RawClient.secure(port), 'again');
});

test('a PROXY header stands before the handshake, wherever it is cut', async () => {
  const { handlers, port } = await start({}, { proxyFrom: LISTED });
  const header = v2Header({});
  for (let cut = 0; cut <= header.length; cut += 4) {
    const below = await RawClient.open(port);
    await below.sendCut(header, cut);
    below.socket.removeAllListeners('data');
    below.socket.setEncoding();
    const client = RawClient.secure(port, { socket: below.socket });
    await echoes(client, 'hello');
    assert.equal(handlers.channels.at(-1)!.channel.remoteAddress, '192.0.2.7');
    client.socket.destroy();
  }
});

test('a PROXY header and the beginning of a handshake in one packet', async () => {
  const { handlers, port } = await start({}, { proxyFrom: LISTED });
  // What a client says first, recorded by a server that never answers.
  const hello = await recordedHello();
  const client = await RawClient.open(port);
  client.send(Buffer.concat([Buffer.from(V1), hello]));
  // The answer begins with a handshake record: its hello was read.
  await waitFor('an answer', () => client.received.length > 100);
  assert.equal(client.received.charCodeAt(0), 0x16);
  client.socket.destroy();
  await waitFor('its end', () => handlers.refused.length === 1);
  assert.deepEqual([handlers.refused, handlers.released], [['tlsFailed'], ['192.0.2.7']]);
});

test('a certificate whose files change is used from then on, and one that is no good is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-tls-'));
  try {
    const certificate = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    const put = async (name: 'a' | 'b', part: 'cert' | 'key') =>
      copyFile(vector(`tls-${name}-${part}.pem`), join(folder, `${part}.pem`));
    await put('a', 'cert');
    await put('a', 'key');
    const troubles: Error[] = [];
    const { acceptor, port } = await startWith(certificate, (error) => troubles.push(error));
    const first = RawClient.secure(port);
    await echoes(first, 'one');
    const a = fingerprintOf(first);
    await acceptor.reloadCertificate();
    assert.deepEqual(troubles, [], 'nothing changed');
    // Half of a change: the key does not fit.
    await put('b', 'cert');
    await acceptor.reloadCertificate();
    assert.equal(troubles.length, 1);
    await acceptor.reloadCertificate();
    assert.equal(troubles.length, 1, 'the same trouble is told once');
    const second = RawClient.secure(port);
    await echoes(second, 'two');
    assert.equal(fingerprintOf(second), a);
    await put('b', 'key');
    await acceptor.reloadCertificate();
    const third = RawClient.secure(port);
    await echoes(third, 'three');
    assert.notEqual(fingerprintOf(third), a);
    await echoes(first, 'who was there stays');
    await writeFile(certificate.keyFile, 'no key');
    await acceptor.reloadCertificate();
    await rm(certificate.certFile);
    await acceptor.reloadCertificate();
    assert.equal(troubles.length, 3);
    const fourth = RawClient.secure(port);
    await echoes(fourth, 'four');
    assert.equal(fingerprintOf(fourth), fingerprintOf(third));
    await put('a', 'cert');
    await put('a', 'key');
    // Nobody asks: it is looked at now and then.
    const unasked = await startWith(certificate, () => {}, 300);
    // What is written within a tick of the system's clock, 10 ms at most, has the time of what was there before.
    await sleep(50);
    await put('b', 'cert');
    await put('b', 'key');
    let seen = '';
    for (let i = 0; i < 100 && seen !== fingerprintOf(third); i++) {
      await sleep(100);
      const next = RawClient.secure(unasked.port);
      await echoes(next, 'five');
      seen = fingerprintOf(next);
      next.socket.destroy();
    }
    assert.equal(seen, fingerprintOf(third));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a certificate that can not be used at the start', async () => {
  const wrong = { certFile: CERTIFICATE.certFile, keyFile: vector('tls-b-key.pem') };
  await assert.rejects(
    start({ certificate: wrong }),
    /tls-a-cert\.pem and .*tls-b-key\.pem: the key is not that of the certificate$/,
  );
  await assert.rejects(
    start({ certificate: { ...wrong, keyFile: vector('gone.pem') } }),
    /gone\.pem: there is no such file/,
  );
  const noKey = { certFile: CERTIFICATE.certFile, keyFile: CERTIFICATE.certFile };
  await assert.rejects(start({ certificate: noKey }), /one of them is no PEM file of its kind$/);
});

async function startWith(
  certificate: TlsOptions['certificate'],
  onCertificateTrouble: (error: Error) => void,
  certificateLookMs = 3_600_000,
) {
  return start({ certificate, onCertificateTrouble, certificateLookMs });
}

function fingerprintOf(client: RawClient<TLSSocket>): string {
  return client.socket.getPeerCertificate().fingerprint256;
}

async function recordedHello(): Promise<Buffer> {
  const { createServer } = await import('node:net');
  const chunks: Buffer[] = [];
  const server = createServer((socket) =>
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {}),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = RawClient.secure((server.address() as { port: number }).port);
  await waitFor('a hello', () => chunks.length > 0);
  client.socket.destroy();
  server.close();
  return Buffer.concat(chunks);
}

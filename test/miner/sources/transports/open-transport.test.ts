import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import type { PoolEndpoint } from '../../../../miner/sources/pool-endpoint.js';
import { openTransport } from '../../../../miner/sources/transports/open-transport.js';
import type { Transport } from '../../../../miner/sources/transports/transport.js';
import type { Carrier } from '../../../../protocol/stratum/carrier.js';
import { tlsAlert } from '../../../../protocol/stratum/spoken-protocol.js';
import { FakePool } from '../../../support/fake-pool.js';
import { readVectors } from '../../../support/vectors.js';
import { sleep, waitFor } from '../../../support/wait.js';

const TLS = readVectors<{ readonly key: string; readonly cert: string }>('tls');

/** What a transport told. */
class Heard {
  opened = 0;
  text = '';
  readonly closed: string[] = [];
}

const pools: FakePool[] = [];
const servers: Server[] = [];
const transports: Transport[] = [];
afterEach(async () => {
  for (const transport of transports.splice(0)) transport.close();
  for (const server of servers.splice(0)) server.close();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function startPool(carrier: Carrier): Promise<FakePool> {
  const tls = carrier === 'tls' || carrier === 'wss' ? TLS : undefined;
  const webSocket = carrier === 'ws' || carrier === 'wss';
  const pool = await (webSocket ? FakePool.listenWebSocket(tls) : FakePool.listen(0, tls));
  pools.push(pool);
  return pool;
}

function open(
  endpoint: Omit<PoolEndpoint, 'path'> & { readonly path?: string },
  options: { tlsInsecure?: boolean; connectTimeoutMs?: number; maxLineBytes?: number } = {},
): { transport: Transport; heard: Heard } {
  const heard = new Heard();
  const path = endpoint.carrier.startsWith('ws') ? '/' : '';
  const transport = openTransport(
    { path, ...endpoint },
    { connectTimeoutMs: 5_000, tlsInsecure: false, maxLineBytes: 10_000, ...options },
    {
      onOpen: () => heard.opened++,
      onData: (chunk) => {
        heard.text += Buffer.from(chunk).toString('latin1');
      },
      onClose: (reason) => heard.closed.push(reason),
    },
  );
  transports.push(transport);
  return { transport, heard };
}

for (const carrier of ['tcp', 'tls', 'ws', 'wss'] as const) {
  describe(carrier, () => {
    test('lines go and come, and the end is told once', async () => {
      const pool = await startPool(carrier);
      const { transport, heard } = open(
        { carrier, host: '127.0.0.1', port: pool.port },
        { tlsInsecure: true },
      );
      await waitFor('the connection', () => heard.opened === 1);
      assert.equal(transport.send('{"id":1,"method":"mining.subscribe"}'), true);
      await waitFor('an answer', () => heard.text.endsWith('\n'));
      assert.deepEqual(JSON.parse(heard.text), { id: 1, result: 'session', error: null });
      const { address, tls } = transport.peer!;
      assert.equal(address, '127.0.0.1');
      assert.equal(tls, carrier === 'tls' || carrier === 'wss' ? 'TLSv1.3' : undefined);
      pool.clients[0]!.pipe.destroy();
      await waitFor('the end', () => heard.closed.length > 0);
      await sleep(50);
      assert.equal(heard.closed.length, 1);
      assert.equal(transport.send('late'), false);
    });

    test('after close nothing is told, and the pool sees it', async () => {
      const pool = await startPool(carrier);
      const { transport, heard } = open(
        { carrier, host: '127.0.0.1', port: pool.port },
        { tlsInsecure: true },
      );
      await waitFor('the connection', () => pool.clients.length === 1 && heard.opened === 1);
      transport.close();
      await waitFor('the end at the pool', () => pool.clients[0]!.closed);
      assert.deepEqual(heard.closed, []);
      assert.equal(transport.send('late'), false);
    });

    test('closed before it is open', async () => {
      const pool = await startPool(carrier);
      const { transport, heard } = open({ carrier, host: '127.0.0.1', port: pool.port });
      transport.close();
      await sleep(100);
      assert.deepEqual([heard.opened, heard.closed], [0, []]);
    });

    test('nobody is there', async () => {
      const pool = await startPool(carrier);
      await pool.close();
      const { heard } = open({ carrier, host: '127.0.0.1', port: pool.port });
      await waitFor('the end', () => heard.closed.length > 0);
      assert.match(heard.closed[0]!, /^connection refused: no pool listens there/);
    });

    test('a name that is none', async () => {
      const { heard } = open({ carrier, host: 'nobody.invalid', port: 1 });
      await waitFor('the end', () => heard.closed.length > 0, 20_000);
      assert.match(heard.closed[0]!, /no address is known for nobody.invalid/);
    });
  });
}

for (const carrier of ['tls', 'wss'] as const) {
  describe(`certificates over ${carrier}`, () => {
    test('one that nobody vouches for is refused, and what would take it is named', async () => {
      const pool = await startPool(carrier);
      const { heard } = open({ carrier, host: 'localhost', port: pool.port });
      await waitFor('the end', () => heard.closed.length > 0);
      assert.match(
        heard.closed[0]!,
        /its certificate is not trusted: self.signed certificate.*--tls-insecure/,
      );
      assert.equal(heard.opened, 0);
      assert.equal(pool.clients.flatMap(({ requests }) => requests).length, 0);
    });

    test('plain TCP where TLS is expected is told as such', async () => {
      const pool = await startPool('tcp');
      pool.onConnection = ({ pipe }) =>
        pipe.write('{"id":null,"method":"mining.set_difficulty","params":[1]}\n');
      pool.receive = () => false;
      const { heard } = open({ carrier, host: '127.0.0.1', port: pool.port });
      await waitFor('the end', () => heard.closed.length > 0);
      const url = `stratum+${carrier === 'wss' ? 'ws' : 'tcp'}://127.0.0.1:${pool.port}`;
      assert.equal(heard.closed[0], `no TLS there: is that a port without it? Try ${url}`);
    });

    for (const [alert, words] of [
      ['protocolVersion', /^no TLS there: is that a port without it\? Try stratum/],
      ['accessDenied', /^TLS: tlsv1 alert access denied$/],
    ] as const)
      test(`an alert in answer is told in one line of words: ${alert}`, async () => {
        const server = createServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => socket.end(tlsAlert(alert), 'latin1'));
        });
        servers.push(server);
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        const { heard } = open({ carrier, host: '127.0.0.1', port });
        await waitFor('the end', () => heard.closed.length > 0);
        assert.match(heard.closed[0]!, words);
      });
  });
}

for (const carrier of ['tcp', 'tls', 'ws', 'wss'] as const) {
  test(`a server that takes the connection and says nothing, over ${carrier}`, async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // Over plain TCP it is open at once: nothing is waited for.
    const connectTimeoutMs = carrier === 'tcp' ? 5_000 : 200;
    const { heard } = open({ carrier, host: '127.0.0.1', port }, { connectTimeoutMs });
    if (carrier === 'tcp') {
      await waitFor('the connection', () => heard.opened === 1);
      return;
    }
    await waitFor('the end', () => heard.closed.length > 0);
    assert.deepEqual(heard.closed, ['no connection within 200 ms']);
  });
}

test('a WebSocket: its path, several lines in a message, and one that is too long', async () => {
  const pool = await startPool('ws');
  const { heard } = open({ carrier: 'ws', host: '127.0.0.1', port: pool.port, path: '/mine?x=1' });
  await waitFor('the connection', () => pool.clients.length === 1 && heard.opened === 1);
  assert.deepEqual(pool.paths, ['/mine?x=1']);
  const { pipe } = pool.clients[0]!;
  pipe.write('one\ntwo');
  pipe.write('three\n');
  await waitFor('three lines', () => heard.text === 'one\ntwo\nthree\n');
  pipe.write('x'.repeat(10_001));
  await waitFor('the end', () => heard.closed.length > 0);
  assert.match(heard.closed[0]!, /Max payload size exceeded/);
});

test('a web server that knows no WebSocket', async () => {
  const pool = await startPool('tcp');
  pool.receive = () => false;
  pool.onConnection = ({ pipe }) => pipe.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  const { heard } = open({ carrier: 'ws', host: '127.0.0.1', port: pool.port });
  await waitFor('the end', () => heard.closed.length > 0);
  assert.match(heard.closed[0]!, /Unexpected server response: 404/);
});

test('a pool that does not read is left', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pause();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { transport, heard } = open({
    carrier: 'tcp',
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
  });
  await waitFor('the connection', () => heard.opened === 1);
  const line = 'x'.repeat(100_000);
  let lines = 0;
  while (lines < 1_000 && transport.send(line)) lines++;
  assert.ok(lines < 1_000);
  assert.deepEqual(heard.closed, ['the pool does not read what it is sent']);
});

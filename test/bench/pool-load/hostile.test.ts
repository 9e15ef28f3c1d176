import { equal, ok } from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { HOSTILE_KINDS, HostileClients } from '../../../bench/pool-load/generator/hostile-clients.js';
import { skipWhen } from '../../support/requirement.js';
import { waitFor } from '../../support/wait.js';

const skip = skipWhen(process.platform === 'linux' ? undefined : 'only Linux has all of 127.0.0.0/8');

const FIRST_WORDS = {
  rubbish: '{"id":1,"method":"mining.authorize"',
  unauthorized: '{"id":1,"method":"mining.subscribe"',
  idle: '{"id":1,"method":"mining.authorize"',
  fragments: 'GET / HTTP/1.1\r\nHost: pool\r\nUpgrade: websocket',
  pings: 'GET / HTTP/1.1\r\nHost: pool\r\nUpgrade: websocket',
  slowHttp: 'GET /api/pools HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
} as const;

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

test('hostile clients of each kind come, say what they say, and come back', { skip }, async () => {
  for (const kind of HOSTILE_KINDS) {
    const sockets: Socket[] = [];
    const addresses = new Set<string | undefined>();
    let text = '';
    const server = createServer((socket) => {
      sockets.push(socket);
      addresses.add(socket.remoteAddress);
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        text = (text + bytes.toString('latin1')).slice(0, 10_000);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const clients = new HostileClients({
      ...{ kind, connections: 4, sources: 2, host: '127.0.0.1', address: 'address' },
      ...{ port, webSocketPort: port, httpPort: port, adminPort: port },
    });
    try {
      await waitFor(`all ${kind}`, () => clients.begun && sockets.length === 4 && clients.connected === 4);
      await waitFor(`what ${kind} say`, () => text.includes(FIRST_WORDS[kind]));
      equal(addresses.size, 2);
      sockets[0]!.destroy();
      await waitFor(`one of ${kind} to come back`, () => sockets.length === 5);
      ok(clients.ended >= 1);
    } finally {
      clients.close();
      for (const socket of sockets) socket.destroy();
    }
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { openRedisStore } from '../../../../pool/store/redis/redis-store.js';
import { closeAll, closers } from '../../../support/closers.js';
import { MISSING_REDIS, RedisServer } from '../../../support/redis-server.js';
import { redisSettings } from '../../../support/redis-store-lab.js';
import { skipWhen } from '../../../support/requirement.js';
import { waitFor } from '../../../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

/** A way to Redis that can end each connection at which somebody subscribes. */
async function startWay(port: number) {
  const sockets = new Set<Socket>();
  const way = { cutting: false, cuts: 0 };
  const server = createServer((near) => {
    const far = createConnection(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (way.cutting && /subscribe/i.test(bytes.toString('latin1'))) {
        way.cuts++;
        near.destroy();
      } else far.write(bytes);
    });
    far.on('data', (bytes) => near.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    way,
    port: (server.address() as AddressInfo).port,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a connection that is lost again while it subscribes anew harms nothing, and events come back', {
  skip,
}, async () => {
  const server = await RedisServer.start();
  closers.push(() => server.close());
  const { way, port, cutAll, close } = await startWay(server.port);
  closers.push(close);
  try {
    const settings = { ...redisSettings(server), url: `redis://127.0.0.1:${port}` };
    const store = await openRedisStore(settings, { onNotice: () => undefined });
    closers.push(() => store.close());
    const heard: string[] = [];
    store.subscribe((event) => {
      if (event.type === 'unban') heard.push(event.address);
    });
    way.cutting = true;
    cutAll();
    await waitFor('some tries', () => way.cuts >= 2, 20_000);
    way.cutting = false;
    const tell = (address: string) => store.publish({ type: 'unban', address });
    await waitFor(
      'events',
      async () => {
        await tell('a').catch(() => {});
        return heard.includes('a');
      },
      20_000,
    );
    await tell('b');
    await tell('c');
    await waitFor('the last event', () => heard.includes('c'));
    assert.equal(heard.filter((address) => address === 'b').length, 1, 'subscribed once');
  } finally {
    await closeAll();
  }
});

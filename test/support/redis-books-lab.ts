/**
 * Books in a real Redis, which is emptied for each.
 * @module
 */
import { Redis } from 'ioredis';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openRedisBooks } from '../../pool/store/redis/open-redis-books.js';
import type { BooksLab } from '../conformance/books-lab.js';
import type { RedisServer } from './redis-server.js';
import { redisSettings } from './redis-store-lab.js';
import { sleep } from './wait.js';

/** @param cluster - the server is a cluster of one node */
export async function redisBooksLab(server: RedisServer, cluster: boolean): Promise<BooksLab> {
  await server.command(['FLUSHALL']);
  let opened: OwnBooks[] = [];
  const open = async (): Promise<OwnBooks> => {
    const books = await openRedisBooks(redisSettings(server, cluster), { onNotice: () => undefined });
    opened.push(books);
    return books;
  };
  const closeAll = async (): Promise<void> => {
    for (const books of opened) await books.close();
    opened = [];
  };
  return {
    open,
    pass: sleep,
    snapshot: async () => {
      const kept = await dumpAll(server);
      return async () => {
        await closeAll();
        await restoreAll(server, kept);
        return open();
      };
    },
    close: closeAll,
  };
}

type Dump = readonly (readonly [key: string, content: Buffer])[];

async function dumpAll(server: RedisServer): Promise<Dump> {
  return directly(server, async (client) => {
    const keys = await client.keys('*');
    return Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key))!] as const));
  });
}

async function restoreAll(server: RedisServer, dump: Dump): Promise<void> {
  await directly(server, async (client) => {
    await client.flushall();
    for (const [key, content] of dump) await client.restore(key, 0, content);
  });
}

async function directly<T>(server: RedisServer, run: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port: server.port, lazyConnect: true });
  try {
    await client.connect();
    return await run(client);
  } finally {
    client.disconnect();
  }
}

/**
 * Stores in a real Redis, which is emptied for each.
 * @module
 */
import type { Store } from '../../pool/ports/store.js';
import { openRedisStore } from '../../pool/store/redis/redis-store.js';
import type { RedisStoreSettings, StoreNotice } from '../../pool/store/store-settings.js';
import { IDENTITY, type OpenOptions, type StoreLab } from '../conformance/store-lab.js';
import type { RedisServer } from './redis-server.js';
import { sleep } from './wait.js';

/** @param cluster - the server is a cluster of one node */
export async function redisStoreLab(server: RedisServer, cluster: boolean): Promise<StoreLab> {
  await server.command(['FLUSHALL']);
  const opened: Store[] = [];
  let last: OpenOptions = {};
  const open = async (options: OpenOptions = {}): Promise<Store> => {
    last = options;
    const { identity, retention, ...modules } = options;
    const store = await openRedisStore(
      {
        ...redisSettings(server, cluster),
        identity: { ...IDENTITY, ...identity },
        ...(retention === undefined ? {} : { retention }),
      },
      { onNotice: () => undefined },
      modules,
    );
    opened.push(store);
    return store;
  };
  return {
    open,
    openBeside: () => open(last),
    pass: sleep,
    async close() {
      for (const store of opened) await store.close();
    },
  };
}

/** Settings that lead to a server. */
export function redisSettings(server: RedisServer, cluster = false): RedisStoreSettings {
  const way = cluster ? { clusterNodes: [{ host: '127.0.0.1', port: server.port }] } : { url: server.url };
  return { type: 'redis', ...way, identity: IDENTITY };
}

/** Notices of a store, kept. */
export function keepNotices(): { readonly notices: StoreNotice[]; onNotice(notice: StoreNotice): void } {
  const notices: StoreNotice[] = [];
  return { notices, onNotice: (notice) => void notices.push(notice) };
}

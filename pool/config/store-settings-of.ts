/**
 * From the configuration to what a store is opened with.
 * @module
 */
import { join } from 'node:path';
import type { StoreSettings } from '../store/store-settings.js';
import type { PoolConfig } from './pool-config.js';

/** Name of the embedded store in the data folder. */
const EMBEDDED_FILE = 'pool.db';

/** Plain data, secrets in the clear: for the recorder's thread, and nobody else. */
export function storeSettingsOf({ store, pool, dataFolder, extranonceBytes }: PoolConfig): StoreSettings {
  const identity = { poolId: pool.id, networkId: undefined, extranonceBytes };
  if (store.type === 'embedded') return { type: 'embedded', path: join(dataFolder, EMBEDDED_FILE), identity };
  const { url, sentinels, name, cluster, username, password, sentinelPassword, tls, caFile } = store;
  return {
    type: 'redis',
    identity,
    tls,
    ...(url === undefined ? {} : { url: url.reveal() }),
    ...(sentinels === undefined ? {} : { sentinels }),
    ...(name === undefined ? {} : { name }),
    ...(cluster === undefined ? {} : { clusterNodes: cluster }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword: sentinelPassword.reveal() }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/**
 * Opening a link to a pool's store in Redis: it is what it should be, or is made so.
 * @module
 */
import { checkIdentity, matchIdentity, matchNetwork, matchSchema } from '../store-identity.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
import { checkServer } from './check-server.js';
import { type StoreKeys, storeKeys } from './keys.js';
import { RedisLink } from './redis-link.js';
import { migrate, REDIS_SCHEMA, type RedisSchema } from './redis-schema.js';

export interface OpenLinkModules {
  readonly settings: RedisStoreSettings;
  readonly events: StoreEvents;
  /** Called with each of the pool's events, as text. */
  readonly onMessage: (message: string) => void;
  /** Called at each connection before it is used: what was known of the server may be of no account. */
  readonly onConnect: () => void;
  readonly schema?: RedisSchema | undefined;
}

/**
 * Connects to Redis, and makes or migrates the pool's store there; after every new connection again.
 * @throws StoreMismatchError if it is another network's, or of another schema or extranonce length
 * @throws StoreUnavailableError if it can't be reached, is a replica, or too old
 */
export async function openLink(modules: OpenLinkModules): Promise<{ link: RedisLink; keys: StoreKeys }> {
  const { settings, events, schema = REDIS_SCHEMA } = modules;
  checkIdentity(settings.identity);
  const link = new RedisLink(settings, events, modules.onMessage);
  const keys = storeKeys(settings.identity.poolId);
  await link.open(keys.events, async () => {
    modules.onConnect();
    for (const info of await link.info())
      for (const message of checkServer(info)) events.onNotice({ type: 'notDurable', message });
    await checkStore(link, keys, settings, schema);
  });
  return { link, keys };
}

/** Notes what the store is for, or compares it. */
async function checkStore(
  link: RedisLink,
  keys: StoreKeys,
  settings: RedisStoreSettings,
  schema: RedisSchema,
): Promise<void> {
  const { identity } = settings;
  const [version, extranonceBytes, network] = (await link.script(
    'open-store-1',
    [keys.meta],
    [schema.version, identity.extranonceBytes, identity.networkId ?? ''],
  )) as [string, string, string];
  const networkId = network === '' ? undefined : Number(network);
  matchSchema(Number(version), schema.version);
  matchIdentity({ poolId: identity.poolId, networkId, extranonceBytes: Number(extranonceBytes) }, identity);
  await migrate(link, keys, Number(version), schema);
  if (identity.networkId !== undefined) await claimNetwork(link, keys, identity.networkId);
}

async function claimNetwork(link: RedisLink, keys: StoreKeys, networkId: number): Promise<void> {
  matchNetwork(Number(await link.script('claim-network-1', [keys.meta], [networkId])), networkId);
}

import type { Store } from '../../core/store.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
export async function openRedisStore(_settings: RedisStoreSettings, _events: StoreEvents): Promise<Store> {
  throw new Error('not there yet');
}

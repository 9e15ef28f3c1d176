/**
 * Opens the store that the settings name.
 * @module
 */
import type { Store } from '../ports/store.js';
import type { StoreEvents, StoreSettings } from './store-settings.js';

/**
 * Opens a pool's store; the libraries of the other kind aren't loaded.
 * The embedded store works within its caller's turn, and both of them sum large batches: call this in a thread of its own.
 * @throws StoreMismatchError if it holds something else than the identity says
 * @throws StoreInUseError if another process has the embedded store
 * @throws StoreUnavailableError if it can't be reached
 */
export async function openStore(settings: StoreSettings, events: StoreEvents): Promise<Store> {
  if (settings.type === 'embedded') {
    const { openEmbeddedStore } = await import('./embedded/embedded-store.js');
    return openEmbeddedStore(settings, events);
  }
  const { openRedisStore } = await import('./redis/redis-store.js');
  return openRedisStore(settings, events);
}

/**
 * The books in Redis, opened by a process that has no other business with the store.
 * @module
 */
import type { OwnBooks } from '../../ports/books.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
import { DurableScripts } from './durable-scripts.js';
import { openLink } from './open-link.js';
import { RedisBooks } from './redis-books.js';

class OwnRedisBooks extends RedisBooks implements OwnBooks {
  readonly #end: () => Promise<void>;

  constructor(end: () => Promise<void>, ...parts: ConstructorParameters<typeof RedisBooks>) {
    super(...parts);
    this.#end = end;
  }

  close(): Promise<void> {
    return this.#end();
  }
}

/**
 * Connects to Redis; the pool's store is made or migrated there as by a pool.
 * @throws what `openRedisStore` throws
 */
export async function openRedisBooks(settings: RedisStoreSettings, events: StoreEvents): Promise<OwnBooks> {
  const { link, keys } = await openLink({ settings, events, onMessage: () => {}, onConnect: () => {} });
  const durable = new DurableScripts(link, settings);
  const end = async (): Promise<void> => {
    durable.close();
    await link.close();
  };
  return new OwnRedisBooks(end, link, keys, durable);
}

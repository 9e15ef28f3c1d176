/**
 * The books of a pool, for commands that work on them beside it.
 * @module
 */
import { existsSync } from 'node:fs';
import type { PoolConfig } from '../pool/config/pool-config.js';
import { storeSettingsOf } from '../pool/config/store-settings-of.js';
import type { OwnBooks } from '../pool/ports/books.js';
import { openBooks } from '../pool/store/open-books.js';
import { yieldingBooks } from './yielding-books.js';

/** @throws Error if there are none: only who books something makes them */
export async function openPoolBooks(config: PoolConfig): Promise<OwnBooks> {
  const settings = storeSettingsOf(config);
  const events = { onNotice: () => {} };
  if (settings.type !== 'embedded') return openBooks(settings, events);
  const { booksPath } = await import('../pool/store/embedded/embedded-books.js');
  const path = booksPath(settings.path);
  if (!existsSync(path))
    throw new Error(`${path}: expected the books of a pool, got none: nothing was booked so far`);
  return yieldingBooks(await openBooks(settings, events));
}

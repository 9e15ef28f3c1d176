/**
 * A store in memory, for its thread, whose clock is ahead by what stands behind the question mark of this module's URL.
 * @module
 */
import type { Store } from '../../pool/ports/store.js';
import { memoryStore } from './memory-store.js';

export async function openStore(): Promise<Store> {
  return memoryStore({ offsetMs: Number(new URL(import.meta.url).search.slice(1)) });
}

/**
 * Brings the journals of a front end that is shut down for good to the store.
 * @module
 */
import { mkdirSync } from 'node:fs';
import type { PoolConfig } from '../config/pool-config.js';
import type { PoolServerEvent } from '../domain/events.js';
import { takeAllFrontEndPlaces } from './front-end-place.js';
import { openPoolRecording } from './open-pool-recording.js';

export type DrainOutcome =
  /** The store has everything. */
  | { readonly type: 'drained' }
  /** The store does not have everything, and may get it the next time. */
  | { readonly type: 'unfinished' }
  /** The store has everything that could be read; these files could not be read. */
  | { readonly type: 'damaged'; readonly files: readonly string[] };

/**
 * Drains all journals in the data folder, and gives back the extranonces of the front ends that were there.
 * @param limitMs - longest wait
 * @throws DataFolderTakenError if one of these front ends is alive
 * @throws what opening the store throws
 */
export async function drainPool(
  config: PoolConfig,
  limitMs: number,
  onEvent: (event: PoolServerEvent) => void,
): Promise<DrainOutcome> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const places = await takeAllFrontEndPlaces(config.dataFolder);
  const damaged: string[] = [];
  try {
    const recording = await openPoolRecording(config, {
      onEvent,
      onNews: () => {},
      onDamage: (file) => damaged.push(file),
    });
    for (const { name } of places) {
      // If the store is away, the leases run out by themselves later.
      await recording.store.releaseAllExtranonces(name).catch(() => {});
    }
    const all = await recording.close(limitMs);
    if (!all) return { type: 'unfinished' };
    return damaged.length === 0 ? { type: 'drained' } : { type: 'damaged', files: damaged };
  } finally {
    for (const { release } of places) release();
  }
}

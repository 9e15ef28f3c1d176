/**
 * Counts blocks, as the store has them.
 * @module
 */
import {
  BLOCK_STATES,
  type BlockCounts,
  type BlockFigures,
  NO_BLOCK_COUNTS,
} from '../domain/block-figures.js';
import { OPEN_BLOCK_STATES } from '../domain/block-record.js';
import type { Store } from '../ports/store.js';
import { followedBlocks } from './followed-blocks.js';

/** @throws StoreUnavailableError, StoreRefusedError */
export async function countBlocks(
  store: Pick<Store, 'countBlocks' | 'followed'>,
): Promise<Pick<BlockFigures, 'kept' | 'open'>> {
  const kept: Record<string, number> = {};
  for (const state of BLOCK_STATES)
    kept[state] = await store.countBlocks([
      state,
      ...(state === 'main' ? (['mainMatured'] as const) : []),
      ...(state === 'uncle' ? (['uncleMatured'] as const) : []),
    ]);
  const open: Record<string, number> = { ...NO_BLOCK_COUNTS };
  for (const state of OPEN_BLOCK_STATES) open[state] = kept[state]!;
  for (const { state } of await followedBlocks(store)) open[state]!++;
  return { kept: kept as BlockCounts, open: open as BlockCounts };
}

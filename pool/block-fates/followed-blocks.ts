/**
 * The blocks whose end is not final.
 * @module
 */
import type { FollowedBlock } from '../domain/block-fate.js';
import type { Store } from '../ports/store.js';

/** Blocks that are followed at a time, the oldest: others wait for them to become final. */
export const MAX_FOLLOWED = 5_000;

const PAGE = 1_000;

/** The oldest first. @throws StoreUnavailableError */
export async function followedBlocks(store: Pick<Store, 'followed'>): Promise<readonly FollowedBlock[]> {
  const open: FollowedBlock[] = [];
  for (let offset = 0; offset < MAX_FOLLOWED; offset += PAGE) {
    const page = await store.followed('open', { offset, limit: PAGE });
    open.push(...page);
    if (page.length < PAGE) break;
  }
  return open;
}

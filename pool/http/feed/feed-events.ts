/**
 * The feed's events, made from the store's events and from looks at the heights.
 * @module
 */
import { chainName } from '../../../protocol/chain.js';
import type { PoolEvent } from '../../ports/store.js';
import type { LivePoolState } from '../../statistics/live-board.js';
import type { FeedEvent } from './feed-schema.js';

/** The public part of a store's event; undefined if nothing of it is public. */
export function feedEventOf(poolId: string, event: PoolEvent): FeedEvent | undefined {
  switch (event.type) {
    case 'blockFound':
      return {
        type: 'blockFound',
        poolId,
        hash: event.hash,
        chain: chainName(event.chain),
        blockHeight: event.height,
      };
    case 'blockState':
      return { type: 'blockState', poolId, hash: event.hash, state: event.state };
    case 'blockFate': {
      const { hash, state, final } = event;
      return { type: 'blockState', poolId, hash, state, final };
    }
    // Remote addresses are not published.
    case 'ban':
    case 'unban':
    // The nodes' miner addresses can be read on the chain, but are no news for miners.
    case 'nodeIdentity':
      return undefined;
  }
}

/** Chains that grew between two moments. Heights are of the blocks to be found. */
export function newHeights(
  poolId: string,
  before: LivePoolState['heights'],
  after: LivePoolState['heights'],
): FeedEvent[] {
  return after.flatMap((height, chain) =>
    height === undefined || height === before[chain]
      ? []
      : { type: 'newHeight' as const, poolId, chain: chainName(chain), blockHeight: height - 1 },
  );
}

/**
 * What the feed tells: a closed union, without any remote address.
 * @module
 */
import { z } from 'zod';
import { chainName } from '../../protocol/chain.js';
import type { PoolEvent } from '../core/store.js';
import type { LivePoolState } from '../statistics/live-board.js';

const chain = z.string().describe('`from-to`.');
const hash = z.string().describe('32 bytes as hex.');
const height = z.int().min(0);

export const feedEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('blockFound'), poolId: z.string(), hash, chain, blockHeight: height }),
  z.strictObject({
    type: z.literal('blockState'),
    poolId: z.string(),
    hash,
    state: z.enum(['sent', 'accepted', 'refused', 'unanswered', 'missing']),
  }),
  z.strictObject({ type: z.literal('newHeight'), poolId: z.string(), chain, blockHeight: height }),
  z.strictObject({
    type: z.literal('poolStats'),
    poolId: z.string(),
    connectedMiners: z.int(),
    connectedWorkers: z.int(),
    poolHashrate: z.number().optional(),
    sharesPerSecond: z.number().optional(),
    hashratesUntil: z.iso.datetime().optional(),
  }),
]);

export type FeedEvent = z.output<typeof feedEventSchema>;

/** An event of the store's, as far as the public may know it. */
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
    // Remote addresses are nobody's business.
    case 'ban':
    case 'unban':
    // Who the nodes pay is on the chain, but it is no news of miners.
    case 'nodeIdentity':
      return undefined;
  }
}

/** Chains that grew between two moments. Heights are those of blocks to be found. */
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

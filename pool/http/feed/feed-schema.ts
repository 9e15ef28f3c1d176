/**
 * The feed's messages: a closed union, without any remote address.
 * @module
 */
import { z } from 'zod';
import { BLOCK_ENDS } from '../../../protocol/block-end.js';

const chain = z.string().describe('`from-to`.');
const hash = z.string().describe('32 bytes as hex.');
const height = z.int().min(0);

export const feedEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('blockFound'), poolId: z.string(), hash, chain, blockHeight: height }),
  z.strictObject({
    type: z.literal('blockState'),
    poolId: z.string(),
    hash,
    state: z.enum(['sent', 'accepted', 'refused', 'unanswered', 'missing', ...BLOCK_ENDS]),
    final: z
      .boolean()
      .optional()
      .describe(
        'Of main, uncle, orphan, void, and of accepted where it was one of these: whether it is for good.',
      ),
  }),
  z.strictObject({ type: z.literal('newHeight'), poolId: z.string(), chain, blockHeight: height }),
  z.strictObject({
    type: z.literal('poolStats'),
    poolId: z.string(),
    connectedMiners: z.int(),
    connectedWorkers: z.int(),
    poolHashrate: z.int().optional(),
    hashrateSeconds: z.number().optional(),
    sharesPerSecond: z.number().optional(),
    hashratesUntil: z.iso.datetime().optional(),
  }),
]);

export type FeedEvent = z.output<typeof feedEventSchema>;

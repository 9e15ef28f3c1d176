/**
 * What became of blocks, noted in Redis.
 * @module
 */
import {
  type BlockFate,
  checkFate,
  type FateOutcome,
  type FateStage,
  listingOf,
  stageOf,
} from '../../domain/block-fate.js';
import { BLOCK_STATE_RANKS } from '../block-states.js';
import { encodeFate } from '../fate-text.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** Place of a stage among the keys of note-fate-4.lua. */
const PLACES: Readonly<Record<FateStage, number>> = { open: 2, final: 3, earned: 4, done: 0 };

/** @throws RangeError */
export async function noteFate(
  link: RedisLink,
  keys: StoreKeys,
  hash: string,
  fate: BlockFate,
  fence: number,
): Promise<FateOutcome> {
  checkFate(fate);
  const listing = listingOf(fate);
  // Accepted ones are found in their own list.
  const place = fate.state === 'accepted' ? 0 : PLACES[stageOf(fate)];
  return (await link.script(
    'note-fate-4',
    [keys.leases, keys.fatesOpen, keys.fatesFinal, keys.fatesEarned],
    [
      keys.prefix,
      fence,
      hash,
      fate.number,
      listing,
      BLOCK_STATE_RANKS[listing],
      fate.stateMs,
      place,
      encodeFate(fate),
    ],
  )) as FateOutcome;
}

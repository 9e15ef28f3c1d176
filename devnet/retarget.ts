/**
 * The target of a chain's next block, from the times of its last ones. Close to the node's own rule, not the same.
 * @module
 */
import { bitsOfTarget, targetOfBits } from '../protocol/target.js';
import type { Block } from './block.js';

/** Intervals between blocks that a retarget looks at. */
export const RETARGET_WINDOW = 17;

/**
 * Compact bits of the target of the block after `parent`: the parent's target times `span / expected`, where `span` is
 * the time that the last 17 blocks took and `expected` is 17 block times. One block changes the target by no more than
 * -16 % or +8 %, and never beyond `easiest`. Until a chain has 17 blocks behind its first, the target stays.
 *
 * The genesis block's time says when the network was founded, not when somebody began to mine: it is left out.
 * @param parent - the block to build on
 * @param back - the ancestor of `parent` a number of heights below it, or undefined if it is not kept any more
 * @param easiest - largest target there is
 */
export function nextTargetBits(
  parent: Block,
  back: (heights: number) => Block | undefined,
  blockTimeMs: number,
  easiest: bigint,
): number {
  if (parent.height <= RETARGET_WINDOW) return parent.header.targetBits;
  const first = back(RETARGET_WINDOW);
  if (!first) return parent.header.targetBits;
  const expected = BigInt(RETARGET_WINDOW * blockTimeMs);
  const least = (expected * 84n) / 100n;
  const most = (expected * 108n) / 100n;
  const taken = parent.header.timestamp - first.header.timestamp;
  const span = taken < least ? least : taken > most ? most : taken;
  const target = (targetOfBits(parent.header.targetBits) * span) / expected;
  return bitsOfTarget(target > easiest ? easiest : target);
}

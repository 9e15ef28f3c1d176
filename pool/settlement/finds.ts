/**
 * Found blocks that a node took, from the store.
 * @module
 */
import { hexToBytes } from '../../protocol/bytes.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import type { CreditedFind } from '../credit/windows.js';
import type { FollowedBlock } from '../domain/block-fate.js';
import type { BlockState } from '../domain/block-record.js';
import type { Store } from '../ports/store.js';
import type { Turns } from './turns.js';

const PAGE = 1_000;

const REFUSED: readonly BlockState[] = ['refused', 'missing'];

/** Whether a node took a block, as far as is known. */
export function isTaken({ state }: Pick<FollowedBlock, 'state'>): boolean {
  return !REFUSED.includes(state);
}

/** Those of [fromMs, toMs), ms since the epoch, the oldest first. */
export async function* takenBetween(
  store: Pick<Store, 'foundBetween'>,
  fromMs: number,
  toMs: number,
): AsyncGenerator<FollowedBlock> {
  for (let offset = 0; ; offset += PAGE) {
    const page = await store.foundBetween(fromMs, toMs, { offset, limit: PAGE });
    for (const block of page) if (isTaken(block)) yield block;
    if (page.length < PAGE) return;
  }
}

/** When the last one before a time was found, ms since the epoch. */
export async function lastTakenBefore(
  store: Pick<Store, 'foundBefore'>,
  beforeMs: number,
): Promise<number | undefined> {
  for (let untilMs = beforeMs; ; ) {
    const page = await store.foundBefore(untilMs, PAGE);
    const last = page.find(isTaken);
    if (last !== undefined || page.length < PAGE) return last?.foundMs;
    untilMs = page.at(-1)!.foundMs;
  }
}

/** What a window needs to know of finds. One that the store has lost meanwhile is left out. */
export async function creditedFinds(
  store: Pick<Store, 'block'>,
  finds: Iterable<Pick<FollowedBlock, 'hash'>>,
  turns: Turns,
): Promise<CreditedFind[]> {
  const credited: CreditedFind[] = [];
  for (const { hash } of finds) {
    const block = await store.block(hash);
    if (block !== undefined)
      credited.push({
        hash,
        foundMs: block.foundMs,
        expectedHashes: expectedHashes(targetOfBytes(hexToBytes(block.target))),
      });
    await turns.breathe();
  }
  return credited;
}

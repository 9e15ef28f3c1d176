/**
 * What the API says of the blocks that the pool found.
 * @module
 */
import { hexToBytes } from '../../../protocol/bytes.js';
import { chainName } from '../../../protocol/chain.js';
import { expectedHashes, targetOfBytes } from '../../../protocol/target.js';
import type { BlockState } from '../../domain/block-record.js';
import type { Page, StoredBlock } from '../../ports/store.js';
import { type ApiContext, difficultyOf, timeText } from './api-context.js';
import type { BlockInfo } from './api-schemas.js';
import { blockLink } from './explorers.js';
import { NO_MONEY_OF_BLOCK } from './money-answers.js';

/** Miningcore's words for states. No block is confirmed yet: nothing here follows a block after it was accepted. */
export const BLOCK_STATUSES = {
  pending: ['sent', 'unanswered', 'accepted'],
  confirmed: [],
  orphaned: ['refused', 'missing'],
} as const satisfies Record<string, readonly BlockState[]>;

export type BlockStatus = keyof typeof BLOCK_STATUSES;

/** The store's states of blocks of some statuses. @param statuses - undefined for all @returns undefined for all */
export function blockStatesOf(statuses: readonly BlockStatus[] | undefined): BlockState[] | undefined {
  return statuses?.flatMap((status) => [...BLOCK_STATUSES[status]]);
}

/** Newest first. @param states - undefined for all */
export async function blockAnswers(
  context: ApiContext,
  page: Page,
  states: readonly BlockState[] | undefined,
): Promise<BlockInfo[]> {
  if (states?.length === 0 || page.limit === 0) return [];
  const { networkId } = context.live.pool();
  const blocks = await context.store.blocks(page, states);
  return blocks.map((block) => answerOf(context.pool.id, block, networkId));
}

function answerOf(poolId: string, block: StoredBlock, networkId: number | undefined): BlockInfo {
  const { hash, height, chain, target, state, stateMs, address, worker, foundMs } = block;
  const infoLink = blockLink(networkId, hash);
  return {
    poolId,
    blockHeight: height,
    chain: chainName(chain),
    networkDifficulty: difficultyOf(expectedHashes(targetOfBytes(hexToBytes(target)))),
    status: state === 'refused' || state === 'missing' ? 'orphaned' : 'pending',
    state,
    stateTime: timeText(stateMs),
    type: 'block',
    transactionConfirmationData: hash,
    hash,
    ...(infoLink === undefined ? {} : { infoLink }),
    ...NO_MONEY_OF_BLOCK,
    miner: address,
    worker: worker.name,
    created: timeText(foundMs),
  };
}

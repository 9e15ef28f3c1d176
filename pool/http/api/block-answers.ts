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

/** Miningcore's words for states. Nothing is confirmed yet: who pays out is to find out what became of a block. */
export const BLOCK_STATUSES = {
  pending: ['sent', 'unanswered', 'accepted'],
  confirmed: [],
  orphaned: ['refused', 'missing'],
} as const satisfies Record<string, readonly BlockState[]>;

export type BlockStatus = keyof typeof BLOCK_STATUSES;

const EXPLORERS: Readonly<Record<number, string>> = {
  0: 'https://explorer.alephium.org/blocks/',
  1: 'https://testnet.alephium.org/blocks/',
};

/** Newest first. @param status - undefined for all */
export async function blockAnswers(
  context: ApiContext,
  page: Page,
  status: BlockStatus | undefined,
): Promise<BlockInfo[]> {
  const states = status === undefined ? undefined : BLOCK_STATUSES[status];
  if (states?.length === 0) return [];
  const { networkId } = context.live.pool();
  const explorer = networkId === undefined ? undefined : EXPLORERS[networkId];
  const blocks = await context.store.blocks(page, states);
  return blocks.map((block) => answerOf(context.pool.id, block, explorer));
}

function answerOf(poolId: string, block: StoredBlock, explorer: string | undefined): BlockInfo {
  const { hash, height, chain, target, state, stateMs, address, worker, foundMs } = block;
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
    ...(explorer === undefined ? {} : { infoLink: explorer + hash }),
    miner: address,
    worker: worker.name,
    created: timeText(foundMs),
  };
}

/**
 * What the API says of the blocks that the pool found.
 * @module
 */
import { hexToBytes } from '../../../protocol/bytes.js';
import { chainName } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { expectedHashes, targetOfBytes } from '../../../protocol/target.js';
import { type BlockListing, earnedBy } from '../../domain/block-fate.js';
import type { Page, StoredBlock } from '../../ports/store.js';
import { type ApiContext, difficultyOf, timeText } from './api-context.js';
import type { BlockInfo } from './api-schemas.js';
import { effortOf } from './effort.js';
import { blockLink } from './explorers.js';

/** Miningcore's words, and where the store lists their blocks. */
export const BLOCK_STATUSES = {
  pending: ['sent', 'unanswered', 'accepted', 'main', 'uncle'],
  confirmed: ['mainMatured', 'uncleMatured'],
  orphaned: ['refused', 'missing', 'orphan', 'void'],
} as const satisfies Record<string, readonly BlockListing[]>;

/** A block is as good as confirmed, and no more, until it is final and its reward can be spent. */
const MOST_PROGRESS = 0.99;

export type BlockStatus = keyof typeof BLOCK_STATUSES;

/** Where the store lists blocks of some statuses. @param statuses - undefined for all @returns undefined for all */
export function blockListingsOf(statuses: readonly BlockStatus[] | undefined): BlockListing[] | undefined {
  return statuses?.flatMap((status) => [...BLOCK_STATUSES[status]]);
}

/** Newest first. @param listed - undefined for all */
export async function blockAnswers(
  context: ApiContext,
  page: Page,
  listed: readonly BlockListing[] | undefined,
): Promise<BlockInfo[]> {
  if (listed?.length === 0 || page.limit === 0) return [];
  const { networkId } = context.live.pool();
  const blocks = await context.store.blocks(page, listed);
  // The store's time, some seconds ago.
  const atMs = context.statistics.untilMs ?? 0;
  return blocks.map((block) => answerOf(context.pool.id, block, networkId, atMs));
}

function statusOf({ state, fate }: StoredBlock): BlockStatus {
  if (fate?.matured) return 'confirmed';
  return BLOCK_STATUSES.orphaned.some((one) => one === state) ? 'orphaned' : 'pending';
}

/** What it brings, when, and how lucky it was. */
function moneyOf({ fate, foundMs }: StoredBlock, atMs: number) {
  const { reward, matured = false, luck } = fate ?? {};
  const earned = fate === undefined ? 0n : earnedBy(fate);
  const isOnTheWay = reward !== undefined && earned > 0n;
  const waited = isOnTheWay ? (atMs - foundMs) / Math.max(1, reward.lockTimeMs - foundMs) : 0;
  return {
    confirmationProgress: matured ? 1 : Math.min(MOST_PROGRESS, Math.max(0, waited)),
    reward: Number(earned) / Number(ALPH),
    ...(isOnTheWay && { rewardAtto: `${earned}`, unlockTime: timeText(reward.lockTimeMs) }),
    ...(fate !== undefined && { final: fate.final }),
    ...(luck && { effort: effortOf(luck) }),
  };
}

function answerOf(
  poolId: string,
  block: StoredBlock,
  networkId: number | undefined,
  atMs: number,
): BlockInfo {
  const { hash, height, chain, target, state, stateMs, address, worker, foundMs } = block;
  const infoLink = blockLink(networkId, hash);
  return {
    poolId,
    blockHeight: height,
    chain: chainName(chain),
    networkDifficulty: difficultyOf(expectedHashes(targetOfBytes(hexToBytes(target)))),
    status: statusOf(block),
    state,
    stateTime: timeText(stateMs),
    type: 'block',
    transactionConfirmationData: hash,
    hash,
    ...(infoLink === undefined ? {} : { infoLink }),
    ...moneyOf(block, atMs),
    miner: address,
    worker: worker.name,
    created: timeText(foundMs),
  };
}

/**
 * What became of a block, from what a node says of it. Pure.
 * @module
 */
import { burntBy, type CoinbaseEntry } from '../../node/coinbase-entry.js';
import { type BlockPlace, outcomeOf } from '../../protocol/block-end.js';
import type { EmissionParams } from '../../protocol/emission.js';
import { type BlockFate, type BlockReward, stageOf } from '../domain/block-fate.js';

/** How a node sees a coinbase of its main chain: blocks from its own on, and of (from, from) from the first that took it in. */
export interface CoinbaseStanding {
  /** `conflicted`: another block spent a coin of it first, and it has no effect. */
  readonly kind: 'confirmed' | 'conflicted';
  readonly chainConfirmations: number;
  readonly fromGroupConfirmations: number;
}

/** A coinbase that pays for a block. */
export interface PayingCoinbase {
  readonly entry: CoinbaseEntry;
  /** Undefined where it was not asked for, or the node does not tell. */
  readonly standing: CoinbaseStanding | undefined;
}

/** What a node says of a block. */
export interface BlockSight {
  /** Height of its chain's last block. */
  readonly tipHeight: number;
  /** The block's own coinbase where it is on the main chain. */
  readonly own: PayingCoinbase | undefined;
  /** The coinbase of the main-chain block that names it as an uncle. */
  readonly payer: PayingCoinbase | undefined;
}

/** What is known beside the chains. */
export interface JudgeTerms {
  /** Of the network. */
  readonly emission: EmissionParams;
  /** Whether an address is the pool's. */
  isOurs(address: string): boolean;
  /** The store's clock, ms since the epoch. */
  readonly nowMs: number;
  /** Blocks that must follow on one before it is believed never to be undone; see `FINAL_DEPTH`. */
  readonly depth: number;
}

/** Whether a coinbase is worth asking about: it may be without effect, or its block lies as deep as a final one. */
export function needsStanding({ spends, height }: CoinbaseEntry, tipHeight: number, depth: number): boolean {
  return spends || tipHeight - height >= depth;
}

/** @returns the block's new fate, or undefined if nothing has changed */
export function judgeBlock(
  place: BlockPlace,
  before: BlockFate | undefined,
  sight: BlockSight,
  terms: JudgeTerms,
): BlockFate | undefined {
  const { own, payer, tipHeight } = sight;
  const paying = own ?? (isVoid(payer) ? undefined : payer);
  const finalHeight =
    paying === undefined
      ? tipHeight - terms.depth
      : isSettled(paying, terms.depth)
        ? paying.entry.height
        : -1;
  const { state, final } = outcomeOf(place, {
    isMain: () => own !== undefined,
    isVoid: () => isVoid(own),
    payerOf: () => (own === undefined ? paying?.entry : undefined),
    tipHeight: () => tipHeight,
    finalHeight: () => finalHeight,
  });
  const fate = {
    state: state === 'open' ? ('accepted' as const) : state,
    final,
    reward: paying && rewardOf(place, paying.entry, terms),
  };
  if (before === undefined && fate.state === 'accepted') return undefined;
  const stateMs = before?.state === fate.state ? before.stateMs : Math.round(terms.nowMs);
  const next = {
    ...fate,
    stateMs,
    number: (before?.number ?? 0) + 1,
    matured: false,
    credited: false,
    luck: before?.luck,
  };
  const changed =
    before === undefined ||
    before.state !== next.state ||
    before.final !== next.final ||
    before.reward?.key !== next.reward?.key;
  return changed ? (maturedAt(next, terms.nowMs) ?? next) : undefined;
}

/** A final fate whose reward can be spent by now, or undefined if it can't, or was noted so. The number grows by 1. */
export function matureFate(fate: BlockFate, nowMs: number): BlockFate | undefined {
  return maturedAt({ ...fate, number: fate.number + 1 }, nowMs);
}

function maturedAt(fate: BlockFate, nowMs: number): BlockFate | undefined {
  const isDue = stageOf(fate) === 'final' && fate.reward !== undefined && fate.reward.lockTimeMs <= nowMs;
  return isDue ? { ...fate, matured: true } : undefined;
}

function isVoid(coinbase: PayingCoinbase | undefined): boolean {
  return coinbase?.standing?.kind === 'conflicted';
}

/** Whether nothing about a coinbase changes: its block lies deep, and so does the one that took it in. */
function isSettled({ standing }: PayingCoinbase, depth: number): boolean {
  return (
    standing !== undefined && standing.chainConfirmations > depth && standing.fromGroupConfirmations > depth
  );
}

function rewardOf({ hash }: BlockPlace, entry: CoinbaseEntry, { emission, isOurs }: JudgeTerms): BlockReward {
  const index = entry.hash === hash ? 0 : 1 + entry.uncles.indexOf(hash);
  const { hint, key, address, amount, lockTimeMs } = entry.outputs[index]!;
  return {
    block: entry.hash,
    txId: entry.txId,
    index,
    hint,
    key,
    address,
    amount,
    ownCoins: index === 0 ? burntBy(entry, emission) : 0n,
    lockTimeMs,
    ours: isOurs(address),
  };
}

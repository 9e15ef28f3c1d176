/**
 * The rules of a simulated network: templates are made and blocks are judged by them.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { equalBytes } from '../protocol/bytes.js';
import { type ChainIndex, chainIndex, fromGroupOf } from '../protocol/chain.js';
import { sortUncles } from '../protocol/coinbase.js';
import { MAX_UNCLES } from '../protocol/emission.js';
import { chainOfHash, meetsTarget } from '../protocol/pow.js';
import { targetBytes, targetOfBits } from '../protocol/target.js';
import { type Block, blockId, type UncleReference } from './block.js';
import { createBody, type Network } from './body.js';
import type { ChainState } from './chain-state.js';
import type { BodyFault } from './coins/body-faults.js';
import type { Coins } from './coins/coins.js';
import { depChainsOf, parentDepOf } from './deps.js';
import { nextTargetBits } from './retarget.js';
import { usableUncles } from './uncles.js';

/** How far a block's timestamp may be ahead of the node's time, ms. */
export const MAX_TIMESTAMP_AHEAD_MS = 15_000;

/** A network's rules. */
export interface Rules extends Network {
  /** Largest target. */
  readonly easiestTarget: bigint;
  /** Whether targets follow the times of the blocks. */
  readonly retarget: boolean;
  /** Where targets do not follow the times of the blocks: from when on they are others, in order of time. None if left out. */
  readonly turns?: readonly TargetTurn[];
}

/** Targets of blocks whose parents are of this time or later. */
export interface TargetTurn {
  /** ms since the epoch. */
  readonly fromMs: number;
  /** Compact. */
  readonly targetBits: number;
}

/** A fault of a block. */
export type BlockFault =
  | 'unknown-parent'
  | 'wrong-dep'
  | 'timestamp-not-after-parent'
  | 'timestamp-ahead'
  | 'wrong-target'
  | 'wrong-chain'
  | 'too-little-work'
  | 'wrong-uncles'
  | 'wrong-transactions'
  | BodyFault;

/** Compact bits of the target of a block on `parent`. */
export function targetBitsAfter(state: ChainState, parent: Block, rules: Rules): number {
  if (!rules.retarget) {
    const turn = rules.turns?.findLast(({ fromMs }) => fromMs <= Number(parent.header.timestamp));
    return turn?.targetBits ?? parent.header.targetBits;
  }
  return nextTargetBits(
    parent,
    (heights) => state.ancestor(parent, heights),
    rules.blockTimeMs,
    rules.easiestTarget,
  );
}

/**
 * Stands in for the hash of the state after the deps, which only a node that keeps balances can compute. As there, it
 * follows the tip of the group's own chain (g, g).
 */
export function depStateHashOf(chain: ChainIndex, deps: readonly Uint8Array[]): Uint8Array {
  const group = fromGroupOf(chain);
  return blake2b256(deps[parentDepOf(chainIndex(group, group))]!);
}

/**
 * Judges a whole block: its work, its place, its time, its target and every byte of its coinbase.
 * @param now - ms since the epoch
 * @param coins - where the network keeps coins: then its transactions are judged by them
 * @returns the first fault, or undefined for a good block
 */
export function findFault(
  block: Block,
  state: ChainState,
  rules: Rules,
  now: number,
  coins?: Coins,
): BlockFault | undefined {
  const fault = findHeaderFault(block, state, rules, now);
  if (fault) return fault;
  if (coins) return coins.findFault(block);
  return hasGoodTransactions(block, rules) ? undefined : 'wrong-transactions';
}

/**
 * Judges a block without its transactions: its work, its place, its time, its target and its uncles.
 * @param now - ms since the epoch
 * @returns the first fault, or undefined
 */
export function findHeaderFault(
  block: Block,
  state: ChainState,
  rules: Rules,
  now: number,
): BlockFault | undefined {
  const { header, chain } = block;
  if (chainOfHash(block.hash) !== chain) return 'wrong-chain';
  if (!meetsTarget(block.hash, targetBytes(targetOfBits(header.targetBits)))) return 'too-little-work';
  const parent = state.get(block.parent);
  if (parent?.chain !== chain || parent.height !== block.height - 1) return 'unknown-parent';
  if (!hasGoodDeps(block, state)) return 'wrong-dep';
  if (header.timestamp <= parent.header.timestamp) return 'timestamp-not-after-parent';
  if (header.timestamp > BigInt(now + MAX_TIMESTAMP_AHEAD_MS)) return 'timestamp-ahead';
  if (header.targetBits !== targetBitsAfter(state, parent, rules)) return 'wrong-target';
  return hasGoodUncles(block, parent, state) ? undefined : 'wrong-uncles';
}

/** Each dep is a block of its chain; one that is not kept any more is believed, when blocks of its chain were forgotten. */
function hasGoodDeps(block: Block, state: ChainState): boolean {
  return depChainsOf(block.chain).every((chain, i) => {
    const hash = block.header.deps[i]!;
    return (
      chainOfHash(hash) === chain && (state.get(blockId(hash)) !== undefined || state.hasForgotten(chain))
    );
  });
}

function hasGoodUncles(block: Block, parent: Block, state: ChainState): boolean {
  if (block.uncles.length === 0) return true;
  const usable = usableUncles(state, parent);
  const isUsable = (uncle: UncleReference): boolean =>
    usable.some(
      ({ hash, lockupScript, heightDifference }) =>
        equalBytes(hash, uncle.hash) &&
        equalBytes(lockupScript, uncle.lockupScript) &&
        heightDifference === uncle.heightDifference,
    );
  const { uncles } = block;
  return (
    uncles.length <= MAX_UNCLES &&
    new Set(uncles.map((uncle) => blockId(uncle.hash))).size === uncles.length &&
    uncles.every(isUsable) &&
    sortUncles(uncles).every((uncle, i) => uncle === uncles[i])
  );
}

/** The lock of a coinbase is tied to the block's timestamp: a header whose timestamp was changed fails here. */
function hasGoodTransactions(block: Block, rules: Rules): boolean {
  const { header, chain, miner, uncles, transactions } = block;
  const { timestamp, targetBits } = header;
  const expected = createBody({ chain, timestamp, targetBits, miner, uncles }, rules);
  return (
    equalBytes(header.txsHash, expected.txsHash) &&
    transactions.length === expected.transactions.length &&
    transactions.every((transaction, i) => equalBytes(transaction.bytes, expected.transactions[i]!.bytes))
  );
}

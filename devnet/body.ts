/**
 * What is in a block besides its header: transfers, where the network keeps coins, and the coinbase.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import { coinbaseLockMs, createCoinbase } from '../protocol/coinbase.js';
import {
  blockReward,
  type EmissionParams,
  MAINNET_EMISSION,
  mainReward,
  uncleReward,
} from '../protocol/emission.js';
import { txsHashOf } from '../protocol/merkle.js';
import { netRewardOf } from '../protocol/polw.js';
import { targetOfBits } from '../protocol/target.js';
import type { Transaction } from '../protocol/transaction.js';
import type { UncleReference } from './block.js';

/** The settings by which networks' money differs. */
export interface Network {
  /** 0 mainnet, 1 testnet, 4 devnet; up to 255. Coinbases are locked for 500 min on mainnet, for 10 min elsewhere. */
  readonly networkId: number;
  /** How long coinbases are locked, ms, where that is not as on networks of this ID. */
  readonly lockMs?: number;
  /** Target block time of a chain. */
  readonly blockTimeMs: number;
  /** What the network's emission follows, where that is not mainnet's of its block time. */
  readonly money?: Money;
}

/** What the rewards of a network follow, and what must be burnt for them. */
export interface Money {
  readonly emission: EmissionParams;
  /** Block time that the emission counts with, ms. */
  readonly blockTimeMs: number;
}

/** A block's transactions and their Merkle root. */
export interface Body {
  /** Those that the coinbase pays. */
  readonly uncles: readonly UncleReference[];
  /** The coinbase is the last one. */
  readonly transactions: readonly Transaction[];
  /** 32 bytes. */
  readonly txsHash: Uint8Array;
}

/** The facts that a body is made from. */
export interface BodyRequest {
  readonly chain: ChainIndex;
  /** Of the block, ms since the epoch. */
  readonly timestamp: bigint;
  readonly targetBits: number;
  /** Lockup script of the block's reward, of group `to`. */
  readonly miner: Uint8Array;
  readonly uncles: readonly UncleReference[];
}

/** Makes the body of a template. @returns undefined where that cannot be made */
export type BodyMaker = (request: BodyRequest & { readonly deps: readonly Uint8Array[] }) => Body | undefined;

/** Shortest block time for which the emission is defined: faster networks pay as much as one of this block time. */
const MIN_EMISSION_BLOCK_TIME_MS = 1024;

/**
 * The right body of a block for plain proof of work: its rewards follow from the target and the timestamp, by the rules
 * since Danube. Where the network's money asks for more, this is the form of a coinbase that burns nothing.
 * @param transfers - what goes before the coinbase
 */
export function createBody(
  request: BodyRequest,
  network: Network,
  transfers: readonly Transaction[] = [],
): Body {
  const { chain, timestamp, targetBits, miner } = request;
  const { networkId, lockMs } = network;
  const money = network.money ?? {
    emission: MAINNET_EMISSION,
    blockTimeMs: Math.max(MIN_EMISSION_BLOCK_TIME_MS, network.blockTimeMs),
  };
  const { blockTimeMs, emission } = money;
  const block = { target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs };
  const main = mainReward(netRewardOf(block, emission), 'danube');
  const uncles = request.uncles.map(({ hash, lockupScript, heightDifference }) => ({
    hash,
    lockupScript,
    reward: uncleReward(main, heightDifference),
  }));
  const coinbase = createCoinbase({
    chain,
    networkId,
    rewardLockupScript: miner,
    reward: blockReward(
      main,
      uncles.map((uncle) => uncle.reward),
    ),
    uncles,
    lockTimeMs: timestamp + (lockMs === undefined ? coinbaseLockMs(networkId) : BigInt(lockMs)),
  });
  const transactions = [...transfers, coinbase];
  return { transactions, txsHash: txsHashOf(transactions), uncles: request.uncles };
}

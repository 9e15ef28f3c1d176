/**
 * What is in a block besides its header: the coinbase alone, so far.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import { coinbaseLockMs, createCoinbase } from '../protocol/coinbase.js';
import { blockReward, mainReward, miningReward, uncleReward } from '../protocol/emission.js';
import { txsHashOf } from '../protocol/merkle.js';
import { targetOfBits } from '../protocol/target.js';
import type { Transaction } from '../protocol/transaction.js';
import type { UncleReference } from './block.js';

/** What makes one network's money differ from another's. */
export interface Network {
  /** 0 mainnet, 1 testnet, 4 devnet; up to 255. Coinbases are locked for 500 min on mainnet, for 10 min elsewhere. */
  readonly networkId: number;
  /** Target block time of a chain. */
  readonly blockTimeMs: number;
}

/** A block's transactions and their Merkle root. */
export interface Body {
  /** The coinbase is the last one. */
  readonly transactions: readonly Transaction[];
  /** 32 bytes. */
  readonly txsHash: Uint8Array;
}

/** What a body is made from. */
export interface BodyRequest {
  readonly chain: ChainIndex;
  /** Of the block, ms since the epoch. */
  readonly timestamp: bigint;
  readonly targetBits: number;
  /** Lockup script of the block's reward, of group `to`. */
  readonly miner: Uint8Array;
  readonly uncles: readonly UncleReference[];
}

/** Shortest block time for which the emission is defined: faster networks pay as much as one of this block time. */
const MIN_EMISSION_BLOCK_TIME_MS = 1024;

/** The one right body of a block: its rewards follow from the target and the timestamp, by the rules since Danube. */
export function createBody(request: BodyRequest, network: Network): Body {
  const { chain, timestamp, targetBits, miner } = request;
  const { networkId } = network;
  const blockTimeMs = Math.max(MIN_EMISSION_BLOCK_TIME_MS, network.blockTimeMs);
  const reward = miningReward({ target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs });
  const main = mainReward(reward, 'danube');
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
    lockTimeMs: timestamp + coinbaseLockMs(networkId),
  });
  return { transactions: [coinbase], txsHash: txsHashOf([coinbase]) };
}

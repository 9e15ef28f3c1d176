/**
 * Proof of Less Work: when it is active, what a block must burn, and what is left of its reward. It is decided for each
 * header by its target alone, so that each chain becomes active on its own. Integers only, each division truncating where
 * the full node's does.
 *
 * A block burns coins in place of work: it is mined at a hashrate of 1/8 of what its target would stand for beyond the
 * threshold, and the burn makes up for the difference.
 * @module
 */
import { type EmissionParams, MAINNET_EMISSION, miningReward } from './emission.js';
import { bitsOfHashrate, hashrateOfTarget, targetOfBits } from './target.js';

/** Hashes that the network would have to make for each that it really makes, far beyond the threshold. */
const WORK_RATIO = 8n;

/** Most of the reward that is burnt, far beyond the threshold: 7 / 8. */
const BURN_PARTS = WORK_RATIO - 1n;

/** What decides about a block's burn and reward. */
export interface PolwBlock {
  /** Of the header, at least 1. */
  readonly target: bigint;
  /** Of the header, ms since the epoch. */
  readonly timestampMs: bigint;
  /** Target block time of a chain in force, at least 1024 ms. */
  readonly blockTimeMs: number;
}

/** What Proof of Less Work asks of a block, and leaves it. Amounts in attoALPH. */
export interface PolwTerms {
  /** Target that the same security would take without burning. */
  readonly polwTarget: bigint;
  /** What the network emits for the block, burnt part included. */
  readonly reward: bigint;
  /** What its coinbase must burn. */
  readonly burnt: bigint;
  /** `reward - burnt`: main and uncle rewards are parts of it. */
  readonly netReward: bigint;
}

/** Hashrate of the network at which Proof of Less Work begins, H/s. */
export function polwHashrate(params: EmissionParams = MAINNET_EMISSION): bigint {
  return 2n ** BigInt(params.stableHashrateLog2);
}

/**
 * The threshold: Proof of Less Work is active for every target below it.
 * @param blockTimeMs - target block time of a chain
 */
export function polwThreshold(blockTimeMs: number, params: EmissionParams = MAINNET_EMISSION): bigint {
  return targetOfHashrate(polwHashrate(params), blockTimeMs);
}

/** Whether a header with this target must burn. @param blockTimeMs - target block time of a chain */
export function isPolwActive(
  target: bigint,
  blockTimeMs: number,
  params: EmissionParams = MAINNET_EMISSION,
): boolean {
  return target < polwThreshold(blockTimeMs, params);
}

/**
 * The terms of a block, or undefined where Proof of Less Work is not active for it.
 * @throws RangeError if the block is older than the network
 */
export function polwTermsOf(
  block: PolwBlock,
  params: EmissionParams = MAINNET_EMISSION,
): PolwTerms | undefined {
  const { target, timestampMs, blockTimeMs } = block;
  const threshold = polwThreshold(blockTimeMs, params);
  if (target >= threshold) return undefined;
  const hashrate = WORK_RATIO * hashrateOfTarget(target, blockTimeMs) - BURN_PARTS * polwHashrate(params);
  const polwTarget = targetOfHashrate(hashrate, blockTimeMs);
  const reward = miningReward({ target: polwTarget, timestampMs, blockTimeMs }, params);
  const burnt = (((reward * (threshold - polwTarget)) / threshold) * BURN_PARTS) / WORK_RATIO;
  return { polwTarget, reward, burnt, netReward: reward - burnt };
}

/**
 * What is left of a block's reward for its miner and uncles, whether or not Proof of Less Work is active for it.
 * @returns attoALPH
 * @throws RangeError if the block is older than the network
 */
export function netRewardOf(block: PolwBlock, params: EmissionParams = MAINNET_EMISSION): bigint {
  return polwTermsOf(block, params)?.netReward ?? miningReward(block, params);
}

/** Target of a hashrate, as a header can hold it. */
function targetOfHashrate(hashesPerSecond: bigint, blockTimeMs: number): bigint {
  return targetOfBits(bitsOfHashrate(hashesPerSecond, blockTimeMs));
}

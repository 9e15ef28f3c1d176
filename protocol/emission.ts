/**
 * Emission: what a block may pay, in attoALPH, by its time and by the hashrate that its target stands for. Integers
 * only, each division truncating where the full node's does: a block whose reward is one atto off is refused.
 *
 * `miningReward` is what the network emits for a block; `mainReward` is a main-chain block's part of it, `uncleReward`
 * an uncle's part of that, and `blockReward` what the coinbase pays its own miner for both.
 * @module
 */
import { CHAINS } from './chain.js';
import { hashrateOfTarget } from './target.js';

/** attoALPH in 1 ALPH. */
export const ALPH = 10n ** 18n;

/** Greatest height difference between an uncle and the block that references it. */
export const MAX_UNCLE_AGE = 7;

/** Most uncles that a block may reference. */
export const MAX_UNCLES = 2;

/** Rules in force at a time: Leman (and before), Rhone, Danube (and after). They differ in block time and split. */
export type Era = 'leman' | 'rhone' | 'danube';

/** Constants of a network. All of mainnet's are in `MAINNET_EMISSION`. */
export interface EmissionParams {
  /** The reward by time falls from here on: ms since the epoch. */
  readonly launchTimestampMs: bigint;
  /** First block timestamp under Rhone's rules, ms since the epoch. */
  readonly rhoneTimestampMs: bigint;
  /** First block timestamp under Danube's rules, ms since the epoch; not before Rhone's. */
  readonly danubeTimestampMs: bigint;
  /** Binary logarithm of the hashrate (H/s) up to which the reward by hashrate rises. */
  readonly peakHashrateLog2: number;
  /** The same where it has fallen to the stable reward, and Proof of Less Work begins. */
  readonly stableHashrateLog2: number;
  /** The same where nothing is left. */
  readonly endHashrateLog2: number;
}

/** Constants of mainnet. */
export const MAINNET_EMISSION: EmissionParams = {
  launchTimestampMs: 1_636_379_973_000n,
  rhoneTimestampMs: 1_718_186_400_000n,
  danubeTimestampMs: 1_752_573_600_000n,
  peakHashrateLog2: 50,
  stableHashrateLog2: 60,
  endHashrateLog2: 67,
};

/**
 * Mainnet's constants with its three hashrates lowered together, as small networks have them: the curve keeps its form.
 * @param bits - binary logarithm of the factor, 0 to 50
 */
export function loweredEmission(bits: number): EmissionParams {
  const { peakHashrateLog2, stableHashrateLog2, endHashrateLog2 } = MAINNET_EMISSION;
  return {
    ...MAINNET_EMISSION,
    peakHashrateLog2: peakHashrateLog2 - bits,
    stableHashrateLog2: stableHashrateLog2 - bits,
    endHashrateLog2: endHashrateLog2 - bits,
  };
}

const CENT = ALPH / 100n;
const LEMAN_BLOCK_TIME_MS = 64_000n;
const YEAR_MS = 365n * 24n * 60n * 60n * 1000n;
const YEARS_TO_STABLE = 4n;
const MAIN_PARTS = 25_600n;
/** Parts that an era adds to the main block's for the uncles it expects. */
const UNCLE_PARTS: Readonly<Record<Era, bigint>> = { leman: 0n, rhone: 1155n, danube: 2310n };
const BLOCK_TIME_MS: Readonly<Record<Era, number>> = { leman: 64_000, rhone: 16_000, danube: 8_000 };

/** Rules in force for a block. @param timestampMs - of the block, ms since the epoch */
export function eraAt(timestampMs: bigint, params: EmissionParams = MAINNET_EMISSION): Era {
  if (timestampMs >= params.danubeTimestampMs) return 'danube';
  return timestampMs >= params.rhoneTimestampMs ? 'rhone' : 'leman';
}

/** Target block time of a chain, ms. */
export function blockTimeMsOf(era: Era): number {
  return BLOCK_TIME_MS[era];
}

/**
 * Most that a block may pay at a time: 0.01 ALPH less every so often, down to a stable amount after 4 years.
 * @param blockTimeMs - target block time of a chain, at least 1024
 * @param timestampMs - of the block, ms since the epoch, not before the launch
 * @returns attoALPH
 * @throws RangeError if a parameter is below its range
 */
export function rewardByTime(
  blockTimeMs: number,
  timestampMs: bigint,
  params: EmissionParams = MAINNET_EMISSION,
): bigint {
  const { initial, stable } = rewardBounds(blockTimeMs);
  const elapsedMs = timestampMs - params.launchTimestampMs;
  if (elapsedMs < 0n)
    throw new RangeError(`"timestampMs" expected at least ${params.launchTimestampMs}, got ${timestampMs}`);
  const centsPerYear = (initial - stable) / CENT / YEARS_TO_STABLE;
  if (centsPerYear === 0n) throw new RangeError(`"blockTimeMs" expected at least 1024, got ${blockTimeMs}`);
  const blocksPerYear = YEAR_MS / BigInt(blockTimeMs);
  if (elapsedMs >= BigInt(blockTimeMs) * blocksPerYear * YEARS_TO_STABLE) return stable;
  const dropMs = BigInt(blockTimeMs) * (blocksPerYear / centsPerYear);
  return initial - (elapsedMs / dropMs) * CENT;
}

/**
 * Most that a block may pay at a hashrate of the network: rising up to the first of the three hashrates of `params`,
 * falling to the stable amount at the second and to nothing at the third.
 * @param blockTimeMs - target block time of a chain, above 0
 * @param target - of the block, at least 1
 * @returns attoALPH
 */
export function rewardByHashrate(
  blockTimeMs: number,
  target: bigint,
  params: EmissionParams = MAINNET_EMISSION,
): bigint {
  const { initial, stable } = rewardBounds(blockTimeMs);
  const { peakHashrateLog2: peak, stableHashrateLog2: middle, endHashrateLog2: end } = params;
  const hashrate = hashrateOfTarget(target, blockTimeMs);
  const rank = hashrate.toString(2).length - 1;
  if (rank < peak) {
    const rising = interpolate(hashrate, rank, { from: 0, to: peak, start: 0n, end: initial });
    const lowest = initial / 2n;
    return rising < lowest ? lowest : rising;
  }
  if (rank < middle)
    return interpolate(hashrate, rank, { from: peak, to: middle, start: initial, end: stable });
  if (rank < end) return interpolate(hashrate, rank, { from: middle, to: end, start: stable, end: 0n });
  return 0n;
}

/**
 * What the network emits for a block: the lesser of the reward by time and by hashrate.
 * @param block - target at least 1; timestamp in ms since the epoch, not before the launch; block time at least 1024 ms
 * @returns attoALPH
 * @throws RangeError if a value is below its range
 */
export function miningReward(
  block: { readonly target: bigint; readonly timestampMs: bigint; readonly blockTimeMs: number },
  params: EmissionParams = MAINNET_EMISSION,
): bigint {
  const byTime = rewardByTime(block.blockTimeMs, block.timestampMs, params);
  const byHashrate = rewardByHashrate(block.blockTimeMs, block.target, params);
  // Math.min takes no bigint.
  return byTime < byHashrate ? byTime : byHashrate;
}

/**
 * A main-chain block's part of what is emitted for it; the rest is for the uncles that may come.
 * @param reward - mining reward, less what Proof of Less Work burns, attoALPH
 * @returns attoALPH
 */
export function mainReward(reward: bigint, era: Era): bigint {
  return (reward * MAIN_PARTS) / (MAIN_PARTS + UNCLE_PARTS[era]);
}

/**
 * Reward of an uncle.
 * @param main - main reward of the block that references it, attoALPH
 * @param heightDifference - height of that block less the uncle's, 1 to 7
 * @returns attoALPH
 * @throws RangeError on another height difference
 */
export function uncleReward(main: bigint, heightDifference: number): bigint {
  if (!(Number.isInteger(heightDifference) && heightDifference >= 1 && heightDifference <= MAX_UNCLE_AGE)) {
    throw new RangeError(`"heightDifference" expected 1 to ${MAX_UNCLE_AGE}, got ${heightDifference}`);
  }
  const parts = MAX_UNCLE_AGE + 1;
  return (main * BigInt(parts - heightDifference)) / BigInt(parts);
}

/**
 * What a block pays its own miner: the main reward, and 1/32 of its uncles' rewards for taking them in.
 * @param uncleRewards - none to 2, attoALPH
 * @returns attoALPH
 */
export function blockReward(main: bigint, uncleRewards: readonly bigint[] = []): bigint {
  return main + uncleRewards.reduce((sum, reward) => sum + reward, 0n) / 32n;
}

/** Rewards of a block at launch and in the long run: 60 and 20 ALPH for 64 s of all chains. */
function rewardBounds(blockTimeMs: number): { initial: bigint; stable: bigint } {
  const perChain = (alph: bigint): bigint =>
    (((alph * ALPH) / BigInt(CHAINS)) * BigInt(blockTimeMs)) / LEMAN_BLOCK_TIME_MS;
  return { initial: perChain(60n), stable: perChain(20n) };
}

/** Between two ranks: linear from rank to rank, and linear in the hashrate from one rank to the next. */
function interpolate(
  hashrate: bigint,
  rank: number,
  line: { from: number; to: number; start: bigint; end: bigint },
): bigint {
  const ranks = BigInt(line.to - line.from);
  const gap = line.end - line.start;
  const ofRank = line.start + (gap * BigInt(rank - line.from)) / ranks;
  const power = 2n ** BigInt(rank);
  return ofRank + ((gap / ranks) * (hashrate % power)) / power;
}

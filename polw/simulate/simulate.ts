/**
 * What Proof of Less Work asks of a pool at a hashrate of the network: what a block burns and leaves, and how many coins the
 * pool must have.
 *
 * Each block ties up what it burns until its output 0 is unlocked. The coins of a chain are those of its own burn address
 * alone, so that the capital is what all 16 chains need at once, each for itself.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import { coinbaseLockMs } from '../../protocol/coinbase.js';
import { blockTimeMsOf, eraAt, MAX_UNCLES } from '../../protocol/emission.js';
import { netRewardOf, type PolwBlock, polwHashrate, polwTermsOf } from '../../protocol/polw.js';
import { polwGasFee } from '../../protocol/polw-coinbase.js';
import { bitsOfHashrate, hashrateOfTarget, targetOfBits } from '../../protocol/target.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { poissonQuantile } from './poisson.js';

/** Probability that the capital is enough at any one moment, on all chains at once. */
export const CAPITAL_PROBABILITY = 0.999;

const MAINNET_ID = 0;
const DAY_MS = 86_400_000;
/** What a coinbase spends and gives back as a rule, and at most where coins are merged or split on the way. */
const USUAL = { inputs: 1, change: 1, uncles: 0 };
const MOST = { inputs: 3, change: 2, uncles: MAX_UNCLES };
/** Means of blocks are parts of a million: money is summed in integers. */
const MILLION = 1_000_000n;
/** The peak is looked for up to where the network emits nothing more, in steps of so many parts of the hashrate. */
const PEAK_RANGE = 128n;
const PEAK_STEP = 500n;

/** A pool in a network. */
export interface PolwScenario {
  /** That the network really makes, H/s, at least 1. */
  readonly hashesPerSecond: bigint;
  /** The pool's part of it, above 0, at most 1. */
  readonly poolShare: number;
  /** Decides which rules are in force: ms since the epoch. */
  readonly timestampMs: bigint;
}

/** What a block burns at a hashrate, and what a pool needs for it. Amounts in attoALPH. */
export interface PolwFigures {
  readonly hashesPerSecond: bigint;
  /** False below the threshold: nothing is burnt then. */
  readonly active: boolean;
  /** Hashrate that plain work would take for the same security, H/s. */
  readonly equivalentHashesPerSecond: bigint;
  /** Part of the energy of that plain work which is saved, 0 to 7 / 8. */
  readonly energySaved: number;
  /** Of a block: what the network emits, what is burnt of it, and what is left for miner and uncles. */
  readonly reward: bigint;
  readonly burnt: bigint;
  readonly netReward: bigint;
  /** What the gas of a coinbase costs: as a rule, and at most. */
  readonly usualGas: bigint;
  readonly mostGas: bigint;
  /** Mean of the pool's blocks until an output 0 is unlocked: of all chains, and of each. */
  readonly blocks: number;
  readonly blocksPerChain: number;
  /** Blocks of a chain that no chain passes, with the probability of the capital. */
  readonly mostBlocksPerChain: number;
  /** Mean of what is burnt and not unlocked yet, all chains. */
  readonly tiedUp: bigint;
  /** What a chain's burn address must hold, and what all 16 must. */
  readonly capitalPerChain: bigint;
  readonly capital: bigint;
  /** Standard deviation of what a day moves from chain (f, t) to chain (t, f), or back. */
  readonly driftPerDay: bigint;
}

/** The figures of a pool. @throws RangeError if the hashrate or the share is out of its range */
export function simulatePolw({ hashesPerSecond, poolShare, timestampMs }: PolwScenario): PolwFigures {
  if (hashesPerSecond < 1n)
    throw new RangeError(`"hashesPerSecond" expected at least 1, got ${hashesPerSecond}`);
  if (!(poolShare > 0 && poolShare <= 1))
    throw new RangeError(`"poolShare" expected a number above 0, at most 1, got ${poolShare}`);
  const block = blockAt(hashesPerSecond, timestampMs);
  const terms = polwTermsOf(block);
  const reward = netRewardOf(block);
  const { burnt, netReward } = terms ?? { burnt: 0n, netReward: reward };
  const work = hashrateOfTarget(block.target, block.blockTimeMs);
  const equivalent = terms === undefined ? work : hashrateOfTarget(terms.polwTarget, block.blockTimeMs);
  const blocksPerChain = (poolShare * Number(coinbaseLockMs(MAINNET_ID))) / block.blockTimeMs;
  const mostBlocksPerChain = poissonQuantile(blocksPerChain, CAPITAL_PROBABILITY ** (1 / CHAINS));
  const mostGas = terms === undefined ? 0n : gasOf(MOST);
  const capitalPerChain =
    terms === undefined ? 0n : BigInt(mostBlocksPerChain) * (burnt + mostGas) + MIN_OUTPUT_AMOUNT;
  const blocksPerDay = (poolShare * DAY_MS) / block.blockTimeMs;
  return {
    hashesPerSecond,
    active: terms !== undefined,
    equivalentHashesPerSecond: equivalent,
    energySaved: terms === undefined ? 0 : 1 - Number(work) / Number(equivalent),
    reward: terms?.reward ?? reward,
    burnt,
    netReward,
    usualGas: terms === undefined ? 0n : gasOf(USUAL),
    mostGas,
    blocks: blocksPerChain * CHAINS,
    blocksPerChain,
    mostBlocksPerChain,
    tiedUp: times(burnt, blocksPerChain * CHAINS),
    capitalPerChain,
    capital: capitalPerChain * BigInt(CHAINS),
    driftPerDay: times(burnt, Math.sqrt(2 * blocksPerDay)),
  };
}

/**
 * The figures at the hashrate at which a pool needs most.
 * @param poolShare - above 0, at most 1
 * @param timestampMs - ms since the epoch
 */
export function simulatePolwPeak({
  poolShare,
  timestampMs,
}: Omit<PolwScenario, 'hashesPerSecond'>): PolwFigures {
  const threshold = polwHashrate();
  let best = { hashesPerSecond: threshold, burnt: 0n };
  for (
    let hashesPerSecond = threshold;
    hashesPerSecond <= threshold * PEAK_RANGE;
    hashesPerSecond += hashesPerSecond / PEAK_STEP
  ) {
    const burnt = polwTermsOf(blockAt(hashesPerSecond, timestampMs))?.burnt ?? 0n;
    if (burnt > best.burnt) best = { hashesPerSecond, burnt };
  }
  return simulatePolw({ hashesPerSecond: best.hashesPerSecond, poolShare, timestampMs });
}

/** A block of a network that makes so many hashes. */
function blockAt(hashesPerSecond: bigint, timestampMs: bigint): PolwBlock {
  const blockTimeMs = blockTimeMsOf(eraAt(timestampMs));
  return { target: targetOfBits(bitsOfHashrate(hashesPerSecond, blockTimeMs)), timestampMs, blockTimeMs };
}

function gasOf({ inputs, change, uncles }: typeof USUAL): bigint {
  return polwGasFee(inputs, 1 + uncles + change);
}

function times(amount: bigint, count: number): bigint {
  return (amount * BigInt(Math.round(count * Number(MILLION)))) / MILLION;
}

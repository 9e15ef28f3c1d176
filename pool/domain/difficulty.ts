/**
 * Difficulty as a whole number of expected hashes, `work`: the `d` of the stratum protocol is `work / 2^34`.
 *
 * Difficulties come from a ladder with 8 steps a doubling, or from a miner's or the configuration's wish, rounded
 * to a whole unit of work. One object stands for one difficulty and holds everything that judging a share needs.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import {
  DIFFICULTY_1_TARGET,
  HASHES_PER_DIFFICULTY,
  MAX_TARGET,
  targetBytes,
} from '../../protocol/target.js';

/** Least work: at it every hash of the right chain is a share. */
export const MIN_WORK = 16n;

/** Most work, 2^84 expected hashes: a share an hour of 10^21 hashes a second. */
export const MAX_WORK = 2n ** 84n;

/** Steps of the ladder for each doubling. */
export const STEPS_PER_DOUBLING = 8;

/** A difficulty, ready for use. Two difficulties of one `work` are the same object only within one `DifficultyTable`. */
export interface Difficulty {
  /** Expected hashes of one share, 16 to 2^84. */
  readonly work: bigint;
  /** `work` as the sum of `low` + 2^32 * `high`: low is below 2^32, high below 2^52. */
  readonly low: number;
  readonly high: number;
  /** Share target that miners are told, 32 bytes big-endian. */
  readonly target: Uint8Array;
  readonly targetHex: string;
  /** The number that `mining.set_difficulty` carries. */
  readonly stratum: number;
}

/** The share target of a work: `floor((2^226 - 1) * 2^34 / work)`, at most 2^256 - 1. @param work - above 0 */
export function shareTarget(work: bigint): bigint {
  const target = (DIFFICULTY_1_TARGET * HASHES_PER_DIFFICULTY) / work;
  return target > MAX_TARGET ? MAX_TARGET : target;
}

/** The difficulty of a work. @throws RangeError unless it is from 16 to 2^84 */
export function difficultyOfWork(work: bigint): Difficulty {
  if (work < MIN_WORK || work > MAX_WORK)
    throw new RangeError(`"work" expected ${MIN_WORK} to ${MAX_WORK}, got ${work}`);
  const target = targetBytes(shareTarget(work));
  return {
    work,
    low: Number(work & 0xffffffffn),
    high: Number(work >> 32n),
    target,
    targetHex: bytesToHex(target),
    stratum: Number(work) / Number(HASHES_PER_DIFFICULTY),
  };
}

/**
 * The work of a stratum difficulty, rounded to a whole number.
 * @returns 16 to 2^84, clamped; undefined unless the value is a finite number above 0
 */
export function workOfStratumDifficulty(difficulty: number): bigint | undefined {
  if (!(difficulty > 0 && Number.isFinite(difficulty))) return undefined;
  // 2^50 difficulties are the most work there is: beyond it, and below one unit, only the clamp matters.
  const work = BigInt(Math.round(Math.min(difficulty, 2 ** 50) * Number(HASHES_PER_DIFFICULTY)));
  return clampWork(work, MIN_WORK, MAX_WORK);
}

/** `work`, or the nearer of two bounds. */
export function clampWork(work: bigint, min: bigint, max: bigint): bigint {
  return work < min ? min : work > max ? max : work;
}

/** The ladder's step that is nearest to a work, by ratio. @param work - at least 1 @returns whole units of work, 16 to 2^84 */
export function ladderWork(work: number): bigint {
  const step = Math.round(Math.log2(Math.max(work, Number(MIN_WORK))) * STEPS_PER_DOUBLING);
  const doublings = Math.floor(step / STEPS_PER_DOUBLING);
  const fraction = 2 ** ((step % STEPS_PER_DOUBLING) / STEPS_PER_DOUBLING);
  // 2^52 is enough precision for the fraction; the doublings are exact.
  const exact = (BigInt(Math.round(fraction * 2 ** 52)) << BigInt(doublings)) >> 52n;
  return clampWork(exact, MIN_WORK, MAX_WORK);
}

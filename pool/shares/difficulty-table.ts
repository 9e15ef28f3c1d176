/**
 * The difficulties in use, one object each, so that targets and texts of jobs are made once for each difficulty.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { MAX_TARGET, targetBytes } from '../../protocol/target.js';
import { type Difficulty, difficultyOfWork, shareTarget } from '../domain/difficulty.js';

/** Difficulties that are remembered: more than the ladder has steps. Beyond that the oldest are forgotten, and made anew when needed. */
export const MAX_DIFFICULTIES = 4_096;

/** Parts of a difficulty in which the tolerance is counted. */
const TOLERANCE_UNITS = 1_000_000n;

/** A difficulty, and the greatest hash that counts as its share. */
export interface ShareDifficulty extends Difficulty {
  /** 32 bytes, big-endian: the target raised by the tolerance, for miners that round theirs. */
  readonly acceptTarget: Uint8Array;
}

export class DifficultyTable {
  readonly #tolerance: bigint;
  readonly #byWork = new BoundedMap<bigint, ShareDifficulty>(MAX_DIFFICULTIES);

  /** @param tolerance - least part of the difficulty that a share must reach, above 0 up to 1 */
  constructor(tolerance: number) {
    if (!(tolerance > 0 && tolerance <= 1))
      throw new RangeError(`"tolerance" expected above 0 up to 1, got ${tolerance}`);
    this.#tolerance = BigInt(Math.round(tolerance * Number(TOLERANCE_UNITS)));
  }

  /** @param work - 16 to 2^84 */
  of(work: bigint): ShareDifficulty {
    const known = this.#byWork.get(work);
    if (known !== undefined) return known;
    const accepted = (shareTarget(work) * TOLERANCE_UNITS) / this.#tolerance;
    const acceptTarget = targetBytes(accepted > MAX_TARGET ? MAX_TARGET : accepted);
    const difficulty = { ...difficultyOfWork(work), acceptTarget };
    this.#byWork.set(work, difficulty);
    return difficulty;
  }
}

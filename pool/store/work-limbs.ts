/**
 * Work as stores keep it: two integers, the low 32 bits and the rest, so that a machine that adds 64-bit integers can sum
 * each of them. One EH/s passes 2^63 hashes in seconds; the high limb would take centuries.
 * @module
 */

/** Two integers that stand for `low + 2^32 * high`. Sums of limbs are limbs: `low` may pass 2^32. */
export interface WorkLimbs {
  readonly low: bigint;
  readonly high: bigint;
}

/** The limbs of some work: low below 2^32. @param work - at least 0 */
export function splitWork(work: bigint): WorkLimbs {
  return { low: work & 0xffffffffn, high: work >> 32n };
}

/** The work that limbs, or sums of limbs, stand for. */
export function joinWork(low: bigint, high: bigint): bigint {
  return low + (high << 32n);
}

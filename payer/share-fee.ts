/**
 * A fee that several bear.
 * @module
 */

/** Parts of a fee that differ by an atto at most and add up to it; the first ones bear what cannot be divided. @param count - at least 1 */
export function shareFee(fee: bigint, count: number): readonly bigint[] {
  const part = fee / BigInt(count);
  const rest = Number(fee % BigInt(count));
  return Array.from({ length: count }, (_, i) => (i < rest ? part + 1n : part));
}

/**
 * Whether two samples differ by more than chance: the rank sum test of Mann and Whitney, exact, also with ties. Pure.
 *
 * Rates of windows are not normally distributed (a neighbour on the same cores makes a few of them very slow), so their
 * ranks are compared and not their means.
 * @module
 */

/** The most values of a sample: the time of the test grows with the fourth power of their number. */
export const MAX_SAMPLE = 64;

/**
 * Chance that two samples of the same distribution have rank sums at least as far from the expected one as these
 * have, in either direction.
 * @param a - 1 to 64 values
 * @param b - 1 to 64 values
 * @returns above 0, at most 1
 * @throws RangeError if there are fewer or more values
 */
export function rankTest(a: readonly number[], b: readonly number[]): number {
  for (const values of [a, b]) {
    if (values.length < 1 || values.length > MAX_SAMPLE)
      throw new RangeError(`a sample has 1 to ${MAX_SAMPLE} values, got ${values.length}`);
  }
  const ranks = doubledRanks([...a, ...b]);
  const sumOfA = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  // Doubled ranks of all values are n + 1 on average, whatever the ties.
  const expected = a.length * (ranks.length + 1);
  const counts = subsetsBySum(ranks, a.length);
  let asFar = 0;
  let all = 0;
  for (const [sum, count] of counts.entries()) {
    all += count;
    if (Math.abs(sum - expected) >= Math.abs(sumOfA - expected)) asFar += count;
  }
  return asFar / all;
}

/** Twice the rank of each value, so that the shared rank of equal values is a whole number. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    let below = 0;
    let equal = 0;
    for (const other of values) {
      if (other < value) below++;
      else if (other === value) equal++;
    }
    return 2 * below + equal + 1;
  });
}

/** Number of the subsets of a size, by the sum of their members. Beyond 2^53 subsets, numbers are rounded. */
function subsetsBySum(members: readonly number[], size: number): Float64Array {
  const total = members.reduce((sum, member) => sum + member, 0);
  // bySize[k][s]: subsets of k of the members so far, with the sum s.
  const bySize = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  bySize[0]![0] = 1;
  for (const member of members) {
    for (let k = size; k >= 1; k--) {
      const [fewer, same] = [bySize[k - 1]!, bySize[k]!];
      for (let sum = total; sum >= member; sum--) same[sum]! += fewer[sum - member]!;
    }
  }
  return bySize[size]!;
}

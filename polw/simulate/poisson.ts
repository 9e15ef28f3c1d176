/**
 * How many blocks are found in a time in which so many are found on average.
 * @module
 */

/** Highest mean that is taken: the network finds 3,750 blocks of a chain in 500 minutes. */
const MAX_MEAN = 1_000_000;

/**
 * The least count that a Poisson distribution does not pass with a probability.
 * @param mean - 0 to 1,000,000
 * @param probability - from 0 to below 1; beyond some 1 - 1e-9 rounding shows
 * @throws RangeError outside these ranges
 */
export function poissonQuantile(mean: number, probability: number): number {
  if (!(mean >= 0 && mean <= MAX_MEAN))
    throw new RangeError(`"mean" expected a number from 0 to ${MAX_MEAN}, got ${mean}`);
  if (!(probability >= 0 && probability < 1))
    throw new RangeError(`"probability" expected a number from 0 to below 1, got ${probability}`);
  // Logarithms: e^-mean is zero in a double from a mean of 746 on.
  const last = Math.ceil(mean + 40 * Math.sqrt(mean) + 100);
  let log = -mean;
  let sum = Math.exp(log);
  let count = 0;
  while (sum < probability && count < last) {
    count++;
    log += Math.log(mean) - Math.log(count);
    sum += Math.exp(log);
  }
  return count;
}

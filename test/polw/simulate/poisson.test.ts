import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poissonQuantile } from '../../../polw/simulate/poisson.js';

// Quantiles of published tables of the distribution.
for (const [mean, probability, expected] of [
  [0, 0.999, 0],
  [1, 0.36, 0],
  [1, 0.37, 1],
  [1, 0.99, 4],
  [1, 0.999, 5],
  [5, 0.95, 9],
  [10, 0.5, 10],
  [10, 0.99, 18],
  [20, 0.999, 35],
] as const) {
  test(`a mean of ${mean} does not pass ${expected} with probability ${probability}`, () => {
    assert.equal(poissonQuantile(mean, probability), expected);
  });
}

/** The same by integers: sum of mean^k / k!, scaled, against e^mean by its own series. */
function quantileByIntegers(mean: bigint, parts: bigint, of: bigint): number {
  const scale = 10n ** 60n;
  const terms: bigint[] = [scale];
  while (terms.at(-1)! > 0n) terms.push((terms.at(-1)! * mean) / BigInt(terms.length));
  const whole = terms.reduce((sum, term) => sum + term, 0n);
  let sum = 0n;
  return terms.findIndex((term) => {
    sum += term;
    return sum * of >= whole * parts;
  });
}

for (const mean of [1n, 37n, 188n, 1000n, 3750n]) {
  test(`floats find what integers find: mean ${mean}`, () => {
    for (const [parts, of] of [
      [1n, 2n],
      [9n, 10n],
      [999n, 1000n],
      [9_999_374n, 10_000_000n],
    ] as const)
      assert.equal(
        poissonQuantile(Number(mean), Number(parts) / Number(of)),
        quantileByIntegers(mean, parts, of),
      );
  });
}

for (const [mean, probability] of [
  [-1, 0.5],
  [Number.NaN, 0.5],
  [2e6, 0.5],
  [1, 1],
  [1, -0.1],
  [1, Number.NaN],
] as const) {
  test(`out of range: mean ${mean}, probability ${probability}`, () => {
    assert.throws(() => poissonQuantile(mean, probability), RangeError);
  });
}

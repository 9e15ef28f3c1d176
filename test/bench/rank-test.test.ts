import { equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { rankTest } from '../../bench/rank-test.js';

function near(got: number, expected: number): void {
  ok(Math.abs(got - expected) < 1e-12, `${got} is not ${expected}`);
}

test('samples that do not overlap have the rarest division of all, in both directions', () => {
  // 7 of 14 can be chosen in 3,432 ways.
  near(rankTest([1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14]), 2 / 3432);
  near(rankTest([8, 9, 10, 11, 12, 13, 14], [1, 2, 3, 4, 5, 6, 7]), 2 / 3432);
  near(rankTest([1, 2], [3, 4, 5]), 2 / 10);
});

test('chances are those of the published tables', () => {
  // Mann and Whitney, 1947, table I: for 5 beside 5, U at most 4 has 0.048 and U at most 2 has 0.016 in one direction.
  near(rankTest([1, 2, 3, 4, 9], [5, 6, 7, 8, 10]), 2 * (12 / 252)); // U = 4
  near(rankTest([1, 2, 3, 4, 7], [5, 6, 8, 9, 10]), 2 * (4 / 252)); // U = 2
});

test('equal values share their rank', () => {
  equal(rankTest([5, 5, 5], [5, 5, 5]), 1);
  equal(rankTest([1, 2, 3], [1, 2, 3]), 1);
  // Of the 6 ways to choose two of 1, 2, 2, 3: one has the rank sum 3.5 of {1, 2}, twice, and one 6.5 of {2, 3}, twice.
  near(rankTest([1, 2], [2, 3]), 4 / 6);
});

test('samples of one distribution are told apart as seldom as the chance says', () => {
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  // Some windows are slow, as where a neighbour takes the core.
  const sample = (): number[] =>
    Array.from({ length: 7 }, () => (random() < 0.3 ? 0.5 : 1) * (1 + random() / 20));
  const runs = 4_000;
  let told = 0;
  for (let i = 0; i < runs; i++) if (rankTest(sample(), sample()) < 0.01) told++;
  ok(told > 0 && told / runs < 0.015, `${told} of ${runs}`);
});

test('samples are bounded', () => {
  throws(() => rankTest([], [1]), RangeError);
  throws(() => rankTest([1], new Array(65).fill(1)), RangeError);
  const many = Array.from({ length: 64 }, (_, i) => i);
  ok(rankTest(many, many) === 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CAPITAL_PROBABILITY,
  type PolwFigures,
  simulatePolw,
  simulatePolwPeak,
} from '../../../polw/simulate/simulate.js';
import { ALPH } from '../../../protocol/emission.js';
import { hashrateOfTarget, targetOfBits } from '../../../protocol/target.js';
import { readVectors } from '../../support/vectors.js';

const EH = 2n ** 60n;
const TIMESTAMP_MS = 1_795_000_000_000n;
const BLOCK_TIME_MS = 8_000;

const at = (milliEH: bigint, poolShare = 0.05): PolwFigures =>
  simulatePolw({ hashesPerSecond: (milliEH * EH) / 1000n, poolShare, timestampMs: TIMESTAMP_MS });
const alph = (amount: bigint, digits: number): string => (Number(amount) / Number(ALPH)).toFixed(digits);

// In EH/s of 2^60: burnt and net reward of a block, and what a pool of 5 % has tied up, worked out apart from this code.
for (const [milliEH, burnt, netReward, tiedUp] of [
  [1100n, '0.0538', '0.0846', '161'],
  [1500n, '0.0742', '0.0318', '223'],
  [2000n, '0.0673', '0.0192', '202'],
  [3000n, '0.0540', '0.0116', '162'],
  [8000n, '0.0234', '0.0038', '70'],
] as const) {
  test(`a pool of 5 % at ${Number(milliEH) / 1000} EH/s`, () => {
    const figures = at(milliEH);
    assert.deepEqual([alph(figures.burnt, 4), alph(figures.netReward, 4)], [burnt, netReward]);
    // The table sums rounded amounts: an atto more or less decides about the last digit.
    assert.ok(Math.abs(Number(alph(figures.tiedUp, 1)) - Number(tiedUp)) <= 0.5, alph(figures.tiedUp, 1));
    assert.deepEqual([figures.blocks, figures.blocksPerChain, figures.active], [3000, 187.5, true]);
    assert.equal(figures.burnt + figures.netReward, figures.reward);
  });
}

const { emission } = readVectors<{
  emission: { targetBits: string; timestamp: string; kind: string; miningReward: string; burnt: string }[];
}>('polw');

for (const { targetBits, timestamp, kind, miningReward, burnt } of emission) {
  test(`what the full node burns is simulated: ${kind} at ${targetBits}, time ${timestamp}`, () => {
    const target = targetOfBits(Number.parseInt(targetBits, 16));
    const hashesPerSecond = hashrateOfTarget(target, BLOCK_TIME_MS);
    const figures = simulatePolw({ hashesPerSecond, poolShare: 1, timestampMs: BigInt(timestamp) });
    assert.equal(figures.active, kind === 'PoLW');
    // A target is a hashrate rounded down, and back: some parts in 2^15 of a step.
    const near = (found: bigint, expected: bigint): void =>
      assert.ok(
        (found > expected ? found - expected : expected - found) * 2000n <= expected,
        `${found} ${expected}`,
      );
    near(figures.burnt, BigInt(burnt));
    near(figures.reward, BigInt(miningReward));
  });
}

test('below the threshold nothing is burnt, and no capital needed', () => {
  const figures = at(999n);
  assert.deepEqual(
    [figures.active, figures.burnt, figures.capital, figures.tiedUp, figures.energySaved, figures.mostGas],
    [false, 0n, 0n, 0n, 0, 0n],
  );
  assert.equal(figures.netReward, figures.reward);
  assert.ok(figures.netReward > 0n);
});

test('the capital is what 16 Poisson distributions do not pass together', () => {
  const { mostBlocksPerChain, capital, capitalPerChain, burnt, mostGas } = at(3000n);
  const joint = (most: number): number => cumulated(187.5, most) ** 16;
  assert.ok(joint(mostBlocksPerChain) >= CAPITAL_PROBABILITY);
  assert.ok(joint(mostBlocksPerChain - 1) < CAPITAL_PROBABILITY);
  assert.equal(capital, 16n * capitalPerChain);
  assert.equal(capitalPerChain, BigInt(mostBlocksPerChain) * (burnt + mostGas) + ALPH / 1000n);
});

test('a small pool needs more for each of its blocks', () => {
  const [large, small] = [at(3000n, 0.05), at(3000n, 0.0005)];
  assert.ok(
    Number(small.capital) / Number(small.tiedUp) > 2 * (Number(large.capital) / Number(large.tiedUp)),
  );
});

test('the gas of a coinbase is free as a rule, and small at most', () => {
  const { usualGas, mostGas } = at(3000n);
  // 3 inputs, 5 outputs: 31,560 of gas, of which 20,000 are free.
  assert.deepEqual([usualGas, mostGas], [0n, 11_560n * 10n ** 9n]);
});

test('seven eighths of the energy are saved in the end', () => {
  const saved = [1001n, 1500n, 3000n, 100_000n].map((milliEH) => at(milliEH).energySaved);
  assert.deepEqual(
    saved,
    saved.toSorted((a, b) => a - b),
  );
  assert.ok(saved[0]! < 0.01 && saved.at(-1)! > 0.87 && saved.at(-1)! < 0.875);
  // 8 x 3 - 7 = 17 EH/s of plain work.
  assert.ok(Math.abs(saved[2]! - (1 - 3 / 17)) < 1e-4);
  assert.ok(Math.abs(Number(at(3000n).equivalentHashesPerSecond / (EH / 1000n)) - 17_000) < 2);
});

test('the peak is not passed at any hashrate', () => {
  const peak = simulatePolwPeak({ poolShare: 0.05, timestampMs: TIMESTAMP_MS });
  assert.ok(peak.hashesPerSecond > (14n * EH) / 10n && peak.hashesPerSecond < (16n * EH) / 10n);
  for (let milliEH = 1000n; milliEH < 130_000n; milliEH += 37n) {
    const { burnt } = at(milliEH);
    assert.ok(burnt * 9999n <= peak.burnt * 10_000n, `${milliEH}: ${burnt}`);
  }
});

test('what a day moves between two chains grows with its blocks, root by root', () => {
  const { driftPerDay, burnt } = at(3000n, 1);
  // 10,800 blocks a day on each chain.
  assert.equal(alph(driftPerDay, 6), alph(BigInt(Math.round(Number(burnt) * Math.sqrt(21_600))), 6));
});

for (const [hashesPerSecond, poolShare, words] of [
  [0n, 0.05, /"hashesPerSecond" expected at least 1, got 0/],
  [-1n, 0.05, /"hashesPerSecond"/],
  [EH, 0, /"poolShare" expected a number above 0, at most 1, got 0/],
  [EH, 1.01, /"poolShare"/],
  [EH, Number.NaN, /"poolShare"/],
] as const) {
  test(`out of range: ${hashesPerSecond} H/s, share ${poolShare}`, () => {
    assert.throws(() => simulatePolw({ hashesPerSecond, poolShare, timestampMs: TIMESTAMP_MS }), {
      name: 'RangeError',
      message: words,
    });
  });
}

/** Probability that a Poisson distribution does not pass a count, summed from its most likely values outwards. */
function cumulated(mean: number, count: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return sum;
}

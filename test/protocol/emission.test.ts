import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  blockReward,
  blockTimeMsOf,
  eraAt,
  loweredEmission,
  MAINNET_EMISSION,
  mainReward,
  miningReward,
  rewardByHashrate,
  rewardByTime,
  uncleReward,
} from '../../protocol/emission.js';
import { isPolwActive, netRewardOf, polwTermsOf } from '../../protocol/polw.js';
import { bitsOfHashrate, targetOfBits } from '../../protocol/target.js';
import { readVectors } from '../support/vectors.js';

interface EmissionCase {
  readonly kind: 'PoW' | 'PoLW';
  readonly blockTimeMs: number;
  readonly timestampMs: string;
  readonly targetBits: string;
  readonly polwTarget?: string;
  readonly miningReward: string;
  readonly netReward: string;
  readonly mainChainReward: string;
  readonly uncleRewards: readonly string[];
  readonly blockRewardNoUncle: string;
  readonly coinbaseOutput0NoUncle: string;
  readonly coinbaseOutput0OneUncleAge1: string;
}

const { launchTimestampMs, cases } = readVectors<{ launchTimestampMs: string; cases: EmissionCase[] }>(
  'emission',
);

test('the launch is the recorded one', () => {
  assert.equal(MAINNET_EMISSION.launchTimestampMs, BigInt(launchTimestampMs));
});

for (const row of cases) {
  const { kind, blockTimeMs, targetBits } = row;
  test(`${kind} reward at ${blockTimeMs} ms, target ${targetBits}, time ${row.timestampMs}`, () => {
    const target = targetOfBits(Number.parseInt(targetBits, 16));
    const block = { target, timestampMs: BigInt(row.timestampMs), blockTimeMs };
    const terms = polwTermsOf(block);
    assert.equal(isPolwActive(target, blockTimeMs), kind === 'PoLW');
    assert.equal(terms?.polwTarget, row.polwTarget && BigInt(row.polwTarget));
    const reward = terms?.reward ?? miningReward(block);
    assert.equal(reward, BigInt(row.miningReward));
    assert.equal(netRewardOf(block), BigInt(row.netReward));
    if (kind === 'PoW') assert.equal(row.netReward, row.miningReward);
    // Rows of 64 s have the split of Rhone as well, though no such block exists.
    const main = mainReward(BigInt(row.netReward), blockTimeMs === 8000 ? 'danube' : 'rhone');
    assert.equal(main, BigInt(row.mainChainReward));
    const uncles = row.uncleRewards.map((_, i) => uncleReward(main, i + 1));
    assert.deepEqual(uncles, row.uncleRewards.map(BigInt));
    assert.equal(blockReward(main), BigInt(row.blockRewardNoUncle));
    const burnt = reward - BigInt(row.netReward);
    assert.equal(blockReward(main) + burnt, BigInt(row.coinbaseOutput0NoUncle));
    assert.equal(blockReward(main, [uncles[0]!]) + burnt, BigInt(row.coinbaseOutput0OneUncleAge1));
  });
}

test('eras begin at their activation, to the millisecond', () => {
  const { rhoneTimestampMs, danubeTimestampMs } = MAINNET_EMISSION;
  assert.equal(eraAt(rhoneTimestampMs - 1n), 'leman');
  assert.equal(eraAt(rhoneTimestampMs), 'rhone');
  assert.equal(eraAt(danubeTimestampMs - 1n), 'rhone');
  assert.equal(eraAt(danubeTimestampMs), 'danube');
  assert.deepEqual(
    ['leman', 'rhone', 'danube'].map((era) => blockTimeMsOf(era as 'leman')),
    [64000, 16000, 8000],
  );
  assert.equal(mainReward(10n ** 18n, 'leman'), 10n ** 18n);
});

test('hashrate constants lowered together keep the form of the curve', () => {
  const lowered = {
    ...MAINNET_EMISSION,
    peakHashrateLog2: 12,
    stableHashrateLog2: 22,
    endHashrateLog2: 29,
  };
  assert.deepEqual(loweredEmission(38), lowered);
  for (const [log2, expected] of [
    [12, 60n],
    [17, 40n],
    [22, 20n],
    [29, 0n],
  ] as const) {
    const reward = rewardByHashrate(8000, targetOfBits(bitsOfHashrate(2n ** BigInt(log2), 8000)), lowered);
    assert.equal(reward, (expected * 10n ** 18n) / 128n, `2^${log2} H/s`);
  }
});

test('rewards never rise with time, nor with hashrate past the peak, and stay within their bounds', () => {
  const initial = (60n * 10n ** 18n) / 128n;
  const timestamp = fc.bigInt(MAINNET_EMISSION.launchTimestampMs, 2n ** 43n);
  fc.assert(
    fc.property(timestamp, timestamp, (a, b) => {
      const [early, late] = a < b ? [a, b] : [b, a];
      const [first, second] = [rewardByTime(8000, early), rewardByTime(8000, late)];
      assert.ok(second <= first && first <= initial && second >= initial / 3n);
    }),
  );
  const hashrate = fc.bigInt(2n ** 51n, 2n ** 69n);
  fc.assert(
    fc.property(hashrate, hashrate, (a, b) => {
      const [low, high] = (a < b ? [a, b] : [b, a]).map((rate) =>
        rewardByHashrate(8000, targetOfBits(bitsOfHashrate(rate, 8000))),
      );
      assert.ok(high! <= low! && low! <= initial && high! >= 0n);
    }),
  );
});

test('values out of range are refused', () => {
  assert.throws(() => rewardByTime(8000, MAINNET_EMISSION.launchTimestampMs - 1n), RangeError);
  assert.throws(() => rewardByTime(1023, MAINNET_EMISSION.launchTimestampMs), RangeError);
  assert.ok(rewardByTime(1024, MAINNET_EMISSION.launchTimestampMs) > 0n);
  for (const difference of [0, 8, -1, 1.5, Number.NaN]) {
    assert.throws(() => uncleReward(1n, difference), RangeError);
  }
});

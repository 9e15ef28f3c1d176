import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BlockNeed, type CoinPlan, changeOf, planCoins } from '../../../polw/builder/coin-plan.js';
import type { Coin } from '../../../polw/fund/fund-block.js';
import { mainReward } from '../../../protocol/emission.js';
import { type PolwTerms, polwTermsOf } from '../../../protocol/polw.js';
import { polwGasFee } from '../../../protocol/polw-coinbase.js';
import { bitsOfHashrate, targetOfBits } from '../../../protocol/target.js';
import { MIN_OUTPUT_AMOUNT } from '../../../protocol/transaction.js';
import { SHIFTED, SOME_TIME_MS } from '../../support/polw-templates.js';
import { seededRandom } from '../../support/seeded-random.js';
import { readVectors } from '../../support/vectors.js';

const { coinbases } = readVectors<{ coinbases: { targetBits: string; timestamp: string }[] }>('polw');

/** Of the recorded coinbases, at 1 to 128 EH/s, and of the network of the recorded blocks, at 1 to 100 times its threshold. */
const ALL_TERMS: PolwTerms[] = [
  ...coinbases.map(({ targetBits, timestamp }) =>
    polwTermsOf({
      target: targetOfBits(Number.parseInt(targetBits, 16)),
      timestampMs: BigInt(timestamp),
      blockTimeMs: 8_000,
    }),
  ),
  ...[1.02, 1.5, 3, 10, 100].map((times) => {
    const target = targetOfBits(bitsOfHashrate(BigInt(Math.round(times * 2 ** 22)), 8_000));
    return polwTermsOf({ target, timestampMs: BigInt(SOME_TIME_MS), blockTimeMs: 8_000 }, SHIFTED);
  }),
].map((terms) => terms!);
/** Those at which something is burnt. */
const BURNING = ALL_TERMS.filter(({ burnt }) => burnt > 10n ** 16n);

const coin = (amount: bigint, i: number): Coin => ({
  key: `${i}`.padStart(64, '0'),
  hint: 1,
  amount,
  lockTimeMs: 0,
});
const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** Inputs are exactly what is burnt, paid for gas and given back, and nothing given back is dust. */
function assertBalanced(plan: CoinPlan, need: BlockNeed): readonly bigint[] {
  const change = changeOf(plan, need)!;
  const fee = polwGasFee(plan.inputs.length, 1 + need.uncles + change.length);
  assert.equal(sumOf(plan.inputs.map(({ amount }) => amount)), need.burnt + fee + sumOf(change));
  assert.ok(change.length <= 2);
  assert.ok(change.every((amount) => amount >= MIN_OUTPUT_AMOUNT));
  return change;
}

const anyCoins = fc
  .array(fc.bigInt(10n ** 15n, 10n ** 18n), { maxLength: 30 })
  .map((amounts) => amounts.map(coin));
const anyNeed = fc.record({
  burnt: fc.constantFrom(...ALL_TERMS.map(({ burnt }) => burnt)),
  uncles: fc.integer({ min: 0, max: 2 }),
});

test('any coins: a plan that balances to the atto, or the three largest are too little', () => {
  let [plans, refusals] = [0, 0];
  fc.assert(
    fc.property(anyCoins, anyNeed, (coins, need) => {
      const plan = planCoins(coins, need);
      const largest = coins.toSorted((a, b) => (a.amount > b.amount ? -1 : 1)).slice(0, 3);
      if (plan === undefined) {
        refusals++;
        const sums = largest.map((_, i) => largest.slice(0, i + 1));
        for (const inputs of sums) assert.equal(changeOf({ inputs, second: undefined }, need), undefined);
        return;
      }
      plans++;
      assert.ok(plan.inputs.length >= 1 && plan.inputs.length <= 3);
      assert.equal(new Set(plan.inputs).size, plan.inputs.length);
      assert.ok(plan.inputs.every((input) => coins.includes(input)));
      assert.equal(plan.inputs[0]!.amount, largest[0]!.amount);
      assertBalanced(plan, need);
    }),
    { numRuns: 500 },
  );
  assert.ok(plans > 100 && refusals > 10);
});

test('the same coins in another order make the same plan', () => {
  fc.assert(
    fc.property(anyCoins, anyNeed, (coins, need) => {
      assert.deepEqual(planCoins(coins.toReversed(), need), planCoins(coins, need));
    }),
  );
});

test('a plan serves a refresh that burns a little more or less, or pays another uncle', () => {
  const coins = [10n, 3n, 2n].map((alph, i) => coin(alph * 10n ** 17n, i));
  const plan = planCoins(coins, { burnt: 7n * 10n ** 16n, uncles: 0 })!;
  for (const burnt of [69n, 70n, 71n])
    for (const uncles of [0, 1, 2]) {
      const change = assertBalanced(plan, { burnt: burnt * 10n ** 15n, uncles });
      assert.equal(change[1], plan.second);
    }
});

test('change of nothing is none, and change that would be dust is none that serves', () => {
  const burnt = 10n ** 16n;
  const exact = burnt + polwGasFee(1, 1);
  assert.deepEqual(changeOf(planCoins([coin(exact, 0)], { burnt, uncles: 0 })!, { burnt, uncles: 0 }), []);
  for (const more of [-1n, 1n, MIN_OUTPUT_AMOUNT - 1n])
    assert.equal(planCoins([coin(exact + more, 0)], { burnt, uncles: 0 }), undefined, `${more}`);
  const least = burnt + polwGasFee(1, 2) + MIN_OUTPUT_AMOUNT;
  assert.equal(planCoins([coin(least - 1n, 0)], { burnt, uncles: 0 }), undefined);
  const plan = planCoins([coin(least, 0)], { burnt, uncles: 0 })!;
  assert.deepEqual(changeOf(plan, { burnt, uncles: 0 }), [MIN_OUTPUT_AMOUNT]);
  // The next coin makes up for it.
  const two = planCoins([coin(exact + 1n, 0), coin(MIN_OUTPUT_AMOUNT, 1)], { burnt, uncles: 0 })!;
  assert.equal(two.inputs.length, 2);
  // A second output that has become too much is left out.
  const split = { inputs: [coin(least, 0)], second: MIN_OUTPUT_AMOUNT };
  assert.deepEqual(changeOf(split, { burnt, uncles: 0 }), [MIN_OUTPUT_AMOUNT]);
});

test('no coins, or thousands of dust, are no plan', () => {
  const need = { burnt: 7n * 10n ** 16n, uncles: 0 };
  assert.equal(planCoins([], need), undefined);
  assert.equal(
    planCoins(
      Array.from({ length: 5_000 }, (_, i) => coin(MIN_OUTPUT_AMOUNT, i)),
      need,
    ),
    undefined,
  );
});

/** Plays blocks on one chain: what was burnt and earned comes back some blocks later as a small coin. */
function play(start: readonly bigint[], terms: PolwTerms, blocks: number, random: () => number): Coin[] {
  let ids = 1_000;
  let coins = start.map(coin);
  const onTheWay: { at: number; amount: bigint }[] = [];
  for (let block = 0; block < blocks; block++) {
    const due = onTheWay.filter(({ at }) => at <= block);
    for (const arrived of due) {
      onTheWay.splice(onTheWay.indexOf(arrived), 1);
      coins = [...coins, coin(arrived.amount, ids++)];
    }
    const need = { burnt: terms.burnt, uncles: Math.floor(random() * 3) };
    const plan = planCoins(coins, need);
    assert.ok(plan, `block ${block}: ${coins.map(({ amount }) => amount)}`);
    const change = assertBalanced(plan, need);
    coins = [
      ...coins.filter((one) => !plan.inputs.includes(one)),
      ...change.map((amount) => coin(amount, ids++)),
    ];
    const amount = terms.burnt + mainReward(terms.netReward, 'danube');
    onTheWay.push({ at: block + 20 + Math.floor(random() * 20), amount });
  }
  return coins;
}

for (const [what, start] of [
  ['one deposit', [120n]],
  ['forty small ones', Array.from({ length: 40 }, () => 3n)],
  ['a few of all sizes', [50n, 30n, 20n, 1n, 1n, 18n]],
] as const) {
  test(`from ${what} to 4 to 8 outputs of a useful size, at every hashrate`, () => {
    const random = seededRandom(start.length);
    for (const terms of BURNING) {
      const coins = play(
        start.map((times) => times * terms.burnt),
        terms,
        300,
        random,
      );
      const useful = coins.filter(({ amount }) => amount >= 3n * terms.burnt).length;
      assert.ok(useful >= 4 && useful <= 8, `${useful} useful of ${coins.length} at ${terms.burnt}`);
      assert.ok(coins.length <= 16);
    }
  });
}

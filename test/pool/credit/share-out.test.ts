import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareOut } from '../../../pool/credit/share-out.js';

const ALPH = 10n ** 18n;

/** Work of up to six accounts, among them none at all and very much. */
const anyWork = fc.array(fc.bigInt({ min: 0n, max: 2n ** 80n }), { minLength: 1, maxLength: 6 });
const anyReward = fc.bigInt({ min: 0n, max: 10n ** 27n });
const anyFee = fc.integer({ min: 0, max: 1_000_000 });

function byAccount(works: readonly bigint[]): Map<string, bigint> {
  return new Map(works.map((work, index) => [`0${index}`, work]));
}

test('a reward is shared out by work, and what is left by rounding is the remainder', () => {
  const { credits, fee, remainder } = shareOut(byAccount([1n, 2n, 0n]), 10n, 100_000);
  assert.deepEqual(
    [...credits],
    [
      ['00', 3n],
      ['01', 6n],
    ],
  );
  assert.equal(fee, 1n);
  assert.equal(remainder, 0n);
  assert.equal(shareOut(byAccount([1n, 1n, 1n]), 10n, 0).remainder, 1n);
});

test('a fee of 0.0001 % is taken exactly, and rounded down', () => {
  assert.equal(shareOut(byAccount([1n]), 3n * ALPH + 999_999n, 1).fee, 3n * 10n ** 12n);
});

test('where nobody worked, nobody is credited', () => {
  const { credits, fee, remainder } = shareOut(new Map([['00', 0n]]), ALPH, 10_000);
  assert.equal(credits.size, 0);
  assert.equal(fee + remainder, ALPH);
});

test('credits, fee and remainder are the reward, and the remainder is less than one attoALPH an account', () => {
  fc.assert(
    fc.property(anyWork, anyReward, anyFee, (works, reward, millionths) => {
      const { credits, fee, remainder } = shareOut(byAccount(works), reward, millionths);
      const sum = [...credits.values()].reduce((total, credit) => total + credit, 0n);
      assert.equal(sum + fee + remainder, reward);
      if (works.some((work) => work > 0n)) assert.ok(remainder < BigInt(works.length));
      assert.ok(remainder >= 0n && fee >= 0n);
    }),
  );
});

test('more work never earns less, and the order of accounts changes nothing', () => {
  fc.assert(
    fc.property(
      anyWork,
      fc.bigInt({ min: 0n, max: 2n ** 80n }),
      anyReward,
      anyFee,
      (works, more, reward, fee) => {
        const before = shareOut(byAccount(works), reward, fee).credits;
        const grown = shareOut(byAccount([works[0]! + more, ...works.slice(1)]), reward, fee).credits;
        assert.ok((grown.get('00') ?? 0n) >= (before.get('00') ?? 0n));
        const turned = shareOut(new Map([...byAccount(works)].reverse()), reward, fee).credits;
        assert.deepEqual(new Map([...turned].sort()), new Map([...before].sort()));
      },
    ),
  );
});

test('bad terms are refused', () => {
  assert.throws(() => shareOut(new Map([['00', 1n]]), -1n, 0), /"reward" expected at least 0/);
  assert.throws(() => shareOut(new Map([['00', -1n]]), 1n, 0), /"work" of 00 expected at least 0/);
  for (const fee of [-1, 0.5, 1_000_001, Number.NaN])
    assert.throws(() => shareOut(new Map(), 1n, fee), /"feeMillionths" expected 0 to 1000000/);
});

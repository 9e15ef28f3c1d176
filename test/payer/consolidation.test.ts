import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  FEW_COINS,
  LEAST_PART,
  MANY_COINS,
  outputsWarning,
  planConsolidation,
  SPARED_COINS,
} from '../../payer/consolidation.js';
import { createTransfer, transferFee } from '../../protocol/transfer.js';
import { ALPH, coinsOf, keyOf, sumOf, walletKeys } from '../support/round-lab.js';

const { publicKey, address } = walletKeys[0]!;
const COINBASE = 144n * 10n ** 15n;

/** Plans, and checks what must be true of every plan. @returns how many inputs and outputs its transfers have */
function planned(amounts: readonly bigint[], coming?: number): [number, number][] {
  const coins = coinsOf(amounts);
  const plan = planConsolidation(coins, coming);
  const spent = new Set<string>();
  for (const { inputs, outputs, fee } of plan) {
    const destinations = outputs.map((amount) => ({ address, amount }));
    const transfer = createTransfer({
      networkId: 4,
      publicKey,
      inputs,
      destinations,
      change: 0n,
      timestampMs: 1n,
    });
    assert.equal(transfer.fee, fee);
    for (const coin of inputs) {
      assert.ok(coins.includes(coin) && !spent.has(keyOf(coin)));
      spent.add(keyOf(coin));
    }
  }
  const left = coins.filter((coin) => !spent.has(keyOf(coin)));
  const largestSpent = plan
    .filter(({ kind }) => kind === 'merge')
    .flatMap(({ inputs }) => inputs.map(({ amount }) => amount));
  for (const amount of largestSpent)
    assert.ok(
      left.every((coin) => coin.amount >= amount),
      'a larger one is merged',
    );
  return plan.map(({ inputs, outputs }) => [inputs.length, outputs.length]);
}

test('as long as they are neither many nor few nothing is done', () => {
  for (const count of [FEW_COINS, 20, MANY_COINS])
    assert.deepEqual(planned(new Array(count).fill(100n * ALPH)), []);
});

test('the smallest of many are merged, the largest are left for payouts', () => {
  assert.deepEqual(planned([...new Array(60).fill(COINBASE), ...new Array(5).fill(100n * ALPH)]), [
    [65 - SPARED_COINS, 1],
  ]);
  assert.deepEqual(planned(new Array(300).fill(COINBASE)), [[256, 1]]);
  const many = planned(new Array(5000).fill(COINBASE));
  assert.equal(many.length, 20);
  const after = 5000 - many.reduce((sum, [inputs]) => sum + inputs - 1, 0);
  assert.ok(after >= FEW_COINS && after <= MANY_COINS, `${after} are left`);
});

test('a day of blocks costs a seventh of a percent to merge', () => {
  const [{ inputs, fee }] = planConsolidation(coinsOf(new Array(300).fill(COINBASE))) as [
    ReturnType<typeof planConsolidation>[0],
  ];
  assert.equal(fee, transferFee(256, 1));
  assert.ok(fee * 700n < sumOf(inputs));
});

test('where there are few, the largest is split into as many as lack, none of them small', () => {
  assert.deepEqual(planned([1000n * ALPH]), [[1, FEW_COINS]]);
  assert.deepEqual(planned([1000n * ALPH, ALPH, ALPH]), [[1, FEW_COINS - 2]]);
  assert.deepEqual(planned([35n * ALPH]), [[1, 3]]);
  assert.deepEqual(planned([2n * LEAST_PART]), []);
  assert.deepEqual(planned([2n * LEAST_PART + transferFee(1, 2)]), [[1, 2]]);
  assert.deepEqual(planned([]), []);
});

test('what is on its way is not made a second time', () => {
  assert.deepEqual(planned([1000n * ALPH], FEW_COINS - 1), []);
  assert.deepEqual(planned([1000n * ALPH], FEW_COINS - 3), [[1, 3]]);
});

test('dust is merged like anything else: each coin is worth more than it costs', () => {
  assert.deepEqual(planned(new Array(100).fill(10n ** 15n)), [[84, 1]]);
});

test('whatever there is, transfers are right and share no coin', () => {
  const amount = fc.oneof(fc.bigInt(10n ** 15n, ALPH), fc.bigInt(ALPH, 500n * ALPH), fc.constant(COINBASE));
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 400, size: 'max' }), fc.nat(10), (amounts, coming) => {
      const plan = planned(amounts, coming);
      const after = amounts.length + plan.reduce((sum, [inputs, outputs]) => sum + outputs - inputs, 0);
      assert.ok(after <= MANY_COINS && after >= Math.min(amounts.length, FEW_COINS));
      if (plan.length > 0) assert.ok(amounts.length > MANY_COINS || amounts.length < FEW_COINS);
    }),
    { numRuns: 40 },
  );
});

test('many outputs at an address are warned of before a node lists them no more', () => {
  assert.equal(outputsWarning(address.text, 2999), undefined);
  assert.equal(
    outputsWarning(address.text, 3000),
    `${address.text} has 3000 outputs: from 5,000 on a full node lists them no more, unless its setting alephium.api.default-utxos-limit is higher`,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planWithdrawal, type WithdrawalSource } from '../../../polw/withdrawal/plan-withdrawal.js';
import type { Withdrawal } from '../../../polw/withdrawal/withdrawal.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { MIN_OUTPUT_AMOUNT } from '../../../protocol/transaction.js';
import { transferFee } from '../../../protocol/transfer.js';
import {
  ALPH,
  coinsOf,
  KEYS,
  NOW_MS,
  orderOf,
  PAYEE,
  sourceOf,
  withdrawalOf,
} from '../../support/withdrawal-lab.js';

const fromsOf = ({ transactions }: Withdrawal): readonly string[] =>
  transactions.map(({ transfer }) => transfer.from.text);
const amountsOf = ({ transactions }: Withdrawal): readonly bigint[] =>
  transactions.map(({ amount }) => amount);
const addressOf = (chain: number): string => KEYS[chain]!.address.text;
const FEE = transferFee(1, 2);

test('the fullest address pays, with its largest coins; the rest goes back to it', () => {
  const withdrawal = withdrawalOf(3n * ALPH, [
    sourceOf(1, [ALPH, ALPH]),
    sourceOf(4, [ALPH, 5n * ALPH, 2n * ALPH]),
    sourceOf(6, [4n * ALPH]),
  ]);
  assert.deepEqual(fromsOf(withdrawal), [addressOf(4)]);
  const [{ inputs, amount, change, transfer, signature }] = withdrawal.transactions as [
    Withdrawal['transactions'][number],
  ];
  assert.deepEqual(
    [inputs.map((input) => input.amount), amount, change, transfer.fee, signature],
    [[5n * ALPH], 3n * ALPH, 2n * ALPH - FEE, FEE, undefined],
  );
  assert.equal(transfer.toGroup, PAYEE.group);
});

test('where one address is not enough, the next fullest follows', () => {
  const withdrawal = withdrawalOf(8n * ALPH, [
    sourceOf(1, [ALPH, ALPH]),
    sourceOf(4, [5n * ALPH]),
    sourceOf(6, [4n * ALPH]),
  ]);
  assert.deepEqual(fromsOf(withdrawal), [addressOf(4), addressOf(6)]);
  assert.deepEqual(amountsOf(withdrawal), [5n * ALPH - FEE, 3n * ALPH + FEE]);
  assert.deepEqual(
    withdrawal.transactions.map(({ change }) => change),
    [0n, ALPH - 2n * FEE],
  );
});

test('what is to be kept stays, change and coins that are not spent counted', () => {
  const spare = withdrawalOf(ALPH, [sourceOf(1, [3n * ALPH], 2n * ALPH - FEE)]);
  assert.equal(spare.transactions[0]!.change, 2n * ALPH - FEE);
  const short = planWithdrawal(orderOf(ALPH, [sourceOf(1, [3n * ALPH], 2n * ALPH - FEE + 1n)]));
  assert.deepEqual(short, { kind: 'short', most: ALPH - 1n });
  const other = withdrawalOf(ALPH, [sourceOf(1, [ALPH + FEE, 3n * ALPH], 3n * ALPH)]);
  assert.equal(other.transactions[0]!.change, 2n * ALPH - FEE);
  // The fuller address has less that is free.
  const least = withdrawalOf(ALPH, [sourceOf(1, [9n * ALPH], 8n * ALPH), sourceOf(2, [3n * ALPH])]);
  assert.deepEqual(fromsOf(least), [addressOf(2)]);
});

test('an amount that leaves nothing needs no change; one that would leave dust leaves more, or is short', () => {
  const exact = withdrawalOf(ALPH, [sourceOf(1, [ALPH + FEE])]);
  assert.deepEqual(
    [exact.transactions[0]!.change, exact.transactions[0]!.transfer.unsigned.outputs.length],
    [0n, 1],
  );
  const dust = [ALPH + FEE + MIN_OUTPUT_AMOUNT - 1n];
  const two = withdrawalOf(ALPH, [sourceOf(1, [...dust, MIN_OUTPUT_AMOUNT])]);
  assert.equal(two.transactions[0]!.change, 2n * MIN_OUTPUT_AMOUNT - 1n);
  const split = withdrawalOf(ALPH, [sourceOf(1, dust), sourceOf(2, [ALPH / 2n])]);
  assert.deepEqual(amountsOf(split), [ALPH - MIN_OUTPUT_AMOUNT, MIN_OUTPUT_AMOUNT]);
  assert.deepEqual(planWithdrawal(orderOf(ALPH, [sourceOf(1, dust)])), {
    kind: 'short',
    most: ALPH - MIN_OUTPUT_AMOUNT,
  });
});

test('locked coins are left alone until the very millisecond', () => {
  const source = (lockTimeMs: number): WithdrawalSource => ({
    ...sourceOf(3, []),
    coins: coinsOf(3, [2n * ALPH], lockTimeMs),
  });
  assert.deepEqual(planWithdrawal(orderOf(ALPH, [source(NOW_MS + 1)])), { kind: 'short', most: 0n });
  assert.equal(withdrawalOf(ALPH, [source(NOW_MS)]).transactions.length, 1);
});

test('an address with more coins than a transaction can spend has several', () => {
  const coins = Array.from({ length: 600 }, () => ALPH / 10n);
  const withdrawal = withdrawalOf(59n * ALPH, [sourceOf(0, coins)]);
  assert.deepEqual(
    withdrawal.transactions.map(({ inputs }) => inputs.length),
    [256, 256, 80],
  );
  const keys = withdrawal.transactions.flatMap(({ inputs }) => inputs.map(({ key }) => bytesToHex(key)));
  assert.equal(new Set(keys).size, keys.length);
});

test('there are 64 transactions at most', () => {
  const coins = Array.from({ length: 65 * 256 }, () => ALPH);
  const plan = planWithdrawal(orderOf(65n * 255n * ALPH, [sourceOf(0, coins)]));
  assert.deepEqual(plan, { kind: 'short', most: 64n * (256n * ALPH - transferFee(256, 1)) });
});

test('dust is not withdrawn, nor is anything sent to a burn address', () => {
  const sources = [sourceOf(0, [ALPH])];
  assert.throws(() => planWithdrawal(orderOf(MIN_OUTPUT_AMOUNT - 1n, sources)), /"amount" expected at least/);
  const order = { ...orderOf(ALPH / 2n, sources), to: KEYS[0]!.address };
  assert.throws(() => planWithdrawal(order), /"to" expected an address that is none of the burn addresses/);
});

const anyCoins = fc.array(
  fc.oneof(
    fc.bigInt(MIN_OUTPUT_AMOUNT, 5n * MIN_OUTPUT_AMOUNT),
    fc.bigInt(MIN_OUTPUT_AMOUNT, 100n * MIN_OUTPUT_AMOUNT),
  ),
  { maxLength: 12 },
);

test('a withdrawal pays what is asked for and leaves what is to be kept, or names an amount that it can pay', () => {
  let planned = 0;
  let short = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyCoins, fc.bigInt(0n, 30n * MIN_OUTPUT_AMOUNT)), { maxLength: 5 }),
      fc.bigInt(MIN_OUTPUT_AMOUNT, 400n * MIN_OUTPUT_AMOUNT),
      (stocks, amount) => {
        const sources = stocks.map(([amounts, keep], chain) => sourceOf(chain, amounts, keep));
        const plan = planWithdrawal(orderOf(amount, sources));
        if (plan.kind === 'short') {
          short++;
          assert.ok(plan.most < amount);
          if (plan.most >= MIN_OUTPUT_AMOUNT)
            assert.equal(planWithdrawal(orderOf(plan.most, sources)).kind, 'withdrawal');
          return;
        }
        planned++;
        const { transactions } = plan.withdrawal;
        assert.equal(
          transactions.reduce((sum, transaction) => sum + transaction.amount, 0n),
          amount,
        );
        for (const [chain, { coins, keep }] of sources.entries()) {
          const mine = transactions.filter(({ transfer }) => transfer.from.text === addressOf(chain));
          const gone = mine.reduce((sum, one) => sum + one.amount + one.transfer.fee, 0n);
          const had = coins.reduce((sum, coin) => sum + coin.amount, 0n);
          assert.ok(mine.length === 0 || had - gone >= keep);
        }
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(planned > 20 && short > 20, `${planned} ${short}`);
});

// createTransfer is the oracle: it refuses sums that are not exact, dust, too many of anything, and two foreign groups.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { batchTransfer } from '../../payer/batch-transfer.js';
import { chooseCoins, sortedCoins } from '../../payer/coins.js';
import { planRound, type RoundOrder, type RoundPlan } from '../../payer/plan-round.js';
import { shareFee } from '../../payer/share-fee.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { createTransfer, transferFee } from '../../protocol/transfer.js';
import {
  ALPH,
  balanceOf,
  CENT,
  coinsOf,
  keyOf,
  OWN,
  orderOf,
  sumOf,
  walletKeys,
} from '../support/round-lab.js';

const NOW_MS = 1_800_000_000_000n;
const NONE = { accounts: 0, amount: 0n };
const NOBODY = { minimum: NONE, own: NONE, coins: NONE, fee: NONE };

/** What must be true of every plan. */
function checkPlan({ balances, coins, feeBearer, own }: RoundOrder, { batches, waiting }: RoundPlan): void {
  const due = new Map(balances.map((balance) => [balance.account, balance]));
  const spent = new Set<string>();
  let paid = 0n;
  let inPart = 0;
  for (const batch of batches) {
    const { fromGroup, toGroup, inputs, payments, change, fee } = batch;
    const transfer = createTransfer(batchTransfer(batch, 4, walletKeys[fromGroup]!.publicKey, NOW_MS));
    assert.equal(transfer.fee, fee);
    assert.ok(payments.length >= 1 && payments.length <= 255);
    for (const coin of inputs) {
      assert.ok(coins[fromGroup]!.includes(coin));
      assert.ok(!spent.has(keyOf(coin)), 'a coin is spent twice');
      spent.add(keyOf(coin));
    }
    for (const payment of payments) {
      const balance = due.get(payment.account)!;
      assert.ok(due.delete(payment.account), 'an account is paid twice');
      assert.deepEqual(payment.address, balance.address);
      assert.ok(payment.owed <= balance.amount);
      if (payment.owed < balance.amount) {
        inPart++;
        assert.equal(payments.length, 1, 'who is paid in part is paid alone');
      }
      assert.equal(payment.address.group, toGroup);
      assert.ok(payment.owed >= balance.minimum && !own.has(payment.address.text));
      paid += payment.owed;
      if (feeBearer === 'pool') assert.equal(payment.paid, payment.owed);
      else assert.ok(4n * (payment.owed - payment.paid) <= payment.owed, 'the fee is more than a quarter');
    }
    const owed = payments.reduce((sum, payment) => sum + payment.owed, 0n);
    assert.equal(sumOf(inputs), owed + change + (feeBearer === 'pool' ? fee : 0n));
    const parts = payments.map((payment) => payment.owed - payment.paid).sort((a, b) => (a < b ? -1 : 1));
    assert.ok(parts.at(-1)! - parts[0]! <= 1n, 'the fee is not shared evenly');
  }
  const kept = Object.values(waiting);
  const positive = balances.filter(({ amount }) => amount > 0n);
  assert.equal(paid + sumOf(kept), sumOf(positive));
  assert.equal(
    batches.reduce((count, { payments }) => count + payments.length, 0) +
      kept.reduce((count, { accounts }) => count + accounts, 0),
    positive.length + inPart,
  );
  // Nobody waits for coins that are there.
  const left = coins.map((list) => sortedCoins(list.filter((coin) => !spent.has(keyOf(coin)))));
  if (waiting.coins.accounts > 0 && waiting.fee.accounts === 0)
    for (const { amount, minimum, address } of due.values()) {
      if (amount < minimum || amount < MIN_OUTPUT_AMOUNT || own.has(address.text)) continue;
      for (const list of left) {
        const missed = chooseCoins(list, { amount, outputs: 1, feeOnTop: feeBearer === 'pool' });
        // Coins that are exactly enough are a matter of luck.
        assert.ok(
          missed === undefined || missed.change === 0n,
          `${amount} is not paid, though there are coins`,
        );
      }
    }
}

function planned(order: RoundOrder): RoundPlan {
  const plan = planRound(order);
  checkPlan(order, plan);
  return plan;
}

test('one miner is paid from the fullest group, by one coin, and gets its change back', () => {
  const order = orderOf(
    [balanceOf(1, 3n * ALPH)],
    [[2n * ALPH], [5n * ALPH, 4n * ALPH, 20n * ALPH], [9n * ALPH], []],
  );
  const { batches, waiting } = planned(order);
  const [batch] = batches;
  assert.equal(batches.length, 1);
  assert.deepEqual([batch!.fromGroup, batch!.toGroup], [1, 1]);
  // The smallest that is enough.
  assert.deepEqual(
    batch!.inputs.map(({ amount }) => amount),
    [4n * ALPH],
  );
  assert.deepEqual([batch!.change, batch!.fee], [ALPH, transferFee(1, 2)]);
  assert.equal(batch!.payments[0]!.paid, 3n * ALPH - transferFee(1, 2));
  assert.deepEqual(waiting, NOBODY);
});

test('where the pool bears the fee, all that is owed arrives', () => {
  const order = orderOf([balanceOf(2, 3n * ALPH)], [[], [], [4n * ALPH], []], 'pool');
  const [batch] = planned(order).batches;
  assert.deepEqual([batch!.payments[0]!.paid, batch!.change], [3n * ALPH, ALPH - transferFee(1, 2)]);
});

test('a coin that is exactly enough leaves no change, and one output less is paid for', () => {
  for (const [feeBearer, amount] of [
    ['miners', 3n * ALPH],
    ['pool', 3n * ALPH + transferFee(1, 1)],
  ] as const) {
    const [batch] = planned(orderOf([balanceOf(0, 3n * ALPH)], [[amount], [], [], []], feeBearer)).batches;
    assert.deepEqual([batch!.change, batch!.fee], [0n, transferFee(1, 1)]);
  }
});

test('change is never dust: another coin is spent, or somebody waits', () => {
  const dust = 10n ** 15n - 1n;
  const [batch] = planned(orderOf([balanceOf(0, ALPH)], [[ALPH + dust, CENT], [], [], []])).batches;
  assert.deepEqual([batch!.inputs.length, batch!.change], [2, dust + CENT]);
  const short = planned(
    orderOf([balanceOf(0, ALPH / 2n), balanceOf(4, ALPH / 2n)], [[ALPH + dust], [], [], []]),
  );
  assert.deepEqual(
    short.batches.map(({ payments }) => payments.length),
    [1],
  );
  assert.deepEqual(short.waiting, { ...NOBODY, coins: { accounts: 1, amount: ALPH / 2n } });
});

test('who is below the minimum waits, and so does who is the pool itself; who owes is left alone', () => {
  const own = { account: 'miner/own', address: walletKeys[2]!.address, amount: ALPH, minimum: CENT };
  const balances = [
    balanceOf(0, CENT - 1n),
    balanceOf(1, CENT),
    balanceOf(2, ALPH, 2, 2n * ALPH),
    balanceOf(3, -ALPH),
    balanceOf(4, 0n),
    own,
  ];
  const { batches, waiting } = planned(orderOf(balances, [[ALPH], [], [], []]));
  assert.deepEqual(
    batches.flatMap(({ payments }) => payments.map(({ account }) => account)),
    ['miner/1'],
  );
  assert.deepEqual(waiting, {
    minimum: { accounts: 2, amount: ALPH + CENT - 1n },
    own: { accounts: 1, amount: ALPH },
    coins: NONE,
    fee: NONE,
  });
});

test('a transaction pays 255 addresses of one group, out of coins of one group', () => {
  const balances = Array.from({ length: 1300 }, (_, i) => balanceOf(i, ALPH, i < 700 ? 3 : 0));
  const coins = Array.from({ length: 10 }, () => 300n * ALPH);
  const { batches, waiting } = planned(orderOf(balances, [coins, coins, coins, coins]));
  assert.deepEqual(batches.map(({ toGroup, payments }) => `${toGroup}: ${payments.length}`).sort(), [
    '0: 255',
    '0: 255',
    '0: 90',
    '3: 190',
    '3: 255',
    '3: 255',
  ]);
  assert.deepEqual(waiting, NOBODY);
  // Spread over the groups by what they have left.
  assert.deepEqual(new Set(batches.map(({ fromGroup }) => fromGroup)), new Set([0, 1, 2, 3]));
});

test('256 coins are the most that a transaction spends: who needs more waits, the others do not', () => {
  const coins = Array.from({ length: 600 }, () => CENT);
  const balances = [balanceOf(0, 256n * CENT + 1n), balanceOf(4, ALPH), balanceOf(8, 255n * CENT)];
  const { batches, waiting } = planned(orderOf(balances, [coins, [], [], []]));
  assert.deepEqual(
    batches.map(({ inputs, payments }) => [inputs.length, payments.map(({ account }) => account)]),
    [
      [100, ['miner/4']],
      [255, ['miner/8']],
      [245, ['miner/0']],
    ],
  );
  assert.deepEqual(waiting.coins, { accounts: 1, amount: 11n * CENT + 1n + MIN_OUTPUT_AMOUNT });
  assert.equal(planned(orderOf([balanceOf(0, 256n * CENT)], [coins, [], [], []])).batches.length, 1);
});

test('who can be paid by no group alone is paid in part by the fullest one, after all others, round after round', () => {
  const coins = [[2n * ALPH], [ALPH, 2n * ALPH], [ALPH / 20n], [4n * ALPH]];
  const { batches, waiting } = planned(orderOf([balanceOf(0, 7n * ALPH), balanceOf(1, 2n * ALPH)], coins));
  assert.deepEqual(
    batches.map(({ fromGroup, payments }) => [fromGroup, payments.map(({ account }) => account)]),
    [
      [3, ['miner/1']],
      [1, ['miner/0']],
    ],
  );
  assert.deepEqual(waiting.coins, { accounts: 1, amount: 4n * ALPH + MIN_OUTPUT_AMOUNT });
  // No more than its minimum is left anywhere.
  const few = planned(orderOf([balanceOf(0, 7n * ALPH, 0, ALPH / 10n)], [[], [], [ALPH / 10n], []]));
  assert.deepEqual([few.batches, few.waiting.coins.amount], [[], 7n * ALPH]);
});

test('who would lose more than a quarter to the fee waits', () => {
  const coins = Array.from({ length: 256 }, () => 10n ** 15n);
  const { batches, waiting } = planned(orderOf([balanceOf(0, 20n * 10n ** 15n)], [coins, [], [], []]));
  assert.deepEqual([batches.length, waiting.fee], [1, NONE]);
  const small = planned(
    orderOf([balanceOf(0, 16n * 10n ** 15n, 0), balanceOf(4, 5n * 10n ** 15n, 0, 1n)], [[], [], [], [ALPH]]),
  );
  assert.equal(small.batches.length, 1);
  const alone = planned(orderOf([balanceOf(4, 5n * 10n ** 15n, 0, 1n)], [[], [], [], [ALPH]]));
  assert.deepEqual([alone.batches.length, alone.waiting.fee], [0, { accounts: 1, amount: 5n * 10n ** 15n }]);
  assert.equal(
    planned(orderOf([balanceOf(4, 5n * 10n ** 15n, 0, 1n)], [[], [], [], [ALPH]], 'pool')).batches.length,
    1,
  );
});

test('without coins all wait', () => {
  const { batches, waiting } = planned(orderOf([balanceOf(0, ALPH), balanceOf(1, ALPH)], [[], [], [], []]));
  assert.deepEqual([batches, waiting.coins], [[], { accounts: 2, amount: 2n * ALPH }]);
});

test('an order that makes no sense is refused', () => {
  const order = orderOf([balanceOf(0, ALPH), balanceOf(0, ALPH)], [[], [], [], []]);
  assert.throws(() => planRound(order), {
    name: 'RangeError',
    message: /expected each account once, got miner\/0 twice/,
  });
  const groups = { balances: [], coins: [[], []], feeBearer: 'pool', own: OWN } as const;
  assert.throws(() => planRound(groups), {
    name: 'RangeError',
    message: /"coins" expected those of 4 groups, got 2/,
  });
});

const amounts = fc.oneof(
  fc.bigInt(10n ** 15n, 4n * 10n ** 15n),
  fc.bigInt(CENT - 10n, CENT + 10n),
  fc.bigInt(1n, 50n * ALPH),
  fc.constantFrom(ALPH, ALPH / 2n, 10n ** 15n, 10n ** 27n),
);
const coinAmounts = fc.oneof(
  fc.bigInt(10n ** 15n, CENT),
  fc.bigInt(CENT, 20n * ALPH),
  fc.constantFrom(ALPH, ALPH + 10n ** 15n, ALPH + 1n, 10n ** 15n, 10n ** 27n),
);

test('whatever is owed and whatever coins there are: sums are exact, nothing is spent or paid twice, nobody waits in vain', () => {
  const list = (arbitrary: fc.Arbitrary<bigint>, maxLength: number) =>
    fc.array(arbitrary, { maxLength, size: 'max' });
  const groups = fc.tuple(...Array.from({ length: 4 }, () => list(coinAmounts, 60)));
  const owed = fc.array(fc.tuple(amounts, fc.nat(3), fc.constantFrom(CENT, 1n, ALPH)), {
    maxLength: 600,
    size: 'max',
  });
  fc.assert(
    fc.property(
      owed,
      groups,
      fc.constantFrom('miners' as const, 'pool' as const),
      (all, coins, feeBearer) => {
        const balances = all.map(([amount, group, minimum], i) => balanceOf(i, amount, group, minimum));
        const order = orderOf(balances, coins, feeBearer);
        const plan = planned(order);
        assert.deepEqual(planRound({ ...order, coins: order.coins.map((each) => each.toReversed()) }), plan);
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
});

test('few coins are chosen, and always enough', () => {
  fc.assert(
    fc.property(
      fc.array(coinAmounts, { maxLength: 300, size: 'max' }),
      amounts,
      fc.boolean(),
      (list, amount, feeOnTop) => {
        const coins = sortedCoins(coinsOf(list));
        const choice = chooseCoins(coins, { amount, outputs: 1, feeOnTop });
        const largest = coins.slice(-256);
        const costs = amount + (feeOnTop ? transferFee(largest.length, 2) : 0n) + 10n ** 15n;
        if (choice === undefined) return assert.ok(sumOf(largest) < costs);
        const { inputs, change, fee } = choice;
        assert.equal(sumOf(inputs), amount + change + (feeOnTop ? fee : 0n));
        assert.equal(fee, transferFee(inputs.length, change === 0n ? 1 : 2));
        // Without any of them it would not have been enough.
        const smallest = inputs.reduce((a, b) => (a.amount < b.amount ? a : b));
        if (inputs.length > 1) assert.ok(change - smallest.amount < 2n * 10n ** 15n);
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
});

test('a fee is shared to the last atto', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 18n), fc.integer({ min: 1, max: 255 }), (fee, count) => {
      const parts = shareFee(fee, count);
      assert.equal(
        parts.reduce((sum, part) => sum + part, 0n),
        fee,
      );
      assert.ok(parts.length === count && parts[0]! - parts.at(-1)! <= 1n);
    }),
  );
});

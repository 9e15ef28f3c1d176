// Transactions that pay no miner: coins joined, split, moved, taken out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group } from '../../../ledger/accounts.js';
import type { PreparedTransfer } from '../../../payer/intents/intent-desk-port.js';
import type { Address } from '../../../protocol/address.js';
import { hexToBytes } from '../../../protocol/bytes.js';
import { transferFee } from '../../../protocol/transfer.js';
import { type IntentLab, intentLab } from '../../support/intent-lab.js';
import { ALPH, addressOf, walletKeys } from '../../support/round-lab.js';

const NOBODY = addressOf(99);
const own = (group: number): Address => walletKeys[group]!.address;

/** Spends the free coins of group 0. The rest of what destinations get is change. */
async function prepared(
  lab: IntentLab,
  kind: PreparedTransfer['kind'],
  destinations: readonly Address[],
  each: bigint,
  isExact = false,
): Promise<PreparedTransfer> {
  const coins = await lab.ledger.coins(0, undefined, 100);
  const inputs = coins.map(({ key, amount }) => ({ key: hexToBytes(key), amount, lockTimeMs: 0n }));
  const sum = coins.reduce((total, { amount }) => total + amount, 0n);
  const outputs = destinations.length + (isExact ? 0 : 1);
  const left = sum - transferFee(inputs.length, outputs) - each * BigInt(destinations.length);
  return {
    kind,
    fromGroup: 0,
    toGroup: (destinations.find(({ group }) => group !== 0)?.group ?? 0) as Group,
    parts: {
      networkId: 4,
      publicKey: walletKeys[0]!.publicKey,
      inputs,
      destinations: destinations.map((address, i) => ({
        address,
        amount: each + (isExact && i === 0 ? left : 0n),
      })),
      change: isExact ? 0n : left,
      timestampMs: BigInt(lab.nowMs),
    },
    payments: [],
  };
}

const KINDS = [
  ['merge', [own(0)], 0n, true, { fees: transferFee(3, 1) }],
  ['split', [own(0), own(0), own(0)], 2n * ALPH, true, { fees: transferFee(3, 3) }],
  ['move', [own(2)], 3n * ALPH, false, { fees: transferFee(3, 2), 'wallet/2/spendable': 3n * ALPH }],
  ['withdrawal', [NOBODY], 3n * ALPH, false, { fees: transferFee(3, 2), withdrawals: 3n * ALPH }],
] as const;

for (const [kind, destinations, each, isExact, accounts] of KINDS) {
  test(`${kind}: booked once it is paid, taken back by a reorganisation, and booked again`, async () => {
    const lab = await intentLab({ groups: 1, miners: 2, coins: [5n, 3n, 2n] });
    await lab.heal();
    assert.equal(await lab.desk.issue(await prepared(lab, kind, destinations, each, isExact)), 'sent');
    assert.deepEqual(await lab.free(0), [], 'set aside');
    await lab.pass(5_000);
    const expect = async (isPaid: boolean): Promise<void> => {
      for (const [account, amount] of Object.entries(accounts))
        assert.deepEqual(await lab.ledger.balances([account as 'fees']), [isPaid ? amount : 0n], account);
      assert.equal(lab.desk.open()[0]!.isPaid, isPaid);
    };
    lab.chain.mine(6);
    await expect(false);
    await lab.pass(61_000);
    await expect(true);
    lab.chain.reorganise(7, false);
    await lab.pass(61_000);
    await expect(false);
    lab.chain.mine(6);
    await lab.pass(61_000);
    await expect(true);
    await lab.finish();
    assert.deepEqual((await lab.judge()).faults, []);
    const [amount] = [lab.chain.received(NOBODY.text)];
    assert.equal(amount, kind === 'withdrawal' ? 3n * ALPH : 0n);
  });

  test(`${kind}: one that is dead gives its coins back`, async () => {
    const lab = await intentLab({ groups: 1, miners: 2, coins: [5n, 3n, 2n] });
    await lab.heal();
    await lab.desk.issue(await prepared(lab, kind, destinations, each, isExact));
    await lab.pass(5_000);
    const txId = lab.desk.open()[0]!.txId;
    const [first] = await lab.ledger.coins(0, undefined, 1);
    lab.chain.conflict([first!.key], 'theft', txId);
    await lab.finish();
    assert.ok(lab.news.some((news) => news.kind === 'returned' && news.txId === txId));
    assert.deepEqual(
      (await lab.judge()).faults.map(({ fault }) => fault),
      ['missing'],
    );
    await lab.adopt();
    assert.deepEqual((await lab.judge()).faults, []);
    // Started anew, nobody thinks that it was lost.
    lab.start();
    assert.deepEqual(await lab.heal(), { kind: 'whole' });
    assert.deepEqual(lab.desk.open(), []);
  });
}

test('what is no such transaction is refused before anything is written', async () => {
  const lab = await intentLab({ groups: 1, miners: 2, coins: [5n, 3n, 2n] });
  await lab.heal();
  const good = await prepared(lab, 'move', [own(2)], ALPH);
  const payout = (await lab.plan())[0]!;
  const { destinations } = payout.parts;
  for (const [what, wrong] of [
    ['sender', { ...good, fromGroup: 1 as const }],
    ['group of destinations', { ...good, toGroup: 3 as const }],
    ['a move within the group', { ...(await prepared(lab, 'move', [own(0)], ALPH)) }],
    ['a move to two', await prepared(lab, 'move', [own(2), own(2)], ALPH)],
    ['a merge to somebody else', await prepared(lab, 'merge', [NOBODY], ALPH)],
    ['a merge into another group', { ...good, kind: 'merge' as const }],
    ['a withdrawal to the wallet', { ...good, kind: 'withdrawal' as const }],
    ['payments of a move', { ...good, payments: payout.payments }],
    ['a payout without payments', { ...payout, payments: [] }],
    [
      'an account twice',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, account: 'miner/00' })) },
    ],
    [
      'another account than a miner',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, account: 'fees' })) },
    ],
    [
      'more paid than owed',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, owed: one.paid - 1n })) },
    ],
    [
      'another amount than is sent',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, paid: one.paid - 1n })) },
    ],
    [
      'another address than is sent',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, address: NOBODY })) },
    ],
    [
      'more owed than is sent',
      { ...payout, payments: payout.payments.map((one) => ({ ...one, owed: one.owed + ALPH })) },
    ],
    ['sums', { ...good, parts: { ...good.parts, change: good.parts.change + 1n } }],
  ] as const)
    await assert.rejects(lab.desk.issue(wrong), RangeError, what);
  assert.ok(destinations.length > 0);
  assert.deepEqual(lab.lines, []);
  const inputs = good.parts.inputs.map((input) => ({ ...input, amount: input.amount + 1n }));
  const change = good.parts.change + BigInt(inputs.length);
  const wrongAmounts = { ...good, parts: { ...good.parts, inputs, change } };
  assert.equal(await lab.desk.issue(wrongAmounts), 'coins', 'inputs of other amounts');
  assert.equal(await lab.desk.issue(good), 'sent');
  assert.equal(await lab.desk.issue(payout), 'coins', 'its coins are on their way');
});

test('a round of more than is owed is overdrawn, and leaves nothing', async () => {
  const lab = await intentLab({ miners: 1, coins: [5n] });
  await lab.heal();
  const [first] = await lab.plan();
  const again = await intentLab({ miners: 1, coins: [5n], credits: [2n * ALPH] });
  const [larger] = await again.plan();
  assert.equal(await lab.desk.issue(larger!), 'overdrawn');
  assert.deepEqual((await lab.free(larger!.fromGroup)).length, 1);
  assert.equal(await lab.desk.issue(first!), 'sent');
  await lab.pass(5_000);
  await lab.finish();
  assert.deepEqual((await lab.judge()).faults, []);
});

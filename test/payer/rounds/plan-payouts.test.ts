import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minerAccount } from '../../../ledger/accounts.js';
import { maturity, payout } from '../../../ledger/movements.js';
import type { PayerSettings } from '../../../payer/rounds/payer-settings.js';
import { planPayouts } from '../../../payer/rounds/plan-payouts.js';
import { addressOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { bookRewards, creditMiners, moneyCoin } from '../../support/books-with-money.js';
import { LAB_TIME_MS, type LedgerLab, ledgerLab } from '../../support/ledger-lab.js';
import { ALPH, addressOf, CENT, walletKeys } from '../../support/round-lab.js';
import { readVectors } from '../../support/vectors.js';

const WALLET = { networkId: 4, keys: walletKeys };
const SETTINGS: PayerSettings = {
  minimum: ALPH,
  inactiveMinimum: CENT,
  inactiveAfterDays: 30,
  rounds: { everyMs: 1 },
  feeBearer: 'pool',
  most: {},
};
const DAY_MS = 86_400_000;
const keyOf = (i: number): string => bytesToHex(addressOf(i).lockupScript);

/** One of each group. */
const coinsOf = (amount: bigint) => [0, 1, 2, 3].map((group) => moneyCoin(group + 1, amount, group as 0));

async function labWith(
  owed: readonly (readonly [string, bigint])[],
  coins = coinsOf(1_000n * ALPH),
): Promise<LedgerLab> {
  const lab = ledgerLab();
  await bookRewards(
    lab.ledger,
    coins,
    coins.map(({ key }) => key),
    LAB_TIME_MS,
  );
  await creditMiners(lab.ledger, 1, new Map(owed), LAB_TIME_MS);
  return lab;
}

async function note(
  lab: LedgerLab,
  table: 'note' | 'earning' | 'payment',
  key: string,
  text: string,
): Promise<void> {
  const records = [{ table, key, version: 0, text }];
  assert.equal(
    await lab.books.commit({ fence: { name: 'settlement', number: 1 }, append: [], records }),
    'done',
  );
}

/** What each account is paid by a plan. */
async function planned(lab: LedgerLab, settings: Partial<PayerSettings> = {}, nowMs = LAB_TIME_MS) {
  const modules = { ...lab, wallet: WALLET, settings: { ...SETTINGS, ...settings } };
  const plan = await planPayouts(modules, nowMs);
  const paid = new Map(
    plan.batches.flatMap(({ payments }) => payments.map(({ account, owed }) => [account.slice(6), owed])),
  );
  return { paid, ...plan };
}

test('who is owed the minimum is paid at the address of the account, and nobody below nothing', async () => {
  const lab = await labWith([
    [keyOf(1), 2n * ALPH],
    [keyOf(2), ALPH],
    [keyOf(3), ALPH - 1n],
    [keyOf(4), ALPH],
  ]);
  await lab.post(payout('p', LAB_TIME_MS, [{ key: keyOf(4), amount: ALPH }], ''), { intent: 'p' });
  await note(lab, 'earning', `${keyOf(3)}/2026-03-01`, '1');
  const { paid, waiting, batches } = await planned(lab);
  assert.deepEqual(
    paid,
    new Map([
      [keyOf(1), 2n * ALPH],
      [keyOf(2), ALPH],
    ]),
  );
  assert.deepEqual(waiting.minimum, { accounts: 1, amount: ALPH - 1n });
  for (const { payments } of batches)
    for (const { account, address } of payments)
      assert.equal(account, `miner/${bytesToHex(address.lockupScript)}`);
});

test('an account without a credit for 30 days is paid from the lower minimum on, whichever day was the last', async () => {
  const lab = await labWith([1, 2, 3, 4, 5].map((i) => [keyOf(i), i === 5 ? CENT - 1n : ALPH / 2n]));
  const dayOf = (back: number): string => new Date(LAB_TIME_MS - back * DAY_MS).toISOString().slice(0, 10);
  for (const [i, back] of [
    [1, 0],
    [2, 29],
    [3, 30],
  ] as const)
    await note(lab, 'earning', `${keyOf(i)}/${dayOf(back)}`, '1');
  await note(lab, 'earning', `${keyOf(2)}/${dayOf(90)}`, '1');
  const { paid, waiting } = await planned(lab);
  assert.deepEqual([...paid.keys()].sort(), [keyOf(3), keyOf(4)].sort());
  assert.equal(waiting.minimum.accounts, 3);
});

test('a minimum of its own counts for an account', async () => {
  const lab = await labWith([
    [keyOf(1), 3n * ALPH],
    [keyOf(2), ALPH / 2n],
    [keyOf(3), 3n * ALPH],
  ]);
  for (const i of [1, 2, 3]) await note(lab, 'earning', `${keyOf(i)}/2026-03-01`, '1');
  await note(lab, 'note', `minimum/${keyOf(1)}`, `${5n * ALPH}`);
  await note(lab, 'note', `minimum/${keyOf(2)}`, `${ALPH / 4n}`);
  await note(lab, 'note', `minimum/${keyOf(3)}`, 'damaged');
  assert.deepEqual([...(await planned(lab)).paid.keys()].sort(), [keyOf(2), keyOf(3)].sort());
});

test('groupless addresses and those of many keys are paid as their notes say; without a right one they wait', async () => {
  const { cases } = readVectors<{ cases: { type?: string; address: string }[] }>('address');
  const bare = cases.find(({ type }) => type?.startsWith('P2PK '))!.address.split(':')[0]!;
  const groupless = parseAddress(`${bare}:2`)!;
  const hashes = Array.from({ length: 4 }, (_, i) => [...addressOf(i).lockupScript.subarray(1)]);
  const many = addressOfLockupScript(Uint8Array.of(1, 4, ...hashes.flat(), 3));
  const names = [
    minerAccount(bytesToHex(groupless.lockupScript.subarray(0, -1))).slice(6),
    minerAccount(bytesToHex(many.lockupScript)).slice(6),
  ] as const;
  assert.match(names[1], /^~/);
  const lab = await labWith([
    [bytesToHex(groupless.lockupScript.subarray(0, -1)), 3n * ALPH],
    [bytesToHex(many.lockupScript), 2n * ALPH],
  ]);
  await note(lab, 'note', `address/${names[1]}`, addressOf(9).text);
  const before = await planned(lab);
  assert.equal(before.batches.length, 0, 'an address of somebody else is none');
  assert.deepEqual(before.waiting.address, { accounts: 2, amount: 5n * ALPH });
  await note(lab, 'note', `address/${names[0]}`, groupless.text);
  await lab.books.commit({
    fence: { name: 'settlement', number: 1 },
    append: [],
    records: [{ table: 'note', key: `address/${names[1]}`, version: 1, text: many.text }],
  });
  const { batches } = await planned(lab);
  const paid = batches.flatMap(({ payments }) => payments.map(({ address }) => address.text));
  assert.deepEqual(paid.sort(), [groupless.text, many.text].sort());
});

test("the pool's own addresses are not paid", async () => {
  const own = bytesToHex(walletKeys[2]!.address.lockupScript);
  const lab = await labWith([
    [own, 2n * ALPH],
    [keyOf(1), ALPH],
  ]);
  const { paid, waiting } = await planned(lab);
  assert.deepEqual([...paid.keys()], [keyOf(1)]);
  assert.deepEqual(waiting.own, { accounts: 1, amount: 2n * ALPH });
});

test('brakes: the most of an account, a round, and 24 h', async () => {
  const lab = await labWith([
    [keyOf(1), 9n * ALPH],
    [keyOf(2), 4n * ALPH],
    [keyOf(3), 2n * ALPH],
  ]);
  const account = await planned(lab, { most: { account: 3n * ALPH } });
  assert.deepEqual(
    account.paid,
    new Map([
      [keyOf(1), 3n * ALPH],
      [keyOf(2), 3n * ALPH],
      [keyOf(3), 2n * ALPH],
    ]),
  );
  assert.deepEqual(account.waiting.held, { accounts: 2, amount: 7n * ALPH });
  const round = await planned(lab, { most: { round: 11n * ALPH } });
  assert.deepEqual(
    round.paid,
    new Map([
      [keyOf(1), 9n * ALPH],
      [keyOf(3), 2n * ALPH],
    ]),
    'what fits behind it is paid',
  );
  const entry = (atMs: number, paid: bigint): Promise<void> =>
    note(
      lab,
      'payment',
      `*/${String(999_999_999_999_999 - atMs).padStart(15, '0')}/0123456789abcdef`,
      JSON.stringify({ paid: `${paid}` }),
    );
  await entry(LAB_TIME_MS - DAY_MS - 1, 100n * ALPH);
  await entry(LAB_TIME_MS - DAY_MS + 1, 3n * ALPH);
  await entry(LAB_TIME_MS + 99 * DAY_MS, 2n * ALPH);
  const day = await planned(lab, { most: { day: 9n * ALPH } });
  assert.deepEqual(day.paid, new Map([[keyOf(2), 4n * ALPH]]), '5 of the 9 are paid');
  // Larger than the brake of an account: it is paid in parts all the same.
  await note(lab, 'note', `minimum/${keyOf(1)}`, `${8n * ALPH}`);
  assert.equal((await planned(lab, { most: { account: 3n * ALPH } })).paid.get(keyOf(1)), 3n * ALPH);
});

test('a balance above all that a round or a day lets through is paid in part, after all others', async () => {
  const lab = await labWith([
    [keyOf(1), 90n * ALPH],
    [keyOf(2), 4n * ALPH],
  ]);
  for (const most of [{ round: 10n * ALPH }, { day: 10n * ALPH }]) {
    const { paid, waiting } = await planned(lab, { most });
    assert.deepEqual(
      paid,
      new Map([
        [keyOf(2), 4n * ALPH],
        [keyOf(1), 6n * ALPH],
      ]),
    );
    assert.deepEqual(waiting.held, { accounts: 1, amount: 84n * ALPH });
  }
  const { paid } = await planned(lab, { minimum: 2n * ALPH, most: { round: 5n * ALPH } });
  assert.deepEqual([...paid], [[keyOf(2), 4n * ALPH]], 'not below its minimum');
});

test('what the pool owes its own addresses takes nothing of what brakes let through', async () => {
  const own = bytesToHex(walletKeys[2]!.address.lockupScript);
  const lab = await labWith([
    [own, 9n * ALPH],
    [keyOf(1), 4n * ALPH],
  ]);
  for (const most of [{ round: 10n * ALPH }, { day: 10n * ALPH }]) {
    const { paid, waiting } = await planned(lab, { most });
    assert.deepEqual(paid, new Map([[keyOf(1), 4n * ALPH]]));
    assert.deepEqual([waiting.own.amount, waiting.held.amount], [9n * ALPH, 0n]);
  }
});

test('coins are spent once their lock is over and its end is booked; those that are set aside are left alone', async () => {
  const lab = ledgerLab();
  const lock = LAB_TIME_MS + 1_000;
  const coins = [moneyCoin(1, ALPH, 0, lock), moneyCoin(2, 2n * ALPH, 0, lock), moneyCoin(3, 4n * ALPH, 0)];
  await bookRewards(
    lab.ledger,
    coins,
    coins.map(({ key }) => key),
    LAB_TIME_MS,
  );
  const free = async (nowMs: number): Promise<readonly bigint[]> => {
    const [group] = (await planned(lab, {}, nowMs)).coins;
    assert.equal(group!.outputs, 3);
    return group!.free.map(({ amount }) => amount / ALPH);
  };
  assert.deepEqual(await free(lock - 1), [4n]);
  assert.deepEqual(await free(lock), [4n], 'nobody has booked the end of the locks');
  assert.equal(await lab.post(maturity(coins[0]!)), 'done');
  assert.deepEqual(await free(lock), [1n, 4n]);
  await creditMiners(lab.ledger, 1, new Map([[keyOf(1), ALPH]]), lock);
  const intent = { intent: 'p', reserve: [coins[2]!] };
  assert.equal(await lab.post(payout('p', lock, [{ key: keyOf(1), amount: ALPH }], ''), intent), 'done');
  assert.deepEqual(await free(lock), [1n]);
});

test('who is owed more than one transaction can pay is paid a part of it, and the rest waits for coins', async () => {
  const lab = await labWith(
    [
      [keyOf(1), 90n * ALPH],
      [keyOf(2), 3n * ALPH],
    ],
    coinsOf(40n * ALPH),
  );
  const { paid, waiting, largestWaiting } = await planned(lab, { feeBearer: 'miners' });
  const part = paid.get(keyOf(1))!;
  assert.ok(part > 39n * ALPH && part < 40n * ALPH, `${part}`);
  assert.equal(paid.get(keyOf(2)), 3n * ALPH, 'another group pays the others');
  assert.deepEqual(waiting.coins, { accounts: 1, amount: 90n * ALPH - part });
  assert.equal(largestWaiting, 0n, 'no coins are moved for it');
  await note(lab, 'note', `minimum/${keyOf(1)}`, `${50n * ALPH}`);
  const whole = await planned(lab, { feeBearer: 'miners' });
  assert.equal(whole.paid.get(keyOf(1)), undefined, 'a part below its own minimum is not wanted');
  assert.deepEqual(whole.waiting.coins, { accounts: 1, amount: 90n * ALPH });
  assert.equal(whole.largestWaiting, 90n * ALPH);
});

test('who is paid a part is counted once among those who wait for coins', async () => {
  const coins = [50n, 40n, 40n, 30n].map((amount, group) => moneyCoin(group + 1, amount * ALPH, group as 0));
  const owed = new Map([
    [keyOf(1), 80n * ALPH],
    [keyOf(2), 75n * ALPH],
  ]);
  const lab = await labWith([...owed], coins);
  const { paid, waiting } = await planned(lab);
  const sum = [...paid.values()].reduce((a, b) => a + b, 0n);
  assert.ok(
    sum > 89n * ALPH && sum < 90n * ALPH,
    `${sum}: one of the two by the fullest group, the other by the next`,
  );
  assert.deepEqual(waiting.coins, { accounts: 2, amount: 155n * ALPH - sum });
});

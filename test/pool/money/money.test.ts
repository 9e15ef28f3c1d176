import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scheme } from '../../../pool/credit/windows.js';
import type { FollowedBlock } from '../../../pool/domain/block-fate.js';
import { MAX_WAITING } from '../../../pool/money/immature.js';
import { Money } from '../../../pool/money/money.js';
import { MAX_WALKED } from '../../../pool/money/walk-records.js';
import { ALPH } from '../../../protocol/emission.js';
import { createMemoryBooks } from '../../support/memory-books.js';
import { MINERS_FEE, moneyBooks } from '../../support/money-books.js';
import { waitFor } from '../../support/wait.js';

const A = '00'.repeat(33);
const B = `00${'11'.repeat(32)}`;
const DAY = Date.UTC(2026, 2, 2);
const HOUR = 3_600_000;

type Stage = 'open' | 'final' | 'earned';

function block(number: number, foundMs: number, reward: bigint | undefined): FollowedBlock {
  const hash = number.toString(16).padStart(64, '0');
  return {
    hash,
    foundMs,
    state: 'main',
    fate:
      reward === undefined
        ? undefined
        : ({ state: 'main', reward: { amount: reward, ownCoins: 0n, ours: true } } as FollowedBlock['fate']),
  };
}

function lab({ scheme = 'pplns' as Scheme, manual = false } = {}) {
  const sleeps: { readonly ms: number; readonly end: () => void }[] = [];
  const books = createMemoryBooks(() => DAY);
  const stages: Record<Stage, FollowedBlock[]> = { open: [], final: [], earned: [] };
  const finders = new Map<string, string>();
  const asked: string[] = [];
  let nowMs = 0;
  const money = new Money({
    books: {
      ...books,
      get: async (table, keys) => {
        asked.push(...keys.map((key) => `${table} ${key}`));
        return await books.get(table, keys);
      },
    },
    store: {
      now: async () => DAY + 8 * HOUR,
      followed: async (stage, { offset, limit }) => stages[stage].slice(offset, offset + limit),
      block: async (hash) => ({ worker: { account: finders.get(hash) ?? '', name: '' } }) as never,
    },
    owner: 'api',
    scheme,
    feeMillionths: 10_000,
    recentWork: (account) => ({ work: account === A ? 1n : 0n, total: 4n }),
    now: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleeps.push({ ms, end: resolve });
        if (!manual) resolve();
      }),
  });
  return {
    books,
    write: moneyBooks(books),
    stages,
    finders,
    asked,
    sleeps,
    money,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a miner of whom nothing is known has nothing', async () => {
  const { money } = lab();
  assert.deepEqual(await money.miner(A, true), {
    balance: 0n,
    immature: 0n,
    inFlight: 0n,
    paid: 0n,
    paidToday: 0n,
    lastPaid: undefined,
    payments: 0,
    days: 0,
  });
  assert.deepEqual(await money.pool(), {
    paid: 0n,
    payments: 0,
    lastPayment: undefined,
    hasPayer: false,
    isPaused: false,
    nextRoundMs: undefined,
  });
});

test('balance, what is on its way and what was paid come out of the books, and add up', async () => {
  const { money, write } = lab();
  await write.credit(DAY - 30 * HOUR, [
    { key: A, amount: 10n * ALPH },
    { key: B, amount: 5n * ALPH },
  ]);
  await write.credit(DAY + HOUR, [{ key: A, amount: 7n }]);
  await write.pay(DAY - HOUR, { key: A, amount: 3n * ALPH }, 'a', 'paid');
  const today = await write.pay(DAY + 2 * HOUR, { key: A, amount: ALPH }, 'a', 'paid');
  await write.pay(DAY + 3 * HOUR, { key: A, amount: 2n * ALPH }, 'a', 'sent');
  await write.put('note', `minimum/${A}`, `${5n * ALPH}`);
  assert.deepEqual([await money.minimum(A), await money.minimum(B)], [5n * ALPH, undefined]);
  const miner = await money.miner(A, true);
  assert.deepEqual(
    { ...miner, lastPaid: miner.lastPaid?.txId },
    {
      balance: 4n * ALPH + 7n,
      immature: 0n,
      inFlight: 2n * ALPH,
      paid: 4n * ALPH - 2n * MINERS_FEE,
      paidToday: ALPH - MINERS_FEE,
      lastPaid: today,
      payments: 3,
      days: 2,
    },
  );
  const changes = await money.balanceChanges(A, { offset: 0, limit: 100 });
  const sum = changes.reduce(
    (all, change) => all + (change.type === 'credits' ? change.amount : -change.payment.owed),
    0n,
  );
  assert.equal(sum, miner.balance);
  assert.deepEqual(
    changes.map((change) => change.type),
    ['payment', 'payment', 'credits', 'payment', 'credits'],
  );
  assert.deepEqual(await money.balanceChanges(A, { offset: 2, limit: 2 }), changes.slice(2, 4));
  assert.equal((await money.miner(B, true)).balance, 5n * ALPH);
});

test('lists are the newest first, page by page', async () => {
  const { money, write } = lab();
  await write.credit(DAY, [{ key: A, amount: 10n * ALPH }]);
  await write.credit(DAY - 24 * HOUR, [{ key: A, amount: 3n }]);
  const ids = [];
  for (let i = 0; i < 5; i++) ids.unshift(await write.pay(DAY + i, { key: A, amount: ALPH }, 'a', 'sent'));
  const all = await money.minerPayments(A, { offset: 0, limit: 100 });
  assert.deepEqual(
    all.map(({ txId }) => txId),
    ids,
  );
  assert.deepEqual(await money.minerPayments(A, { offset: 3, limit: 2 }), all.slice(3));
  assert.deepEqual(await money.minerPayments(A, { offset: MAX_WALKED, limit: 500 }), []);
  assert.deepEqual(await money.minerPayments(B, { offset: 0, limit: 100 }), []);
  assert.deepEqual(
    (await money.poolPayments({ offset: 0, limit: 3 })).map(({ txId, accounts }) => [txId, accounts]),
    ids.slice(0, 3).map((txId) => [txId, 1]),
  );
  assert.deepEqual(await money.dailyEarnings(A, { offset: 0, limit: 5 }), [
    { day: '2026-03-02', amount: 10n * ALPH },
    { day: '2026-03-01', amount: 3n },
  ]);
  assert.deepEqual(await money.dailyEarnings(A, { offset: 1, limit: 1 }), [
    { day: '2026-03-01', amount: 3n },
  ]);
});

test('one account is none that begins alike', async () => {
  const { money, write } = lab();
  await write.credit(DAY, [
    { key: A, amount: ALPH },
    { key: `${A}00`, amount: 5n },
  ]);
  assert.deepEqual(await money.dailyEarnings(A, { offset: 0, limit: 5 }), [
    { day: '2026-03-02', amount: ALPH },
  ]);
});

test('blocks that are not settled count by their table, without the fee, until they are settled', async () => {
  const { money, write, stages, asked, pass } = lab();
  await write.begin(DAY);
  const start = DAY;
  stages.open.push(block(1, start + 5, 1_000n));
  stages.final.push(block(2, start + 6, 2_000n));
  stages.earned.push(block(3, start + 7, 4_000n), block(4, start + 8, 100_000n));
  await write.table(
    start,
    [1, 2, 3, 4].map((number) => block(number, 0, 0n).hash),
    new Map([
      [A, 3n],
      [B, 1n],
    ]),
  );
  await write.put('settlement', `block/${block(3, 0, 0n).hash}`, '2');
  await write.put('settlement', `block/${block(4, 0, 0n).hash}`, '1');
  await write.put('settlement', 'closed', '1');
  // 990, 1,980 and 3,960: of settlement 1 all is in the balance.
  assert.equal(
    (await money.miner(A, true)).immature,
    (990n * 3n) / 4n + (1_980n * 3n) / 4n + (3_960n * 3n) / 4n,
  );
  assert.equal((await money.miner(B, true)).immature, 990n / 4n + 1_980n / 4n + 3_960n / 4n);
  const stranger = `00${'22'.repeat(32)}`;
  assert.equal((await money.miner(stranger, true)).immature, 0n);
  const asks = asked.length;
  assert.equal((await money.miner(stranger, false)).immature, 0n);
  assert.ok(!asked.slice(asks).includes('note settlement/state'), 'nothing is looked through for a stranger');
  const before = asked.length;
  await money.miner(A, true);
  assert.deepEqual(
    asked.slice(before).filter((key) => key.startsWith('work')),
    [],
    'a table does not change: it is not read again',
  );
  await write.put('settlement', 'closed', '2');
  pass(15_000);
  assert.equal((await money.miner(A, true)).immature, (990n * 3n) / 4n + (1_980n * 3n) / 4n);
});

test('until there is a table, a part of what came of late is what an account may hope for', async () => {
  const { money, write, stages, pass } = lab();
  stages.open.push(block(4, DAY - 1, 1_000n));
  assert.equal((await money.miner(A, true)).immature, 0n, 'settlement has not begun');
  await write.begin(DAY);
  pass(15_000);
  stages.open.push(block(1, DAY + 5, 1_000n), block(2, DAY + 6, undefined), block(3, DAY + 7, 0n));
  assert.equal((await money.miner(A, true)).immature, 990n / 4n);
  assert.equal((await money.miner(B, true)).immature, 0n);
  await write.table(DAY, [block(1, 0, 0n).hash], new Map([[B, 1n]]));
  pass(15_000);
  assert.equal((await money.miner(A, true)).immature, 0n);
  assert.equal((await money.miner(B, true)).immature, 990n);
});

test('late finds, and those of short intervals, have tables of their own', async () => {
  const { money, write, stages, asked, pass } = lab();
  await write.begin(DAY);
  stages.open.push(block(1, DAY + 5, 100n), block(2, DAY + 6, 1_000n), block(3, DAY + 7, 10_000n));
  stages.open.push(block(4, DAY + 30_005, 100_000n));
  const all = new Map([[B, 1n]]);
  await write.table(DAY, [block(1, 0, 0n).hash], all);
  await write.table(DAY, [block(2, 0, 0n).hash], all, 1);
  await write.table(DAY, [block(3, 0, 0n).hash], all, 2);
  assert.equal((await money.miner(B, true)).immature, 99n + 990n + 9_900n, 'the fourth is in none yet');
  await write.table(DAY + 30_000, [block(4, 0, 0n).hash], all);
  pass(15_000);
  assert.equal((await money.miner(B, true)).immature, 109_989n);
  asked.length = 0;
  pass(15_000);
  await money.miner(B, true);
  assert.deepEqual(
    asked.filter((key) => key.startsWith('work')),
    [],
  );
});

test("of scheme solo a block is its finder's", async () => {
  const { money, write, stages, finders } = lab({ scheme: 'solo' });
  await write.begin(DAY);
  stages.final.push(block(1, DAY, 1_000n), block(2, DAY, 500n));
  finders.set(block(1, 0, 0n).hash, A);
  finders.set(block(2, 0, 0n).hash, B);
  assert.equal((await money.miner(A, true)).immature, 990n);
  assert.equal((await money.miner(B, true)).immature, 495n);
});

test('a record that is none is said to be none, and a table without its part', async () => {
  const { money, write, stages, pass } = lab();
  await write.put('payment', `${A}/1/1`, '{"txId":1}');
  await assert.rejects(money.miner(A, true), { code: 'ERR_MONEY_TEXT' });
  await write.put('payment', `${A}/1/1`, undefined);
  await write.begin(DAY);
  stages.open.push(block(1, DAY, 1_000n));
  await write.table(DAY, [block(1, 0, 0n).hash], new Map([[A, 1n]]));
  await write.put('work', `T${String(DAY).padStart(15, '0')}/000000`, undefined);
  await assert.rejects(money.miner(A, true), { code: 'ERR_MONEY_TEXT' });
  await write.put('work', `T${String(DAY).padStart(15, '0')}/000000`, `${A} 1`);
  pass(15_000);
  assert.equal((await money.miner(A, true)).immature, 990n);
});

test('a failure of the store is not kept', async () => {
  const { money, write, stages, books } = lab();
  await write.begin(DAY);
  stages.open.push(block(1, DAY, 1_000n));
  books.away = true;
  await assert.rejects(money.miner(A, true), { code: 'ERR_STORE_UNAVAILABLE' });
  books.away = false;
  assert.equal((await money.miner(A, true)).immature, 990n / 4n);
});

test('the pool says what was paid, and when it pays next or not', async () => {
  const { money, write } = lab();
  await write.credit(DAY, [{ key: A, amount: 10n * ALPH }]);
  const txId = await write.pay(DAY, { key: A, amount: ALPH }, 'a', 'paid');
  await write.put('note', 'payer/state', JSON.stringify({ atMs: DAY, nextRoundMs: DAY + HOUR, inFlight: 0 }));
  await write.put('note', 'payer/pause', JSON.stringify({ reason: 'x', sinceMs: DAY, by: 'operator' }));
  const { paid, payments, lastPayment, isPaused, nextRoundMs } = await money.pool();
  assert.deepEqual(
    [paid, payments, lastPayment?.txId, isPaused, nextRoundMs],
    [ALPH - MINERS_FEE, 1, txId, true, DAY + HOUR],
  );
});

test('who asks for many rows waits for the others, with pauses; beyond a number it is not told', async () => {
  const { money, write, stages, sleeps, pass } = lab({ manual: true });
  await write.begin(DAY - 10 * HOUR);
  const key = (number: number): string => `00${number.toString(16).padStart(64, '0')}`;
  const all = new Map(Array.from({ length: 20 }, (_, number) => [key(number), 1n]));
  for (let number = 0; number < 5; number++) {
    const foundMs = DAY - number * 600_000;
    stages.final.push(block(number, foundMs, 2_000n));
    await write.table(foundMs, [block(number, 0, 0n).hash], all);
  }
  const told = Promise.all(
    [...all.keys()].map(async (account) => (await money.miner(account, true)).immature),
  );
  // One at a time, and each after a pause.
  for (let number = 0; number < MAX_WAITING; number++) {
    await waitFor(`pause ${number}`, () => sleeps.length === number + 1);
    pass(1);
    sleeps.at(-1)!.end();
  }
  const amounts = await told;
  assert.equal(amounts.filter((amount) => amount === 5n * 99n).length, MAX_WAITING);
  assert.equal(amounts.filter((amount) => amount === undefined).length, 20 - MAX_WAITING);
  stages.final.push(block(9, DAY - 5 * 600_000, 2_000n));
  await write.table(DAY - 5 * 600_000, [block(9, 0, 0n).hash], all);
  pass(15_000);
  const known = amounts.findIndex((amount) => amount !== undefined);
  assert.equal((await money.miner(key(known), true)).immature, 6n * 99n, 'one new table needs no turn');
});

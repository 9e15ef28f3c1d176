import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Store, StoredSlice } from '../../../pool/ports/store.js';
import type { HashrateFigures } from '../../../pool/statistics/hashrate-window.js';
import { Statistics } from '../../../pool/statistics/statistics.js';
import type { StoreLab } from '../../conformance/store-lab.js';
import { batchOf, type TestShare } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';

const A = 'a'.repeat(16);
const B = 'b'.repeat(16);
const HOUR = 3_600_000;
const MINUTE = 60_000;

let lab: StoreLab;
let store: Store;
/** The store's time. */
let now: number;

beforeEach(async () => {
  lab = await embeddedStoreLab();
  store = await lab.open();
  // On the hour, so that the lengths of windows are known.
  await pass(HOUR - ((await store.now()) % HOUR));
});

afterEach(() => lab.close());

async function pass(ms: number): Promise<void> {
  await lab.pass(ms);
  now = await store.now();
}

/** Reads all there is to read. */
async function settle(statistics: Statistics): Promise<Statistics> {
  await statistics.update();
  for (let steps = 0; statistics.catchingUp; steps++) {
    assert.ok(steps < 5_000);
    await statistics.update();
  }
  return statistics;
}

function started(from: Store = store): Promise<Statistics> {
  return settle(new Statistics({ store: from }));
}

/** Batches of a journal, a slice each, with one share a slice. */
async function mine(
  journal: string,
  fromMs: number,
  toMs: number,
  share: Omit<TestShare, 'timeMs'>,
  firstNumber = 1,
): Promise<number> {
  let number = firstNumber;
  for (let ms = fromMs; ms < toMs; ms += 10_000)
    assert.equal(
      await store.apply(
        batchOf(journal, number++, [{ ...share, timeMs: ms + 5 }], { throughMs: ms + 10_000 }),
      ),
      'applied',
    );
  return number;
}

function figures(statistics: Statistics, account: string, worker?: string): HashrateFigures {
  const found = statistics.board.accounts.get(account)!;
  const meter = worker === undefined ? found.meter : found.workers.get(worker)!.meter!;
  return meter.figures(statistics.untilMs!);
}

test('worker, account, chain and pool are what their shares say, with the error', async () => {
  await mine(A, now - 70_000, now, { account: 'aa', name: 'one', work: 1_000n, chain: 3 });
  await mine(B, now - 70_000, now, { account: 'aa', name: 'two', work: 3_000n, chain: 4 });
  const statistics = await started();
  assert.equal(statistics.untilMs, now);
  // A minute's window holds seven slices: 70 s.
  assert.equal(figures(statistics, 'aa', 'one').minute.work, 7_000n);
  assert.equal(figures(statistics, 'aa', 'one').minute.rate, 100);
  assert.equal(figures(statistics, 'aa', 'two').minute.rate, 300);
  const account = figures(statistics, 'aa').minute;
  assert.equal(account.rate, 400);
  const squares = 7 * 1_000 ** 2 + 7 * 3_000 ** 2;
  assert.ok(Math.abs(account.error99! - (2.58 * Math.sqrt(squares)) / 28_000) < 1e-12);
  assert.deepEqual(statistics.board.pool.figures(now).minute, account);
  assert.equal(statistics.board.chains[3]!.figures(now).minute.rate, 100);
  assert.equal(statistics.board.chains[4]!.figures(now).minute.rate, 300);
  assert.equal(statistics.board.chains[5]!.figures(now).minute.rate, 0);
  // Fourteen shares in the 70 s since the first, whatever the window is called.
  assert.equal(statistics.board.pool.sharesPerSecond(now), 14 / 70);
  assert.deepEqual(statistics.board.pool.figures(now).day, account);
});

test('work is exact at a quintillion hashes a second', async () => {
  const work = 10n ** 19n + 1n;
  await mine(A, now - 2 * HOUR, now, { account: 'aa', work });
  const statistics = await started();
  assert.equal(figures(statistics, 'aa').hour.work, (HOUR_SLICES + 30n) * work);
  assert.equal(figures(statistics, 'aa').day.work, 2n * HOUR_SLICES * work);
});

const HOUR_SLICES = 360n;

test('what comes is counted once, however often and in how many parts', async () => {
  let number = await mine(A, now - MINUTE, now, { account: 'aa', name: 'one', work: 1_000n });
  const statistics = await started();
  for (let i = 0; i < 30; i++) {
    // Two segments a slice, and polls in the middle of it.
    const share = { account: 'aa', name: 'one', timeMs: now + 1, work: 500n };
    await store.apply(batchOf(A, number++, [share], { throughMs: now + 2_000 }));
    await settle(statistics);
    await store.apply(batchOf(A, number++, [share], { throughMs: now + 10_000 }));
    await pass(10_000);
    await settle(statistics);
    await settle(statistics);
  }
  assert.equal(figures(statistics, 'aa').hour.work, 6n * 1_000n + 30n * 1_000n);
  assert.equal(statistics.board.workers, 1);
});

test('a slice that is not whole does not count yet', async () => {
  const number = await mine(A, now - MINUTE, now, { account: 'aa', work: 1_000n });
  await pass(5_000);
  await store.apply(batchOf(A, number, [{ account: 'aa', timeMs: now - 1, work: 9n }], { throughMs: now }));
  const statistics = await started();
  assert.equal(statistics.untilMs, now - 5_000);
  assert.equal(figures(statistics, 'aa').hour.work, 6_000n);
  await pass(5_000);
  await store.reportThrough(A, now, false);
  await settle(statistics);
  assert.equal(figures(statistics, 'aa').hour.work, 6_009n);
});

test('a front end that was away for hours brings what it has, and it counts when it was mined', async () => {
  const long = now - 3 * HOUR;
  const numberA = await mine(A, long, now, { account: 'aa', work: 1_000n });
  const numberB = await mine(B, long, long + MINUTE, { account: 'bb', work: 7_000n });
  const statistics = await started();
  assert.equal(statistics.untilMs, now, 'one that is gone holds nobody back');
  assert.equal(figures(statistics, 'bb').day.work, 6n * 7_000n);
  // It drains a part of what it has, and then the rest, while the other one goes on.
  const next = await mine(B, long + MINUTE, long + HOUR, { account: 'bb', work: 7_000n }, numberB);
  await settle(statistics);
  assert.equal(figures(statistics, 'bb').day.work, 360n * 7_000n);
  await mine(A, now, now + MINUTE, { account: 'aa', work: 1_000n }, numberA);
  await mine(B, long + HOUR, now + MINUTE, { account: 'bb', work: 7_000n }, next);
  await pass(MINUTE);
  await settle(statistics);
  assert.equal(figures(statistics, 'bb').day.work, (3n * 360n + 6n) * 7_000n);
  assert.equal(figures(statistics, 'aa').day.work, (3n * 360n + 6n) * 1_000n);
  assert.deepEqual(figures(statistics, 'bb'), figures(await started(), 'bb'));
});

test('a journal that is first seen with hours in it is read from its first batch', async () => {
  let number = await mine(A, now - HOUR, now, { account: 'aa', work: 1_000n });
  const statistics = await started();
  const since = statistics.sinceMs;
  const at = now;
  await mine(B, at - HOUR, at, { account: 'bb', work: 5_000n });
  number = await mine(A, at, at + MINUTE, { account: 'aa', work: 1_000n }, number);
  await pass(MINUTE);
  await statistics.update();
  assert.ok(statistics.catchingUp);
  assert.equal(statistics.sinceMs, since + MINUTE, 'the others are not less known for it');
  await settle(statistics);
  assert.equal(figures(statistics, 'bb').day.work, 360n * 5_000n);
  assert.equal(figures(statistics, 'aa').day.work, 366n * 1_000n);
});

test('figures are the same after a restart, and short windows are right first', async () => {
  await mine(A, now - 5 * HOUR, now, { account: 'aa', name: 'rig', work: 12_345n });
  const before = await started();
  store = await lab.open();
  const after = new Statistics({ store });
  await after.update();
  assert.ok(after.catchingUp);
  assert.ok(after.sinceMs >= now - MINUTE && after.sinceMs < now);
  const first = figures(after, 'aa', 'rig').day.work;
  assert.ok(first > 0n && first < figures(before, 'aa', 'rig').day.work);
  await settle(after);
  assert.deepEqual(figures(after, 'aa', 'rig'), figures(before, 'aa', 'rig'));
  assert.ok(after.sinceMs <= now - 24 * HOUR);
});

test('what was followed while it came is what is read back after a restart, in every window', async () => {
  let number = await mine(A, now - MINUTE, now, { account: 'aa', name: 'rig', work: 1_000n });
  const live = await started();
  // Work that is never the same, so that a slice in a wrong place shows.
  for (let minute = 1; minute <= 80; minute++) {
    const share = { account: 'aa', name: 'rig', work: BigInt(1_000 + minute * minute) };
    number = await mine(A, now, now + MINUTE, share, number);
    await pass(MINUTE);
    await settle(live);
  }
  const after = await started(await lab.open());
  assert.equal(after.untilMs, live.untilMs);
  assert.deepEqual(figures(after, 'aa', 'rig'), figures(live, 'aa', 'rig'));
  assert.deepEqual(figures(after, 'aa'), figures(live, 'aa'));
  assert.equal(after.board.pool.sharesPerSecond(now), live.board.pool.sharesPerSecond(now));
});

test('a finished journal counts to its last share, and nothing holds others back for it', async () => {
  const share = { account: 'aa', timeMs: now - 4_000, work: 50n };
  await store.apply(batchOf(A, 1, [share], { throughMs: now - 3_000 }));
  await store.reportThrough(A, now - 3_000, true);
  const statistics = await started();
  await pass(40_000);
  await settle(statistics);
  assert.equal(statistics.untilMs, now - 20_000);
  assert.equal(figures(statistics, 'aa').hour.work, 50n);
});

test('a store that fails in the middle leaves nothing out and nothing double', async () => {
  await mine(A, now - 10 * MINUTE, now, { account: 'aa', name: 'one', work: 1_000n });
  await mine(B, now - 10 * MINUTE, now, { account: 'bb', name: 'two', work: 2_000n });
  let calls = 0;
  const shaky = <T>(answer: Promise<T>): Promise<T> =>
    ++calls % 3 === 0 ? Promise.reject(new Error('away')) : answer;
  const statistics = new Statistics({
    store: {
      now: () => store.now(),
      journals: () => shaky(store.journals()),
      slices: (from, to) => shaky<readonly StoredSlice[]>(store.slices(from, to)),
      workersById: (ids) => shaky(store.workersById(ids)),
    },
  });
  let failures = 0;
  for (let steps = 0; steps < 500 && (steps < 5 || statistics.catchingUp); steps++)
    await statistics.update().catch(() => failures++);
  assert.ok(failures > 3);
  assert.ok(!statistics.catchingUp);
  assert.equal(figures(statistics, 'aa').hour.work, 60n * 1_000n);
  assert.equal(figures(statistics, 'bb').hour.work, 60n * 2_000n);
});

test('workers and accounts without a share for a day are forgotten', async () => {
  const number = await mine(A, now - MINUTE, now, { account: 'aa', name: 'old', work: 1n });
  const statistics = await started();
  await pass(26 * HOUR);
  await mine(A, now - 10_000, now, { account: 'bb', name: 'new', work: 1n }, number);
  await settle(statistics);
  assert.deepEqual([...statistics.board.accounts.keys()], ['bb']);
  assert.equal(statistics.board.workers, 1);
});

test('it goes on by itself, and tells of a failure once', async () => {
  await mine(A, now - MINUTE, now, { account: 'aa', work: 1_000n });
  const errors: string[] = [];
  let away = true;
  const statistics = new Statistics({
    store: {
      now: () => (away ? Promise.reject(new Error('away')) : store.now()),
      journals: () => store.journals(),
      slices: (from, to) => store.slices(from, to),
      workersById: (ids) => store.workersById(ids),
    },
    onError: ({ message }) => {
      errors.push(message);
      away = false;
    },
  });
  statistics.start();
  for (let tries = 0; statistics.untilMs === undefined; tries++) {
    assert.ok(tries < 1_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await statistics.close();
  assert.deepEqual(errors, ['away']);
});

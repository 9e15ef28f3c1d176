import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Batch } from '../../../pool/domain/batch.js';
import {
  type PoolEvent,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnavailableError,
} from '../../../pool/ports/store.js';
import { MAX_CALLS, StoreCalls } from '../../../pool/store-thread/store-calls.js';
import { openStoreThread, type StoreThread } from '../../../pool/store-thread/store-thread.js';
import { writeOf } from '../../conformance/books-lab.js';
import { START_MS, testAccount, testFolder, testHash } from '../../support/journal-writing.js';
import { waitFor } from '../../support/wait.js';

const STORE_MODULE = new URL('../../support/memory-store.js', import.meta.url).href;

interface Opened {
  readonly thread: StoreThread;
  readonly events: string[];
}

async function open(t: TestContext, settings: unknown): Promise<Opened> {
  const events: string[] = [];
  const thread = await openStoreThread({
    storeModule: STORE_MODULE,
    settings,
    onEvent: ({ type }) => events.push(type),
    onFigures: () => {},
  });
  t.after(() => thread.close(0));
  return { thread, events };
}

const BATCH: Batch = {
  journal: 'ab'.repeat(8),
  number: 1,
  throughMs: START_MS + 10_000,
  workers: [
    {
      identity: { account: testAccount(1).key, name: 'rig' },
      address: testAccount(1).address,
      lastShareMs: START_MS,
      bestHash: testHash(1),
      lastWork: 2n ** 84n,
      rejects: { stale: 2 },
    },
  ],
  slices: [
    {
      startMs: START_MS,
      entries: [{ worker: 0, chain: 3, shares: 1, work: 2n ** 84n, workSquared: 2n ** 168n }],
      targets: [undefined, testHash(2)],
    },
  ],
  blocksFound: [],
  blockStates: [],
};

test('a store in a thread answers as one that is here', async (t) => {
  const { thread } = await open(t, { offsetMs: 5000 });
  const { store } = thread;
  assert.ok(Math.abs((await store.now()) - Date.now() - 5000) < 2000);
  assert.equal(await store.apply(BATCH), 'applied');
  assert.equal(await store.apply(BATCH), 'already');
  assert.equal(await store.apply({ ...BATCH, number: 3 }), 'gap');
  assert.equal(await store.apply({ ...BATCH, number: 3 }, true), 'applied');
  assert.deepEqual(await store.marks([BATCH.journal]), [
    { journal: BATCH.journal, number: 3, throughMs: START_MS + 10_000, finished: false },
  ]);
  assert.deepEqual(await store.bans(), [{ address: '192.0.2.1', untilMs: 5, reason: 'test' }]);
  assert.equal(await store.worker({ account: 'x', name: 'y' }), undefined);
});

test('its books are those that are in the thread', async (t) => {
  const { thread } = await open(t, {});
  const { books } = thread.store;
  const write = writeOf([['a', 0, 'one']], ['x']);
  assert.equal(await books.commit(write), 'done');
  assert.equal(await books.commit(write), 'already');
  assert.deepEqual(await books.get('account', ['b', 'a']), [
    undefined,
    { key: 'a', version: 1, text: 'one' },
  ]);
  assert.deepEqual(await books.page('account', { limit: 5 }), [{ key: 'a', version: 1, text: 'one' }]);
  assert.deepEqual(await books.log(0, 5), [{ number: 0, key: 'x', text: 'text of x' }]);
  assert.deepEqual(await books.logKeys(['y', 'x']), [undefined, 0]);
  assert.equal(await books.logEnd(), 1);
  const { fence } = (await books.takeLease('settlement', 'a', 1000))!;
  assert.equal((await books.renewLease('settlement', fence, 1000))?.fence, fence);
  await books.releaseLease('settlement', fence);
  assert.equal(await books.trimLog(1, { name: 'settlement', number: fence }), 'done');
  assert.equal(await books.logStart(), 1);
  assert.equal(await books.commit(writeOf([], ['z'])), 'fenced');
  await assert.rejects(books.log(-1, 5), RangeError);
});

test('its errors are of their class here too', async (t) => {
  const folder = testFolder(t);
  const { thread } = await open(t, { folder });
  await assert.rejects(thread.store.claimNodeIdentity({ networkId: 4, minerAddresses: [] }), (error) => {
    assert.ok(error instanceof StoreMismatchError);
    assert.equal(error.code, 'ERR_STORE_MISMATCH');
    assert.equal(error.message, 'network 4');
    return true;
  });
  await assert.rejects(thread.store.block('aa'), /not in this store/);
  writeFileSync(join(folder, 'away'), '');
  await assert.rejects(thread.store.now(), StoreUnavailableError);
});

test('a request that the store refuses for good is told apart, said and counted', async (t) => {
  const { thread, events } = await open(t, {});
  const ban = { address: '192.0.2.1', untilMs: 5, reason: 'test' };
  await assert.rejects(
    thread.store.addBan(ban),
    (error) => error instanceof StoreRefusedError && error.message === 'no bans here',
  );
  assert.equal(thread.refusals, 1);
  assert.deepEqual(events, ['storeRefused']);
});

test('events come to all who subscribed, until they end it', async (t) => {
  const { thread } = await open(t, {});
  const seen: PoolEvent[][] = [[], []];
  const end = thread.store.subscribe((event) => seen[0]!.push(event));
  thread.store.subscribe((event) => seen[1]!.push(event));
  const event: PoolEvent = { type: 'unban', address: '192.0.2.7' };
  await thread.store.publish(event);
  await waitFor('both', () => seen.every((events) => events.length === 1));
  end();
  await thread.store.publish(event);
  await waitFor('the other one', () => seen[1]!.length === 2);
  assert.deepEqual(seen, [[event], [event, event]]);
});

test("a store that can't be opened: its error comes out, and no thread is left", async (t) => {
  const folder = testFolder(t);
  writeFileSync(join(folder, 'mismatch'), '');
  await assert.rejects(open(t, { folder }), StoreMismatchError);
  await assert.rejects(
    openStoreThread({
      storeModule: 'file:///nowhere.js',
      settings: {},
      onEvent: () => {},
      onFigures: () => {},
    }),
    { code: 'ERR_MODULE_NOT_FOUND' },
  );
});

test('a thread that dies: its calls fail as unavailable, and it is started again', async (t) => {
  const folder = testFolder(t);
  const { thread, events } = await open(t, { folder });
  assert.equal(await thread.store.apply(BATCH), 'applied');
  const others = thread.store.now().then(() => thread.store.worker({ account: 'x', name: 'die' }));
  await assert.rejects(others, StoreUnavailableError);
  await waitFor('it is told', () => events.includes('threadDied'));
  await assert.rejects(thread.store.now(), StoreUnavailableError);
  const deadline = performance.now() + 30_000;
  let back = false;
  while (!back && performance.now() < deadline)
    back = await thread.store.apply(BATCH).then(
      (outcome) => outcome === 'already',
      () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, false)),
    );
  assert.ok(back, 'it is back');
});

test('after closing calls fail, and closing twice is one', async (t) => {
  const { thread } = await open(t, {});
  assert.deepEqual(await Promise.all([thread.close(5000), thread.close(5000)]), [true, true]);
  await assert.rejects(thread.store.now(), StoreUnavailableError);
});

test('no more calls wait than may', async () => {
  const calls = new StoreCalls(() => true);
  const store = calls.store(async () => {});
  const waiting = Array.from({ length: MAX_CALLS }, () => store.now());
  await assert.rejects(store.now(), StoreUnavailableError);
  calls.rejectAll('the end');
  const ends = await Promise.allSettled(waiting);
  assert.ok(ends.every(({ status }) => status === 'rejected'));
});

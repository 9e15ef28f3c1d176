import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fund } from '../../../polw/fund/fund.js';
import { FundStoreError } from '../../../polw/fund/fund-store.js';
import { PoolFundStore } from '../../../pool/polw/pool-fund-store.js';
import { fundStoreConformance } from '../../conformance/fund-store-conformance.js';
import type { StoreLab } from '../../conformance/store-lab.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { ALPH, FundLab } from '../../support/fund-lab.js';
import { MISSING_REDIS, RedisServer } from '../../support/redis-server.js';
import { redisStoreLab } from '../../support/redis-store-lab.js';
import { skipWhen } from '../../support/requirement.js';

const ADDRESSES = new Array<undefined>(16).fill(undefined);
const skip = skipWhen(MISSING_REDIS);
let server: RedisServer;

before(async () => {
  if (skip === false) server = await RedisServer.start({});
});
after(() => server?.close());

/** Fund stores on a store of the pool, which is opened anew with each. */
async function labOf(lab: StoreLab) {
  let current: PoolFundStore | undefined;
  return {
    async open() {
      await current?.close();
      current = new PoolFundStore((await lab.open()).fund, ADDRESSES);
      return current;
    },
    async close() {
      await current?.close();
      await lab.close();
    },
  };
}

fundStoreConformance('embedded store of the pool', async () => labOf(await embeddedStoreLab()));
if (skip === false)
  fundStoreConformance('Redis of the pool', async () => labOf(await redisStoreLab(server, false)));

async function embedded(run: (lab: StoreLab) => Promise<void>): Promise<void> {
  const lab = await embeddedStoreLab();
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}

test('a snapshot of thousands of coins comes back whole, from pieces', () =>
  embedded(async (lab) => {
    const { fund: records } = await lab.open();
    const store = new PoolFundStore(records, ADDRESSES);
    const fund = new Fund({ addresses: ADDRESSES, depth: 3, minDeposit: 1n });
    const coins = Array.from({ length: 2300 }, (_, i) => ({
      key: i.toString(16).padStart(64, '0'),
      hint: i,
      amount: ALPH + BigInt(i),
      lockTimeMs: 0,
      owner: i % 16,
      chain: i % 16,
      height: i,
      blockHash: 'ab'.repeat(32),
      own: i % 2 === 0,
      deposit: false,
      toEarned: i % 3 === 0 ? 5n : undefined,
    }));
    const base = fund.snapshot();
    const snapshot = { ...base, ledger: { ...base.ledger, coins } };
    await store.commit({ snapshot, entries: [], finds: [], reservations: [] });
    assert.deepEqual((await store.load()).snapshot, snapshot);
    assert.equal((await records.load()).snapshot?.pieces, 6);
  }));

test('other addresses: the fund is read anew, with the addresses of before, those of long before among them', () =>
  embedded(async (lab) => {
    const { fund: records } = await lab.open();
    const keep = async (addresses: readonly (string | undefined)[]) => {
      const store = new PoolFundStore(records, addresses);
      const kept = await store.load();
      const fund = new Fund({ addresses, depth: 3, minDeposit: 1n }, kept);
      await store.commit({ snapshot: fund.snapshot(), entries: [], finds: [], reservations: [] });
      return kept;
    };
    const first: readonly (string | undefined)[] = ADDRESSES.map((_, chain) => `burn ${chain}`);
    assert.deepEqual(await keep(first), { snapshot: undefined, reservations: [], finds: [] });
    assert.equal((await keep(first)).retired, undefined);
    const second = await keep(first.with(3, 'new 3').with(5, 'new 5'));
    assert.equal(second.snapshot, undefined);
    assert.deepEqual(second.retired, [
      { address: 'burn 3', chain: 3 },
      { address: 'burn 5', chain: 5 },
    ]);
    const third = await keep(first.with(3, 'new 3').with(6, undefined));
    assert.deepEqual(third.retired, [
      { address: 'burn 3', chain: 3 },
      { address: 'new 5', chain: 5 },
      { address: 'burn 6', chain: 6 },
    ]);
    // The same again goes on from what was kept.
    const { snapshot } = await new PoolFundStore(records, first.with(3, 'new 3').with(6, undefined)).load();
    assert.deepEqual(snapshot?.retired, third.retired);
  }));

test('an older commit brings its entries alone; what ended with it ends with the next one', () =>
  embedded(async (lab) => {
    const { fund: records } = await lab.open();
    const chain = new FundLab(2);
    chain.mine(0, [chain.world.deposit([1], 100n * ALPH)]);
    chain.mineAll(6);
    const early = { entries: chain.fund.settle().entries, snapshot: chain.fund.snapshot() };
    chain.mineAll(3);
    const late = { entries: chain.fund.settle().entries, snapshot: chain.fund.snapshot() };
    assert.notDeepEqual(late.snapshot.cursors, early.snapshot.cursors);
    const [first, second] = [new PoolFundStore(records, ADDRESSES), new PoolFundStore(records, ADDRESSES)];
    await second.found({ hash: 'f'.repeat(64), chain: 3, height: 7 });
    await first.commit({ ...late, finds: [], reservations: [] });
    await second.commit({ ...early, finds: ['f'.repeat(64)], reservations: [] });
    const kept = await first.load();
    assert.deepEqual(kept.snapshot, late.snapshot);
    assert.equal(kept.finds.length, 1);
    assert.deepEqual(await first.entries(0, 1000), [...late.entries, ...early.entries]);
    await second.commit({ ...late, finds: [], reservations: [] });
    assert.deepEqual((await first.load()).finds, []);
    assert.deepEqual(await first.entries(0, 1000), [...late.entries, ...early.entries]);
  }));

test('a find that the store did not take is kept with the next commit', () =>
  embedded(async (lab) => {
    const { fund: records } = await lab.open();
    let away = true;
    const addFind: typeof records.addFind = async (find) => {
      if (away) throw new Error('away');
      await records.addFind(find);
    };
    const store = new PoolFundStore({ ...records, addFind }, ADDRESSES);
    const find = { hash: 'f'.repeat(64), chain: 3, height: 7 };
    await assert.rejects(store.found(find), /away/);
    const fund = new Fund({ addresses: ADDRESSES, depth: 3, minDeposit: 1n });
    const commit = { snapshot: fund.snapshot(), entries: [], finds: [], reservations: [] };
    await assert.rejects(store.commit(commit), /away/);
    assert.deepEqual((await store.load()).finds, []);
    away = false;
    await store.commit(commit);
    assert.deepEqual((await store.load()).finds, [find]);
  }));

test('a store that came back older is told again what it lacks: entries, in order, and finds', () =>
  embedded(async (lab) => {
    const { fund: records } = await lab.open();
    const chain = new FundLab(2);
    chain.mine(0, [chain.world.deposit([1], 100n * ALPH)]);
    chain.mineAll(6);
    const commit = {
      entries: chain.fund.settle().entries,
      snapshot: chain.fund.snapshot(),
      finds: [],
      reservations: [],
    };
    assert.ok(commit.entries.length > 0);
    const store = new PoolFundStore(records, ADDRESSES);
    await store.commit(commit);
    // Another store in its place: an older one.
    const older = await embeddedStoreLab();
    try {
      const { fund: olderRecords } = await older.open();
      Object.assign(records, olderRecords);
      await store.commit({ ...commit, entries: [] });
      assert.deepEqual(await store.entries(0, 1000), []);
      const find = { hash: 'f'.repeat(64), chain: 3, height: 7 };
      store.tellAgain([find]);
      await store.commit({ ...commit, entries: [] });
      assert.deepEqual(await store.entries(0, 1000), commit.entries);
      assert.deepEqual((await store.load()).finds, [find]);
    } finally {
      await older.close();
    }
  }));

test('a coin of another withdrawal is taken; a store that is away is no other fault', () =>
  embedded(async (lab) => {
    const store = await lab.open();
    const fund = new PoolFundStore(store.fund, ADDRESSES);
    const fault = (expected: string) => (error: unknown) =>
      error instanceof FundStoreError && error.fault === expected;
    const reservation = { id: 'w-1', payer: 'fund', amount: 5n, keys: ['aa', 'bb'] } as const;
    await fund.reserve(reservation);
    await assert.rejects(fund.reserve({ ...reservation, id: 'w-2', keys: ['bb'] }), fault('taken'));
    await store.close();
    await assert.rejects(fund.release('w-1'), fault('io'));
    await assert.rejects(fund.load(), fault('io'));
  }));

// Settlement at work: leases, what is told, and its end.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { INTERVAL_MS } from '../../../pool/settlement/interval.js';
import { type SettlementTask, startSettlement } from '../../../pool/settlement/start-settlement.js';
import { accountKey, SettlementWorld } from '../../support/settlement-world.js';

const ONE = accountKey(1);

/** A process that settles, whose steps a test lets happen. */
async function start(t: TestContext, world: SettlementWorld, owner: string) {
  const told: string[] = [];
  let monotonicMs = 0;
  let storeFence: number | undefined;
  let wake = (): void => {};
  const task: SettlementTask = await startSettlement({
    store: world.store(),
    terms: world.terms,
    suppliesCoins: false,
    owner,
    storeFence: () => storeFence,
    fundAddresses: () => [],
    now: () => monotonicMs,
    sleep: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    nextTurn: () => nextTurn(),
    onNotice: (level, message) => told.push(`${level}: ${message}`),
  });
  const step = async (): Promise<void> => {
    monotonicMs += 1_000;
    task.tick();
    for (let i = 0; i < 50; i++) await nextTurn();
    wake();
    for (let i = 0; i < 200; i++) await nextTurn();
  };
  const close = async (): Promise<void> => {
    const closing = task.close();
    wake();
    await closing;
  };
  t.after(close);
  return {
    told,
    figures: () => task.figures,
    step,
    close,
    hold: (fence: number | undefined) => {
      storeFence = fence;
      world.fence = fence ?? world.fence;
    },
  };
}

test('it settles while the store’s lease is held, and gives that of the books back with it', async (t) => {
  const world = new SettlementWorld();
  const one = await start(t, world, 'one');
  world.share(ONE, 10n);
  const hash = world.find();
  await one.step();
  assert.equal(one.figures(), undefined);
  const free = await world.books.takeLease('settlement', 'nobody', 1_000);
  await world.books.releaseLease('settlement', free!.fence);
  one.hold(7);
  world.pass(INTERVAL_MS + 10_000);
  world.end(hash);
  await one.step();
  assert.deepEqual(one.figures()?.blockedBy, 0);
  assert.equal(await world.balance('wallet/1/immature'), 3n * 10n ** 18n);
  assert.equal(await world.books.takeLease('settlement', 'two', 1_000), undefined);
  one.hold(undefined);
  await one.step();
  assert.equal(one.figures(), undefined);
  const two = await start(t, world, 'two');
  two.hold(8);
  world.pass(30_000_000);
  world.mature(hash);
  await two.step();
  assert.equal(two.figures()?.runs, 1);
  assert.equal(world.fate(hash)?.credited, true);
  await two.close();
  assert.notEqual(await world.books.takeLease('settlement', 'three', 1_000), undefined);
  assert.deepEqual(one.told, []);
  assert.equal(two.told.length, 1);
  assert.match(two.told[0]!, /^info: settlement 1 is complete; head of the audit: [0-9a-f]{64}$/);
  await world.judge();
});

test('blocks count that were found after the start, and before anybody has the lease', async (t) => {
  const world = new SettlementWorld();
  world.find();
  world.pass(1);
  await start(t, world, 'one');
  world.share(ONE, 10n);
  const hash = world.find();
  world.pass(INTERVAL_MS + 10_000);
  world.end(hash);
  const two = await start(t, world, 'two');
  two.hold(8);
  world.pass(30_000_000);
  world.mature(hash);
  await two.step();
  await two.step();
  assert.deepEqual(
    (await world.runs()).flatMap(({ blocks }) => blocks.map((block) => block.hash)),
    [hash],
  );
});

test('trouble and silent journals are told once, and when they are over', async (t) => {
  const world = new SettlementWorld();
  const one = await start(t, world, 'one');
  one.hold(7);
  world.share(ONE, 10n);
  const hash = world.find();
  world.share(ONE, 10n, { journal: 'b' });
  world.nowMs += INTERVAL_MS;
  world.report('a');
  await one.step();
  await one.step();
  assert.equal(one.told.length, 1);
  assert.match(one.told[0]!, /^warn: crediting waits for the shares of silent front ends, journals b:/);
  world.report('b');
  await one.step();
  assert.deepEqual(one.told.slice(1), ['info: crediting waits for no silent journal any more']);
  world.end(hash);
  const { key, amount } = world.fate(hash)!.reward!;
  const fence = { name: 'ledger', number: 1 } as const;
  const coin = {
    table: 'utxo',
    key: `1/${key}`,
    version: 0,
    text: `["${amount}",0,"move/x/in",""]`,
  } as const;
  await world.books.commit({ fence, append: [], records: [coin] });
  await one.step();
  await one.step();
  assert.equal(one.told.length, 3);
  assert.match(one.told[2]!, /^warn: the reward of block 0+1 can't be booked/);
  const gone = { ...coin, version: 1, text: undefined };
  await world.books.commit({ fence, append: [], records: [gone] });
  await one.step();
  await one.step();
  assert.deepEqual(one.told.slice(3), ['info: crediting goes on']);
  assert.equal(await world.balance('wallet/1/immature'), amount);
});

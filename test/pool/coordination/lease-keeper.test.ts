import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  LeaseKeeper,
  type LeaseKeeperModules,
  TASK_LEASE_MS,
} from '../../../pool/coordination/lease-keeper.js';
import { type Store, StoreRefusedError, StoreUnavailableError } from '../../../pool/ports/store.js';
import { closeAll, closers } from '../../support/closers.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';

afterEach(closeAll);

/** A store whose clock runs with the keepers', and keepers on it that are ticked together each second. */
async function leaseLab() {
  const lab = await embeddedStoreLab();
  closers.push(() => lab.close());
  const store = await lab.open();
  let nowMs = 0;
  const keepers: LeaseKeeper[] = [];
  return {
    store,
    /** Makes a keeper. @returns it, and what it told: a fence, `lost`, or a fault's text */
    keep(owner: string, changes: Partial<LeaseKeeperModules> = {}) {
      const told: (number | string)[] = [];
      const keeper = new LeaseKeeper({
        store,
        name: 'payer',
        owner,
        now: () => nowMs,
        onTaken: (fence) => told.push(fence),
        onLost: () => told.push('lost'),
        onFault: ({ message }) => told.push(message),
        ...changes,
      });
      keepers.push(keeper);
      return { keeper, told };
    },
    /** Lets time pass, second by second. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        await lab.pass(1_000);
        nowMs += 1_000;
        for (const keeper of keepers) keeper.tick();
        await nextTurn();
      }
    },
    /** Lets time pass without a tick: the process stands still. */
    async sleep(ms: number) {
      await lab.pass(ms);
      nowMs += ms;
    },
  };
}

/** A store that can be made to fail. */
function failing(store: Store) {
  const lab = { failure: undefined as Error | undefined, asked: 0 };
  const reach = (): void => {
    lab.asked++;
    if (lab.failure !== undefined) throw lab.failure;
  };
  const part: LeaseKeeperModules['store'] = {
    takeLease: async (...args) => {
      reach();
      return store.takeLease(...args);
    },
    renewLease: async (...args) => {
      reach();
      return store.renewLease(...args);
    },
    releaseLease: async (...args) => {
      reach();
      return store.releaseLease(...args);
    },
  };
  return { lab, store: part };
}

test('one of two holds the lease for as long as it lives, and the other follows when it is given back', async () => {
  const lab = await leaseLab();
  const [a, b] = [lab.keep('a'), lab.keep('b')];
  assert.equal(a.keeper.fence, undefined);
  await lab.pass(10 * TASK_LEASE_MS);
  assert.equal(a.told.length, 1);
  assert.equal(a.keeper.fence, a.told[0]);
  assert.deepEqual([b.told, b.keeper.fence], [[], undefined]);
  await a.keeper.close();
  assert.equal(a.keeper.fence, undefined);
  await lab.pass(TASK_LEASE_MS / 3);
  assert.equal(b.told.length, 1);
  assert.ok(b.keeper.fence! > (a.told[0] as number));
  await lab.pass(2 * TASK_LEASE_MS);
  assert.deepEqual([a.told.length, b.told.length], [1, 1], 'who is closed takes nothing more');
});

test('it asks three times in a lease, and not each second', async () => {
  const lab = await leaseLab();
  const { lab: failures, store } = failing(lab.store);
  lab.keep('a', { store });
  await lab.pass(10 * TASK_LEASE_MS);
  assert.ok(failures.asked >= 29 && failures.asked <= 31, String(failures.asked));
});

test('while the store is away the lease is lost here before another front end can take it', async () => {
  const lab = await leaseLab();
  const away = failing(lab.store);
  const [a, b] = [lab.keep('a', { store: away.store }), lab.keep('b')];
  await lab.pass(1_000);
  const fence = a.keeper.fence!;
  away.lab.failure = new StoreUnavailableError('away');
  let both = 0;
  for (let seconds = 0; seconds < 60; seconds++) {
    await lab.pass(1_000);
    if (a.keeper.fence !== undefined && b.keeper.fence !== undefined) both++;
  }
  assert.equal(both, 0);
  assert.deepEqual(a.told, [fence, 'lost']);
  assert.ok(b.keeper.fence! > fence);
});

test('a short absence of the store loses nothing; a refusal is told', async () => {
  const lab = await leaseLab();
  const away = failing(lab.store);
  const { keeper, told } = lab.keep('a', { store: away.store });
  await lab.pass(1_000);
  const { fence } = keeper;
  away.lab.failure = new StoreUnavailableError('away');
  await lab.pass(15_000);
  away.lab.failure = new StoreRefusedError('broken');
  await lab.pass(9_000);
  away.lab.failure = undefined;
  await lab.pass(TASK_LEASE_MS);
  assert.equal(keeper.fence, fence);
  assert.deepEqual(told, [fence, 'broken']);
});

test('a process that stood still holds nothing when it goes on, and hears of it', async () => {
  const lab = await leaseLab();
  const [a, b] = [lab.keep('a'), lab.keep('b')];
  await lab.pass(1_000);
  const fence = a.keeper.fence!;
  await lab.sleep(TASK_LEASE_MS + 1_000);
  assert.equal(a.keeper.fence, undefined);
  b.keeper.tick();
  await lab.pass(1_000);
  assert.deepEqual(a.told, [fence, 'lost']);
  assert.equal(b.told.length, 1);
  assert.ok(b.keeper.fence! > fence);
});

test('a lease that another took by the same name is lost at the next renewal', async () => {
  const lab = await leaseLab();
  const { keeper, told } = lab.keep('a');
  await lab.pass(1_000);
  const taken = (await lab.store.takeLease('payer', 'a', 1))!;
  await lab.pass(TASK_LEASE_MS / 3 + 1_000);
  assert.equal(told[1], 'lost');
  assert.ok(keeper.fence! > taken.fence, 'and taken anew, since that one ran out');
});

test('closed while it asks, it keeps nothing back', async () => {
  const lab = await leaseLab();
  let answer: () => void = () => {};
  const slow: LeaseKeeperModules['store'] = {
    takeLease: async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return lab.store.takeLease(...args);
    },
    renewLease: () => assert.fail(),
    releaseLease: (...args) => lab.store.releaseLease(...args),
  };
  const { keeper, told } = lab.keep('a', { store: slow });
  keeper.tick();
  const closed = keeper.close();
  answer();
  await closed;
  assert.deepEqual(told, []);
  assert.ok(await lab.store.takeLease('payer', 'b', 1_000));
});

test('an answer that comes after the end of the lease counts for nothing', async () => {
  const lab = await leaseLab();
  let answer: () => void = () => {};
  const slow: LeaseKeeperModules['store'] = {
    takeLease: async (...args) => {
      const lease = await lab.store.takeLease(...args);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return lease;
    },
    renewLease: () => assert.fail(),
    releaseLease: () => assert.fail(),
  };
  const { keeper, told } = lab.keep('a', { store: slow });
  keeper.tick();
  await nextTurn();
  await lab.sleep(TASK_LEASE_MS);
  answer();
  await nextTurn();
  assert.deepEqual([keeper.fence, told], [undefined, []]);
});

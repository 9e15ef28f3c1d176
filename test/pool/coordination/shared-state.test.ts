import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedState, type SharedStateModules } from '../../../pool/coordination/shared-state.js';
import { Bans } from '../../../pool/guard/bans.js';
import {
  type Ban,
  type NotedNodeIdentity,
  type PoolEvent,
  type Store,
  StoreMismatchError,
  StoreUnavailableError,
} from '../../../pool/ports/store.js';
import type { Upstream } from '../../../pool/ports/upstream.js';
import { AddressRanges } from '../../../protocol/ip-address.js';
import { IDENTITY } from '../../support/fake-rest.js';
import { waitFor } from '../../support/wait.js';

/** A front end's shared state on a store that says what the test wants. */
function share() {
  const told: NotedNodeIdentity[] = [];
  const fatal: Error[] = [];
  let hear: (event: PoolEvent) => void = () => {};
  const lab = {
    hear: (event: PoolEvent) => hear(event),
    noted: {} as NotedNodeIdentity,
    failure: undefined as Error | undefined,
    bans: Promise.resolve<readonly Ban[]>([]),
  };
  const answer = async <T>(value: T): Promise<T> => {
    if (lab.failure !== undefined) throw lab.failure;
    return value;
  };
  const calls: string[] = [];
  const store: Pick<
    Store,
    | 'nodeIdentity'
    | 'claimNodeIdentity'
    | 'addBan'
    | 'removeBan'
    | 'bans'
    | 'blocks'
    | 'publish'
    | 'subscribe'
  > = {
    addBan: async ({ address }) => {
      await answer(undefined);
      calls.push(`kept ${address}`);
    },
    removeBan: async ({ length }) => void (await answer(length)),
    publish: async ({ type }) => void calls.push(`told ${type}`),
    nodeIdentity: () => answer(lab.noted),
    claimNodeIdentity: () => answer(lab.noted),
    bans: async () => {
      await answer(undefined);
      calls.push('bans read');
      return lab.bans;
    },
    blocks: () => answer([]),
    subscribe: (listener) => {
      hear = listener;
      return () => {};
    },
  };
  const upstream: Pick<Upstream, 'expect'> = { expect: (identity) => void told.push(identity) };
  const bans = new Bans(new AddressRanges([]));
  const state = new SharedState({
    frontEnd: 'one',
    store,
    upstream,
    bans,
    storeNow: Date.now,
    onFatal: (error: Error) => fatal.push(error),
  } as unknown as SharedStateModules);
  return { told, fatal, lab, state, calls, bans };
}

test('what nodes must be is read at the start, each minute, when the store is back, and when it has changed', async () => {
  const { state, lab, told } = share();
  state.tick(0);
  await waitFor('the first reading', () => told.length === 1);
  state.tick(59_999);
  lab.noted = IDENTITY;
  state.tick(60_000);
  await waitFor('the second reading', () => told.length === 2);
  assert.deepEqual(told, [{}, IDENTITY]);
  lab.failure = new StoreUnavailableError('away');
  state.tick(120_000);
  lab.failure = undefined;
  state.tick(121_000);
  assert.equal(told.length, 2);
  state.readAgain();
  state.tick(122_000);
  await waitFor('the reading after', () => told.length === 3);
  lab.hear({ type: 'nodeIdentity' });
  state.tick(123_000);
  await waitFor('the reading of the change', () => told.length === 4);
});

test('a claim gives what is noted; a store that is away is no end of the pool, one of another pool is', async () => {
  const { state, lab, fatal } = share();
  lab.noted = { networkId: 0 };
  assert.deepEqual(await state.claimNodeIdentity(IDENTITY), { networkId: 0 });
  lab.failure = new StoreUnavailableError('away');
  await assert.rejects(state.claimNodeIdentity(IDENTITY), StoreUnavailableError);
  assert.deepEqual(fatal, []);
  lab.failure = new StoreMismatchError('another pool');
  await assert.rejects(state.claimNodeIdentity(IDENTITY), StoreMismatchError);
  assert.deepEqual(fatal, [lab.failure]);
});

test('a ban is told to the others when the store has it, however late', async () => {
  const { state, lab, calls } = share();
  const ban = { address: '192.0.2.1', untilMs: Date.now() + 600_000, reason: 'flood' };
  lab.failure = new StoreUnavailableError('away');
  state.ban(ban);
  await new Promise(setImmediate);
  assert.equal(calls.join(), '');
  lab.failure = undefined;
  state.tick(0);
  await waitFor('it is told', () => calls.includes('told ban'));
  assert.deepEqual(
    calls.filter((call) => call !== 'bans read'),
    ['kept 192.0.2.1', 'told ban'],
  );
});

test('what is heard of bans while those of the store are read is newer than what was read', async () => {
  const { state, lab, calls, bans } = share();
  const banOf = (host: number): Ban => ({
    address: `192.0.2.${host}`,
    untilMs: Date.now() + 600_000,
    reason: 'flood',
  });
  let read: (bans: readonly Ban[]) => void = () => {};
  lab.bans = new Promise((resolve) => {
    read = resolve;
  });
  for (const host of [1, 2, 3, 4]) bans.add(banOf(host));
  state.tick(0);
  await waitFor('the reading', () => calls.includes('bans read'));
  lab.hear({ type: 'unban', address: '192.0.2.1' });
  await state.unban('192.0.2.2');
  lab.hear({ type: 'ban', ban: banOf(5) });
  bans.add(banOf(6));
  state.ban(banOf(6));
  await waitFor('it is kept', () => calls.includes('kept 192.0.2.6'));
  // As the store had it before all that: the fourth has ended, and a seventh begun.
  read([1, 2, 3, 7].map(banOf));
  await waitFor('what is left', () => bans.banOf('192.0.2.7', Date.now()) !== undefined);
  assert.deepEqual([...bans.values()].map(({ address }) => address.slice(-1)).sort(), ['3', '5', '6', '7']);
  // The next reading knows.
  lab.bans = Promise.resolve([3, 5].map(banOf));
  state.tick(60_000);
  await waitFor('the next reading', () => bans.size === 2);
});

import assert from 'node:assert/strict';
import { StoreMismatchError, StoreUnavailableError } from '../../pool/ports/store.js';
import type { UpstreamIdentity } from '../../pool/ports/upstream.js';
import { batchOf } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const JOURNAL = '00000000000000a1';
const isMismatch = (error: unknown): boolean =>
  error instanceof StoreMismatchError && error.code === 'ERR_STORE_MISMATCH';
const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailableError && error.code === 'ERR_STORE_UNAVAILABLE';

const NODES: UpstreamIdentity = { networkId: 4, minerAddresses: ['a0', 'a1', 'a2', 'a3'] };
const OTHER_NODES: UpstreamIdentity = { networkId: 4, minerAddresses: ['a0', 'a1', 'b2', 'a3'] };

/**
 * By how much less than was waited a store's clock may have gone on, ms: a timer ends up to 1 ms early by another clock,
 * and both readings are cut to whole ms.
 */
const CLOCK_GRAIN_MS = 5;

/** What a store is opened for. */
export const identityCases: readonly StoreCase[] = [
  [
    'what was stored is there after opening again',
    async (lab, store) => {
      await store.apply(batchOf(JOURNAL, 1, [{ account: 'aa', timeMs: 10_000, work: 16n }]));
      await store.close();
      const again = await lab.open();
      assert.equal((await again.worker({ account: 'aa', name: '' }))?.work, 16n);
    },
  ],
  [
    'another network is refused at opening, and notes nothing later',
    async (lab, store) => {
      assert.deepEqual(await store.nodeIdentity(), { networkId: 4 });
      assert.deepEqual(await store.claimNodeIdentity({ ...NODES, networkId: 1 }), { networkId: 4 });
      assert.deepEqual(await store.claimNodeIdentity({ ...NODES, networkId: 1 }, true), { networkId: 4 });
      assert.deepEqual(await store.nodeIdentity(), { networkId: 4 });
      await assert.rejects(lab.open({ identity: { networkId: 0 } }), isMismatch);
    },
  ],
  [
    'a store without addresses adopts the first that are claimed, and keeps them',
    async (lab, store) => {
      assert.deepEqual(await store.claimNodeIdentity(NODES), NODES);
      assert.deepEqual(await store.claimNodeIdentity(OTHER_NODES), NODES);
      assert.deepEqual(await store.claimNodeIdentity({ ...NODES, networkId: 1 }), NODES);
      assert.deepEqual(await store.nodeIdentity(), NODES);
      await store.close();
      const again = await lab.open();
      assert.deepEqual(await again.nodeIdentity(), NODES);
      assert.deepEqual(await again.claimNodeIdentity(OTHER_NODES), NODES);
    },
  ],
  [
    'of several that claim at once one is noted, and all are told it',
    async (lab, store) => {
      const beside = await lab.openBeside(store);
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          (i % 2 === 0 ? store : beside).claimNodeIdentity({
            ...NODES,
            minerAddresses: [`a${i}`, 'b', 'c', 'd'],
          }),
        ),
      );
      const noted = await beside.nodeIdentity();
      assert.match(String(noted.minerAddresses), /^a\d,b,c,d$/);
      for (const told of claims) assert.deepEqual(told, noted);
    },
  ],
  [
    'addresses are replaced where that is wanted, and all see it',
    async (lab, store) => {
      const beside = await lab.openBeside(store);
      await store.claimNodeIdentity(NODES);
      assert.deepEqual(await store.claimNodeIdentity(OTHER_NODES, true), OTHER_NODES);
      assert.deepEqual(await beside.nodeIdentity(), OTHER_NODES);
      assert.deepEqual(await beside.claimNodeIdentity(NODES), OTHER_NODES);
    },
  ],
  [
    'what no nodes can be is not noted',
    async (_lab, store) => {
      for (const identity of [
        { ...NODES, networkId: -1 },
        { ...NODES, networkId: 256 },
        { ...NODES, minerAddresses: ['a', 'b', 'c'] },
        { ...NODES, minerAddresses: ['a', 'b', 'c', 'd e'] },
        { ...NODES, minerAddresses: ['a', 'b', 'c', ''] },
      ])
        await assert.rejects(store.claimNodeIdentity(identity, true), RangeError);
      assert.deepEqual(await store.nodeIdentity(), { networkId: 4 });
    },
  ],
  [
    'another length of extranonces is refused',
    async (lab) => {
      await assert.rejects(lab.open({ identity: { extranonceBytes: 3 } }), isMismatch);
      await lab.open();
    },
  ],
  [
    'an identity out of its ranges is refused',
    async (lab) => {
      for (const identity of [
        { poolId: '' },
        { poolId: 'Pool' },
        { poolId: 'a'.repeat(33) },
        { extranonceBytes: 1 },
        { extranonceBytes: 5 },
        { networkId: 256 },
      ])
        await assert.rejects(lab.open({ identity }), RangeError);
    },
  ],
  [
    'the network is noted when the first node tells it',
    async (lab) => {
      const store = await lab
        .open({ identity: { poolId: 'second', networkId: undefined } })
        .catch(() => undefined);
      if (store === undefined) return; // A store that holds one pool.
      assert.deepEqual(await store.nodeIdentity(), {});
      await store.claimNodeIdentity({ ...NODES, networkId: 0 });
      const noted = await store.claimNodeIdentity({ ...OTHER_NODES, networkId: 1 });
      assert.deepEqual(noted, { ...NODES, networkId: 0 });
      await assert.rejects(lab.open({ identity: { poolId: 'second', networkId: 1 } }), isMismatch);
    },
  ],
  [
    'a closed store is not available',
    async (_lab, store) => {
      await store.close();
      await store.close();
      await assert.rejects(store.journals(), isUnavailable);
      await assert.rejects(store.apply(batchOf(JOURNAL, 1, [])), isUnavailable);
      await assert.rejects(store.publish({ type: 'unban', address: '192.0.2.1' }), isUnavailable);
    },
  ],
  [
    'its clock goes on',
    async (lab, store) => {
      const before = await store.now();
      await lab.pass(100);
      const passed = (await store.now()) - before;
      assert.ok(passed >= 100 - CLOCK_GRAIN_MS && passed < 60_000, `${passed} ms`);
    },
  ],
];

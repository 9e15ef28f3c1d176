import assert from 'node:assert/strict';
import { StoreMismatchError, StoreUnavailableError } from '../../pool/core/store.js';
import { batchOf } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const JOURNAL = '00000000000000a1';
const isMismatch = (error: unknown): boolean =>
  error instanceof StoreMismatchError && error.code === 'ERR_STORE_MISMATCH';
const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailableError && error.code === 'ERR_STORE_UNAVAILABLE';

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
    'another network is refused, at opening and later',
    async (lab, store) => {
      await assert.rejects(store.claimNetwork(1), isMismatch);
      await store.claimNetwork(4);
      await assert.rejects(lab.open({ identity: { networkId: 0 } }), isMismatch);
      const unsure = await lab.open({ identity: { networkId: undefined } });
      await assert.rejects(unsure.claimNetwork(0), isMismatch);
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
      await store.claimNetwork(0);
      await assert.rejects(store.claimNetwork(1), isMismatch);
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
      await lab.pass(50);
      const after = await store.now();
      assert.ok(after >= before + 50 && after < before + 60_000, `${before} ${after}`);
    },
  ],
];

import assert from 'node:assert/strict';
import type { StoreCase } from './store-conformance.js';

const HOUR = 3_600_000;

/** Over soon, and not before a store that is slow for a moment has answered two questions more. */
const SHORT = 2_500;

/** Leases of extranonces. */
export const extranonceCases: readonly StoreCase[] = [
  [
    'blocks are leased once, until none is left',
    async (_lab, store) => {
      const now = await store.now();
      const first = await store.leaseExtranonces('a', 3, HOUR);
      assert.deepEqual(
        first.map(({ block, releasedMs }) => [block, releasedMs]),
        [0, 1, 2].map((block) => [block, undefined]),
      );
      for (const { expiresMs } of first)
        assert.ok(expiresMs >= now + HOUR && expiresMs < now + HOUR + 60_000);
      const rest = await store.leaseExtranonces('b', 1000, HOUR);
      assert.deepEqual(
        rest.map(({ block }) => block),
        Array.from({ length: 253 }, (_, i) => i + 3),
      );
      assert.deepEqual(await store.leaseExtranonces('a', 1, HOUR), []);
      assert.deepEqual(await store.leaseExtranonces('a', 0, HOUR), []);
    },
  ],
  [
    'an owner that begins anew gives back all that it held, and nobody else does',
    async (_lab, store) => {
      await store.leaseExtranonces('a', 100, HOUR);
      await store.leaseExtranonces('b', 100, HOUR);
      await store.releaseAllExtranonces('a');
      await store.releaseAllExtranonces('nobody');
      const next = await store.leaseExtranonces('c', 256, HOUR);
      assert.equal(next.length, 156);
      assert.equal(next.filter(({ releasedMs }) => releasedMs !== undefined).length, 100);
      assert.equal((await store.renewExtranonces('b', [100, 199], HOUR)).length, 2);
      assert.equal((await store.renewExtranonces('a', [0], HOUR)).length, 0);
    },
  ],
  [
    'three bytes have 65,536 blocks',
    async (lab) => {
      const store = await lab
        .open({ identity: { poolId: 'wide', extranonceBytes: 3 } })
        .catch(() => undefined);
      if (store === undefined) return; // A store that holds one pool.
      let leased = 0;
      for (let i = 0; i < 7; i++) leased += (await store.leaseExtranonces('a', 10_000, HOUR)).length;
      assert.equal(leased, 65_536);
    },
  ],
  [
    'owners that race never get the same block',
    async (lab, store) => {
      const clients = [store, await lab.openBeside(store)];
      const leases = await Promise.all(
        Array.from({ length: 64 }, (_, i) => clients[i % 2]!.leaseExtranonces(`owner${i}`, 4, HOUR)),
      );
      const blocks = leases.flat().map(({ block }) => block);
      assert.equal(blocks.length, 256);
      assert.equal(new Set(blocks).size, 256);
    },
  ],
  [
    'never-used blocks come first, then those that rested longest',
    async (lab, store) => {
      await store.leaseExtranonces('a', 254, HOUR);
      await store.releaseExtranonces('a', [7]);
      const release = await store.now();
      await lab.pass(20);
      await store.releaseExtranonces('a', [5, 3]);
      await lab.pass(20);
      const leases = await store.leaseExtranonces('b', 4, HOUR);
      assert.deepEqual(
        leases.map(({ block }) => block),
        [254, 255, 7, 3],
      );
      assert.equal(leases[0]?.releasedMs, undefined);
      const rested = leases[2]!.releasedMs!;
      assert.ok(rested <= release && rested > release - 60_000);
      assert.ok(leases[3]!.releasedMs! > rested);
      assert.deepEqual(
        (await store.leaseExtranonces('b', 4, HOUR)).map(({ block }) => block),
        [5],
      );
    },
  ],
  [
    'a lease that ran out was released when it ran out',
    async (lab, store) => {
      const leases = await store.leaseExtranonces('a', 256, SHORT);
      assert.deepEqual(await store.leaseExtranonces('b', 1, HOUR), []);
      await lab.pass(SHORT + 100);
      const [again] = await store.leaseExtranonces('b', 1, HOUR);
      assert.equal(again?.releasedMs, leases.find(({ block }) => block === again?.block)?.expiresMs);
    },
  ],
  [
    'renewing keeps what is still ours, also when it ran out and nobody took it',
    async (lab, store) => {
      await store.leaseExtranonces('a', 255, HOUR);
      const [last] = await store.leaseExtranonces('a', 1, 200);
      await lab.pass(300);
      assert.deepEqual(await store.renewExtranonces('a', [0, last!.block], SHORT), [0, last!.block]);
      assert.deepEqual(await store.leaseExtranonces('b', 1, HOUR), [], 'renewed');
      await lab.pass(SHORT + 100);
      const taken = await store.leaseExtranonces('b', 2, HOUR);
      assert.deepEqual(
        taken.map(({ block }) => block).toSorted((x, y) => x - y),
        [0, last!.block],
      );
      assert.deepEqual(await store.renewExtranonces('a', [0, 1, last!.block, 300], HOUR), [1]);
      assert.deepEqual(await store.renewExtranonces('c', [1], HOUR), []);
    },
  ],
  [
    "nobody releases another's block, nor keeps one that was given back",
    async (_lab, store) => {
      await store.leaseExtranonces('a', 256, HOUR);
      await store.releaseExtranonces('b', [1, 2]);
      assert.deepEqual(await store.leaseExtranonces('b', 1, HOUR), []);
      await store.releaseExtranonces('a', [1, 999]);
      assert.deepEqual(await store.renewExtranonces('a', [1, 2], HOUR), [2]);
      assert.deepEqual(
        (await store.leaseExtranonces('b', 9, HOUR)).map(({ block }) => block),
        [1],
      );
      await store.releaseExtranonces('a', []);
      assert.deepEqual(await store.renewExtranonces('a', [], HOUR), []);
    },
  ],
];

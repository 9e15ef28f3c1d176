import assert from 'node:assert/strict';
import type { StoreCase } from './store-conformance.js';

const HOUR = 3_600_000;

/** Leases of tasks that run once in the pool. */
export const leaseCases: readonly StoreCase[] = [
  [
    'a task has one owner, until that gives it back; a fence that is none gives nothing back',
    async (_lab, store) => {
      const before = await store.now();
      const lease = (await store.takeLease('payer', 'a', HOUR))!;
      assert.ok(lease.fence >= 1 && Number.isSafeInteger(lease.fence));
      assert.ok(lease.expiresMs >= before + HOUR && lease.expiresMs < before + HOUR + 60_000);
      assert.equal(await store.takeLease('payer', 'b', HOUR), undefined);
      await store.releaseLease('payer', lease.fence + 1);
      await store.releaseLease('settlement', lease.fence);
      assert.equal(await store.takeLease('payer', 'b', HOUR), undefined);
      await store.releaseLease('payer', lease.fence);
      const next = (await store.takeLease('payer', 'b', HOUR))!;
      assert.ok(next.fence > lease.fence);
      assert.equal(await store.renewLease('payer', lease.fence, HOUR), undefined);
    },
  ],
  [
    'tasks do not meet',
    async (_lab, store) => {
      for (const name of ['settlement', 'payer', 'polw-fund'] as const)
        assert.ok(await store.takeLease(name, 'a', HOUR));
      const { fence } = (await store.takeLease('payer', 'a', HOUR))!;
      await store.releaseLease('payer', fence);
      assert.equal(await store.takeLease('settlement', 'b', HOUR), undefined);
      assert.ok(await store.takeLease('payer', 'b', HOUR));
    },
  ],
  [
    'an owner that begins anew has a new lease at once, and its earlier one holds no more',
    async (_lab, store) => {
      const first = (await store.takeLease('settlement', 'a', HOUR))!;
      const second = (await store.takeLease('settlement', 'a', HOUR))!;
      assert.ok(second.fence > first.fence);
      assert.equal(await store.renewLease('settlement', first.fence, HOUR), undefined);
      await store.releaseLease('settlement', first.fence);
      assert.equal(await store.takeLease('settlement', 'b', HOUR), undefined);
      assert.equal((await store.renewLease('settlement', second.fence, HOUR))?.fence, second.fence);
    },
  ],
  [
    'a lease that ran out is free again; then its fence neither renews it nor gives it back',
    async (lab, store) => {
      const first = (await store.takeLease('payer', 'a', 200))!;
      await lab.pass(300);
      const second = (await store.takeLease('payer', 'b', HOUR))!;
      assert.ok(second.fence > first.fence);
      assert.equal(await store.renewLease('payer', first.fence, HOUR), undefined);
      await store.releaseLease('payer', first.fence);
      assert.equal(await store.takeLease('payer', 'a', HOUR), undefined);
    },
  ],
  [
    'renewing keeps a lease under its fence, also one that ran out and that nobody took',
    async (lab, store) => {
      const { fence } = (await store.takeLease('polw-fund', 'a', 200))!;
      await lab.pass(300);
      const before = await store.now();
      const renewed = (await store.renewLease('polw-fund', fence, HOUR))!;
      assert.equal(renewed.fence, fence);
      assert.ok(renewed.expiresMs >= before + HOUR && renewed.expiresMs < before + HOUR + 60_000);
      assert.equal(await store.takeLease('polw-fund', 'b', HOUR), undefined);
      await store.releaseLease('polw-fund', fence);
      assert.equal(await store.renewLease('polw-fund', fence, HOUR), undefined, 'given back');
      assert.equal(await store.renewLease('payer', 1, HOUR), undefined, 'never taken');
    },
  ],
  [
    'of owners that race one gets the lease',
    async (lab, store) => {
      const clients = [store, await lab.openBeside(store)];
      const leases = await Promise.all(
        Array.from({ length: 32 }, (_, i) => clients[i % 2]!.takeLease('payer', `owner${i}`, HOUR)),
      );
      assert.equal(leases.filter((lease) => lease !== undefined).length, 1);
    },
  ],
  [
    'leases outlast the end of the program and pruning, and fences grow on',
    async (lab, store) => {
      const { fence } = (await store.takeLease('settlement', 'a', HOUR))!;
      const given = (await store.takeLease('payer', 'a', HOUR))!;
      await store.releaseLease('payer', given.fence);
      await store.prune((await store.now()) + 4_000 * 24 * HOUR);
      await store.close();
      const again = await lab.open();
      assert.equal(await again.takeLease('settlement', 'b', HOUR), undefined);
      assert.ok((await again.takeLease('settlement', 'a', HOUR))!.fence > fence);
      assert.ok((await again.takeLease('payer', 'b', HOUR))!.fence > given.fence);
    },
  ],
  [
    'lengths and owners that are out of range are refused',
    async (_lab, store) => {
      for (const ttlMs of [0, -1, 1.5, Number.NaN, HOUR + 1]) {
        await assert.rejects(store.takeLease('payer', 'a', ttlMs), RangeError);
        await assert.rejects(store.renewLease('payer', 1, ttlMs), RangeError);
      }
      for (const owner of ['', 'x'.repeat(65)])
        await assert.rejects(store.takeLease('payer', owner, HOUR), RangeError);
      assert.ok(await store.takeLease('payer', `${'x'.repeat(60)}\n 1 `, HOUR), 'nothing was stored');
    },
  ],
];

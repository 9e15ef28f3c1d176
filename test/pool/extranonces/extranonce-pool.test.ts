import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXTRANONCE_LEASE_MS, ExtranoncePool } from '../../../pool/extranonces/extranonce-pool.js';
import type { ExtranonceLease } from '../../../pool/ports/store.js';
import { seededRandom } from '../../support/seeded-random.js';

const NOW = 1_760_000_000_000;
const MARGIN = 15_000;

const fresh = (block: number, expiresMs = NOW + EXTRANONCE_LEASE_MS): ExtranonceLease => ({
  block,
  releasedMs: undefined,
  expiresMs,
});

function poolOf(...leases: ExtranonceLease[]): ExtranoncePool {
  const pool = new ExtranoncePool(2);
  pool.add(leases);
  return pool;
}

const takeAll = (pool: ExtranoncePool, nowMs = NOW): string[] => {
  const values: string[] = [];
  for (let value = pool.take(nowMs); value !== undefined; value = pool.take(nowMs)) values.push(value);
  return values;
};

test('values of leased blocks, each once, until none is left', () => {
  const pool = poolOf(fresh(1), fresh(255));
  const values = takeAll(pool);
  assert.equal(new Set(values).size, 512);
  assert.ok(values.every((value) => /^(?:01|ff)[0-9a-f]{2}$/.test(value)));
  assert.deepEqual([pool.live, pool.free(NOW)], [512, 0]);
  assert.equal(new ExtranoncePool(2).take(NOW), undefined);
});

test("0 is nobody's extranonce: a miner may take it for none", () => {
  for (const lease of [fresh(0), { ...fresh(0), releasedMs: NOW - 1_000_000 }]) {
    const pool = poolOf(lease);
    pool.settle(NOW);
    // What is given back comes round the ring again, and 0 never does.
    for (let round = 0; round < 3; round++) {
      const values = takeAll(pool);
      assert.equal(values.length, 255);
      assert.ok(!values.includes('0000'));
      assert.equal(pool.free(NOW), 0);
      for (const value of values) pool.release(value, false, NOW);
    }
    pool.release('0000', false, NOW);
    assert.deepEqual([pool.live, pool.free(NOW)], [0, 255]);
    assert.deepEqual(pool.renewed([0], [], NOW), []);
  }
});

test('longer extranonces have their digits', () => {
  for (const [bytes, block, first] of [
    [3, 0, '000001'],
    [4, 2 ** 24 - 1, 'ffffff00'],
  ] as const) {
    const pool = new ExtranoncePool(bytes);
    pool.add([fresh(block)]);
    assert.equal(pool.take(NOW), first);
    pool.release(first, false, NOW);
    assert.equal(pool.live, 0);
  }
});

test('a value without an accepted share is free at once, and is given again last', () => {
  const pool = poolOf(fresh(3));
  const first = pool.take(NOW)!;
  pool.release(first, false, NOW);
  const values = takeAll(pool);
  assert.equal(values.length, 256);
  assert.equal(values.at(-1), first);
});

test('a value with one rests until all live headers are younger than its release, by the margin', () => {
  const pool = poolOf(fresh(3));
  const [value] = takeAll(pool);
  pool.release(value!, true, NOW);
  for (const oldest of [undefined, NOW - 60_000, NOW, NOW + MARGIN]) {
    pool.settle(oldest);
    assert.equal(pool.take(NOW + 100_000), undefined);
  }
  assert.equal(pool.resting, 1);
  pool.settle(NOW + MARGIN + 1);
  assert.equal(pool.take(NOW + 100_000), value);
  assert.equal(pool.resting, 0);
});

test('all values of a block that someone had before rest from its release on', () => {
  const pool = poolOf({ ...fresh(7), releasedMs: NOW - 100_000 });
  assert.equal(pool.take(NOW), undefined);
  pool.settle(NOW - 100_000 + MARGIN);
  assert.equal(pool.take(NOW), undefined);
  pool.settle(NOW - 100_000 + MARGIN + 1);
  assert.equal(pool.take(NOW), '0700');
});

test('a value released twice, or never given, is not two', () => {
  const pool = poolOf(fresh(1));
  const value = pool.take(NOW)!;
  pool.release(value, false, NOW);
  pool.release(value, false, NOW);
  pool.release('01ff', true, NOW);
  pool.release('0900', true, NOW);
  pool.release('zz', true, NOW);
  assert.deepEqual([pool.live, pool.resting, pool.free(NOW)], [0, 0, 256]);
  assert.equal(new Set(takeAll(pool)).size, 256);
});

test('a lease that ran out gives no new values; its live ones stay, and renewing brings it back', () => {
  const pool = poolOf(fresh(1, NOW + 1000));
  const value = pool.take(NOW)!;
  assert.equal(pool.take(NOW + 1000), undefined);
  assert.equal(pool.live, 1);
  pool.release(value, false, NOW + 2000);
  assert.equal(pool.take(NOW + 2000), undefined);
  assert.deepEqual(pool.renewed([1], [1], NOW + 5000), []);
  assert.notEqual(pool.take(NOW + 2000), undefined);
});

test('of a block that went to another front end the values in use are told, and nothing of it is given again', () => {
  const pool = poolOf(fresh(1), fresh(2));
  const inUse = [pool.take(NOW)!, pool.take(NOW)!];
  pool.release(pool.take(NOW)!, true, NOW);
  assert.deepEqual(pool.renewed([1, 2], [2], NOW + EXTRANONCE_LEASE_MS), inUse);
  assert.deepEqual([pool.blocks, pool.live, pool.resting], [[2], 0, 0]);
  pool.release(inUse[0]!, true, NOW);
  pool.settle(NOW + 10 * MARGIN);
  assert.ok(takeAll(pool).every((value) => value.startsWith('02')));
  // It may come back one day, and then rests.
  pool.add([{ ...fresh(1), releasedMs: NOW }]);
  assert.equal(pool.take(NOW), undefined);
});

test('blocks are wanted ahead of need, and given back when far more are held', () => {
  const pool = new ExtranoncePool(2);
  assert.equal(pool.wanted(NOW), 4);
  pool.add([0, 1, 2, 3].map((block) => fresh(block)));
  assert.equal(pool.wanted(NOW), 0);
  let next = 4;
  const live: string[] = [];
  for (let i = 0; i < 10_000; i++) {
    live.push(pool.take(NOW)!);
    for (let wanted = pool.wanted(NOW); wanted > 0; wanted--) pool.add([fresh(next++)]);
  }
  assert.ok(live.every((value) => value !== undefined));
  assert.ok(pool.free(NOW) >= 2_500);
  assert.deepEqual(pool.takeSurplus(NOW), []);
  for (const value of live) pool.release(value, false, NOW);
  const given = pool.takeSurplus(NOW);
  assert.ok(given.length > 30, `${given.length}`);
  assert.ok(pool.free(NOW) >= 2 * 1_023);
  assert.ok(given.every((block) => !pool.blocks.includes(block)));
  assert.equal(pool.wanted(NOW), 0);
});

test('blocks that rest are not asked for twice', () => {
  const pool = new ExtranoncePool(2);
  pool.add(Array.from({ length: 4 }, (_, block) => ({ ...fresh(block), releasedMs: NOW })));
  assert.equal(pool.wanted(NOW), 0);
});

test('two front ends and a store that hands blocks on: no value on a header where it was in use before', () => {
  const random = seededRandom(11);
  const leasedTo = new Map<number, number>();
  const releasedMs = new Map<number, number>();
  const fronts = [0, 1].map(() => ({
    pool: new ExtranoncePool(2),
    live: [] as { value: string; used: boolean }[],
  }));
  /** By value the newest template time it was used with. */
  const usedWith = new Map<string, number>();
  const held = new Set<string>();
  let given = 0;
  for (let step = 0; step < 3000; step++) {
    const nowMs = NOW + step * 1000;
    // Headers live for a minute; the clock of their node is up to 15 s ahead.
    const [oldestMs, newestMs] = [nowMs - 60_000, nowMs + 14_000];
    for (const [owner, front] of fronts.entries()) {
      const { pool, live } = front;
      pool.settle(oldestMs);
      for (let block = 0; block < 16 && pool.wanted(nowMs) > 0; block++) {
        if (leasedTo.has(block)) continue;
        leasedTo.set(block, owner);
        pool.add([{ block, releasedMs: releasedMs.get(block), expiresMs: nowMs + EXTRANONCE_LEASE_MS }]);
      }
      if (random() < 0.02) {
        // It dies, and all it has is free for others; its miners are gone.
        for (const block of pool.blocks) {
          leasedTo.delete(block);
          releasedMs.set(block, nowMs);
        }
        for (const { value } of live) held.delete(value);
        fronts[owner] = { pool: new ExtranoncePool(2), live: [] };
        continue;
      }
      for (let i = 0; i < 20; i++) {
        const value = pool.take(nowMs);
        if (value === undefined) break;
        given++;
        assert.ok(!held.has(value), 'two have it');
        assert.ok(!(usedWith.get(value)! >= oldestMs), 'a header lives that it was used with');
        held.add(value);
        live.push({ value, used: false });
      }
      for (const miner of live) {
        if (random() < 0.3) miner.used = true;
        if (miner.used) usedWith.set(miner.value, newestMs);
      }
      front.live = live.filter(({ value, used }) => {
        if (random() > 0.1) return true;
        pool.release(value, used, nowMs);
        held.delete(value);
        return false;
      });
    }
  }
  assert.ok(given > 20_000, `${given}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace, searchTask } from '../../../../miner/backends/cpu/search-task.js';
import type { SearchTask } from '../../../../miner/core/device.js';
import type { NonceRange, SyncSearchKernel } from '../../../../shaders/search.js';

/** A kernel that makes 1,000 nonces a ms on its own clock, and finds every multiple of 10,000. */
function createFakeKernel() {
  const clock = { ms: 0 };
  const ranges: { start: bigint; count: number }[] = [];
  const kernel: SyncSearchKernel = {
    name: 'fake',
    maxFinds: 64,
    search({ start, count }: NonceRange) {
      ranges.push({ start, count });
      clock.ms += count / 1000;
      const finds: bigint[] = [];
      for (let i = 0n; i < count; i++) {
        if ((start + i) % 10_000n === 0n) finds.push(BigInt.asUintN(64, start + i));
      }
      return { finds, overflow: 1 };
    },
  };
  return { kernel, ranges, clock, nowMs: () => clock.ms };
}

const task: SearchTask = {
  id: 7,
  generation: 3,
  headerBlob: new Uint8Array(302),
  prefix: new Uint8Array(16),
  target: new Uint8Array(32),
  chain: 5,
  start: 0n,
  count: 100_001,
};
const fresh = () => false;

test('searches each nonce once, in slices', () => {
  const { kernel, ranges, nowMs } = createFakeKernel();
  const report = searchTask(task, kernel, createPace(), fresh, nowMs);
  let next = 0n;
  for (const { start, count } of ranges) {
    assert.equal(start, next);
    next += BigInt(count);
  }
  assert.equal(next, 100_001n);
  assert.deepEqual(report, {
    taskId: 7,
    hashes: 100_001,
    staleHashes: 0,
    finds: Array.from({ length: 11 }, (_, i) => BigInt(i) * 10_000n),
    overflow: ranges.length,
  });
});

test('keeps the pace from task to task', () => {
  const { kernel, ranges, nowMs } = createFakeKernel();
  const pace = createPace();
  searchTask(task, kernel, pace, fresh, nowMs);
  ranges.length = 0;
  searchTask(task, kernel, pace, fresh, nowMs);
  assert(Math.abs(ranges[0]!.count - 5000) < 10);
  assert.equal(ranges.length, 21);
  // The last slice, a single nonce, is not taken for a measurement.
  assert(pace.sliceNonces > 4900);
});

test('wraps at 2^64', () => {
  const { kernel, ranges, nowMs } = createFakeKernel();
  searchTask({ ...task, start: 2n ** 64n - 64n, count: 100 }, kernel, createPace(), fresh, nowMs);
  assert.deepEqual(
    ranges.map(({ start }) => start),
    [2n ** 64n - 64n, 0n],
  );
});

test('does nothing for a task that is stale from the start', () => {
  const { kernel, ranges, nowMs } = createFakeKernel();
  const report = searchTask(task, kernel, createPace(), () => true, nowMs);
  assert.deepEqual(report, { taskId: 7, hashes: 0, staleHashes: 0, finds: [], overflow: 0 });
  assert.equal(ranges.length, 0);
});

test('stops after the slice in which the task became stale, and counts that slice as stale', () => {
  const { kernel, ranges, nowMs } = createFakeKernel();
  const pace = { ...createPace(), sliceNonces: 5000 };
  const report = searchTask(task, kernel, pace, () => ranges.length === 3, nowMs);
  assert.equal(report.hashes, 15_000);
  assert.equal(report.staleHashes, 5000);
  assert.deepEqual(report.finds, [0n, 10_000n]);
});

test('rests before slices, so that it is busy for its part of the time, from task to task', () => {
  for (const load of [0.95, 0.6, 0.05]) {
    const { kernel, clock, nowMs } = createFakeKernel();
    const pace = { ...createPace(), sliceNonces: 5000 };
    pace.load.load = load;
    let hashes = 0;
    const rest = (ms: number): void => {
      // Some timers wake late.
      clock.ms += ms + 0.2;
    };
    for (let id = 0; id < 20; id++)
      hashes += searchTask({ ...task, id, count: 100_000 }, kernel, pace, fresh, nowMs, rest).hashes;
    const busy = hashes / 1000 / clock.ms;
    assert.ok(Math.abs(busy - load) < 0.005, `${busy} at ${load}`);
  }
});

test('a rest ends when its task is stale; the next task does not wait for what is left of it', () => {
  const { kernel, ranges, clock, nowMs } = createFakeKernel();
  const pace = { ...createPace(), sliceNonces: 5000 };
  pace.load.load = 0.1;
  let stale = false;
  const rests: number[] = [];
  const rest = (ms: number): void => {
    rests.push(ms);
    clock.ms += 1;
    stale = true;
  };
  const report = searchTask(task, kernel, pace, () => stale, nowMs, rest);
  assert.deepEqual([report.hashes, report.staleHashes], [5000, 0]);
  const begunMs = clock.ms;
  stale = false;
  searchTask(
    { ...task, count: 10_000 },
    kernel,
    pace,
    () => ranges.length === 3,
    nowMs,
    (ms) => {
      rests.push(ms);
      clock.ms += ms;
    },
  );
  // The second task's first slice was at once; what was owed before it is rested behind it.
  assert.equal(rests.length, 2);
  assert.ok(Math.abs(rests[0]! - 45) < 1e-6, String(rests));
  assert.ok(Math.abs(rests[1]! - (45 + 44)) < 1e-6, String(rests));
  assert.ok(clock.ms - begunMs > 90);
});

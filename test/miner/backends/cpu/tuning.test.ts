import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIRST_SLICE_NONCES,
  FIRST_TASK_NONCES,
  nextSliceNonces,
  nextTaskNonces,
} from '../../../../miner/backends/cpu/tuning.js';
import { restartDelayMs } from '../../../../miner/core/restart-delay.js';

/** Slices of a thread that makes so many nonces a millisecond. */
function settledSlice(noncesPerMs: number): number {
  let nonces = FIRST_SLICE_NONCES;
  for (let i = 0; i < 30; i++) nonces = nextSliceNonces(nonces, nonces / noncesPerMs);
  return nonces;
}

test('slices settle at 5 ms, whatever the speed', () => {
  for (const noncesPerMs of [50, 140, 1000, 4700, 20_000]) {
    const ms = settledSlice(noncesPerMs) / noncesPerMs;
    assert(ms > 4.8 && ms < 5.2, `${ms} ms at ${noncesPerMs} nonces a ms`);
  }
});

test('a slice is a multiple of 4 between 64 and 2^20 nonces', () => {
  assert.equal(nextSliceNonces(64, 1000), 64);
  assert.equal(nextSliceNonces(2 ** 20, 0), 2 ** 20);
  assert.equal(nextSliceNonces(1000, 3) % 4, 0);
});

test('a slice that took long is followed at once by a short one', () => {
  assert.equal(nextSliceNonces(20_000, 50), 2000);
});

test('a slice at most doubles', () => {
  assert.equal(nextSliceNonces(1000, 0), 2000);
  assert.equal(nextSliceNonces(1000, 0.1), 2000);
});

test('tasks settle at 50 ms, whatever the speed', () => {
  for (const noncesPerMs of [50, 140, 1000, 4700, 20_000]) {
    let nonces = FIRST_TASK_NONCES;
    for (let i = 0; i < 60; i++) nonces = nextTaskNonces(nonces, nonces, nonces / noncesPerMs);
    const ms = nonces / noncesPerMs;
    assert(ms > 48 && ms < 52, `${ms} ms at ${noncesPerMs} nonces a ms`);
  }
});

test('a task that was cut short leaves the size alone', () => {
  assert.equal(nextTaskNonces(10_000, 4000, 100), 10_000);
  assert.equal(nextTaskNonces(10_000, 0, 0), 10_000);
});

test('a thread that dies is started again after 1 s, doubled up to 60 s, and given up after the eighth time', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].map(restartDelayMs), [
    1000,
    2000,
    4000,
    8000,
    16_000,
    32_000,
    60_000,
    undefined,
  ]);
});

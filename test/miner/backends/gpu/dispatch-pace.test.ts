import { ok, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import { DispatchPace, MAX_DISPATCH_MS } from '../../../../miner/backends/gpu/dispatch-pace.js';

/** Runs dispatches on a device of a given speed with a given overhead. */
function run(pace: DispatchPace, noncesPerMs: number, dispatches: number, overheadMs = 0.1): void {
  for (let i = 0; i < dispatches; i++) pace.record(pace.nonces, overheadMs + pace.nonces / noncesPerMs);
}

for (const { name, noncesPerMs, granule, max } of [
  { name: 'a software driver', noncesPerMs: 250, granule: 512, max: 65535 * 512 },
  { name: 'a small card', noncesPerMs: 50_000, granule: 2048, max: 65535 * 2048 },
  { name: 'a large card', noncesPerMs: 3_500_000, granule: 2048, max: 65535 * 2048 },
]) {
  test(`within 12 dispatches ${name} is given 15 to 40 ms at once`, () => {
    const pace = new DispatchPace(granule, max);
    let longest = 0;
    for (let i = 0; i < 12; i++) {
      longest = Math.max(longest, pace.nonces / noncesPerMs);
      run(pace, noncesPerMs, 1);
    }
    ok(pace.settled);
    ok(longest <= MAX_DISPATCH_MS, `${longest} ms`);
    const ms = pace.nonces / noncesPerMs;
    ok(ms >= 15 && ms <= MAX_DISPATCH_MS, `${ms} ms`);
    strictEqual(pace.nonces % granule, 0);
  });
}

test('a size is kept while its dispatches are neither too long nor too short', () => {
  const pace = new DispatchPace(512, 2 ** 25);
  run(pace, 10_000, 12);
  const { nonces } = pace;
  run(pace, 10_000 * 0.8, 50);
  run(pace, 10_000 * 1.5, 50);
  strictEqual(pace.nonces, nonces);
});

test('a device that slows down or speeds up gets other sizes', () => {
  const pace = new DispatchPace(512, 2 ** 25);
  run(pace, 10_000, 12);
  for (const noncesPerMs of [2000, 40_000]) {
    run(pace, noncesPerMs, 60, 0);
    const ms = pace.nonces / noncesPerMs;
    ok(ms >= 15 && ms <= MAX_DISPATCH_MS, `${ms} ms`);
  }
});

test('a device that is worked in thirds alone gets other sizes, too, where it did not wait', () => {
  const pace = new DispatchPace(512, 2 ** 25);
  run(pace, 10_000, 12);
  for (const noncesPerMs of [2000, 40_000]) {
    const { nonces } = pace;
    const third = (unbroken: boolean): void => {
      const count = Math.ceil(pace.nonces / 3);
      // What begins on a device that rested takes longer.
      pace.record(count, count / noncesPerMs + (unbroken ? 0 : 10), unbroken);
    };
    for (let i = 0; i < 60; i++) third(false);
    strictEqual(pace.nonces, nonces);
    for (let i = 0; i < 60; i++) third(true);
    const ms = pace.nonces / noncesPerMs;
    ok(ms >= 15 && ms <= MAX_DISPATCH_MS, `${ms} ms`);
  }
});

test('a return that is noticed late makes no dispatch longer, though the next one seems to take no time', () => {
  const pace = new DispatchPace(512, 2 ** 25);
  run(pace, 10_000, 12);
  for (let late = 0; late < 20; late++) {
    const { nonces } = pace;
    pace.record(nonces, (2 * nonces) / 10_000, true);
    pace.record(nonces, 0, true);
    ok(pace.nonces / 10_000 <= MAX_DISPATCH_MS, `${pace.nonces / 10_000} ms`);
    run(pace, 10_000, 3);
  }
});

test('one disturbed dispatch changes little, and the small end of a task nothing', () => {
  const pace = new DispatchPace(512, 2 ** 25);
  run(pace, 10_000, 12);
  const { nonces } = pace;
  pace.record(3, 5);
  pace.record(3, 5, true);
  strictEqual(pace.nonces, nonces);
  strictEqual(Math.round(nonces / pace.expectedMs(nonces) / 1000), 10);
});

test('a size is never below one workgroup nor beyond the limit', () => {
  const slow = new DispatchPace(512, 2 ** 25);
  run(slow, 1, 20);
  strictEqual(slow.nonces, 512);
  const fast = new DispatchPace(512, 5000);
  run(fast, 1e6, 20);
  strictEqual(fast.nonces, 4608);
  ok(fast.settled);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, createSystemClock } from '../../devnet/clock.js';
import { waitFor } from '../support/wait.js';

test('a clock that stands still runs timers in their order, each at its own time', () => {
  const clock = createManualClock(1000);
  const seen: string[] = [];
  const note = (name: string) => () => seen.push(`${name} ${clock.now()}`);
  clock.after(30, note('c'));
  clock.after(10, note('a'));
  clock.after(10, () => {
    seen.push(`b ${clock.now()}`);
    clock.after(5, note('b2'));
  });
  clock.after(20, note('never')).cancel();
  clock.advance(29);
  assert.deepEqual(seen, ['a 1010', 'b 1010', 'b2 1015']);
  clock.advance(1);
  assert.deepEqual(seen.at(-1), 'c 1030');
  clock.after(1, note('closed'));
  clock.close();
  clock.advance(100);
  assert.equal(seen.length, 4);
});

test("the system's time can be put ahead: what falls due runs, the rest comes in real time", async (t) => {
  const clock = createSystemClock();
  t.after(() => clock.close());
  const start = clock.now();
  assert.ok(Math.abs(start - Date.now()) < 1000);
  let early = 0;
  clock.after(60_000, () => early++);
  const later = new Promise<void>((resolve) => clock.after(60_020, resolve));
  clock.advance(60_000);
  assert.equal(early, 1);
  await later;
  assert.ok(clock.now() >= start + 60_020);
});

test("the system's time is counted on where somebody sets it back", async (t) => {
  const clock = createSystemClock();
  t.after(() => clock.close());
  const start = clock.now();
  const realNow = Date.now;
  t.mock.method(Date, 'now', () => realNow() - 3_600_000);
  let ran = false;
  clock.after(20, () => {
    ran = true;
  });
  await waitFor('the timer', () => ran, 2_000);
  const later = clock.now();
  assert.ok(later >= start + 20 && later < start + 60_000);
  assert.ok(Number.isInteger(later));
});

test("the system's time put ahead: all timers see the new time, and one that sets itself again runs once", (t) => {
  const clock = createSystemClock();
  t.after(() => clock.close());
  const yearMs = 365 * 86_400_000;
  const end = clock.now() + yearMs;
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(clock.now());
    clock.after(1_000, tick);
  };
  clock.after(1_000, tick);
  clock.after(2_000, () => seen.push(clock.now()));
  clock.advance(yearMs);
  assert.equal(seen.length, 2);
  assert.ok(seen.every((timeMs) => timeMs >= end));
});

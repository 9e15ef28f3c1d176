import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, createSystemClock } from '../../devnet/clock.js';

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

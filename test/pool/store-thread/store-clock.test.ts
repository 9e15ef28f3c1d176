import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createStoreClock, measureOffset } from '../../../pool/store-thread/store-clock.js';

test("a clock never goes back, whatever is corrected, and comes to the store's time", () => {
  const step = fc.record({ passMs: fc.nat(5000), errorMs: fc.option(fc.integer({ min: -5000, max: 5000 })) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      let mono = 1000;
      const clock = createStoreClock(1e12, () => mono);
      let last = clock.now();
      for (const { passMs, errorMs } of steps) {
        mono += passMs;
        assert.ok(clock.now() >= last);
        last = clock.now();
        if (errorMs !== null) clock.correct(errorMs);
        assert.ok(clock.now() >= last);
        last = clock.now();
      }
      clock.correct(-1000);
      const wanted = clock.now() - 1000;
      mono += 20_000;
      assert.ok(Math.abs(clock.now() - (wanted + 20_000)) < 0.01);
      clock.correct(1000);
      mono += 20_000;
      assert.ok(Math.abs(clock.now() - (wanted + 41_000)) < 0.01);
    }),
  );
});

test('a small error is slewed away, 50 ms a second; one ahead by seconds is stepped over', () => {
  let mono = 0;
  const clock = createStoreClock(1e12, () => mono);
  clock.correct(500);
  mono += 1000;
  assert.equal(clock.now(), 1e12 + 1050);
  clock.correct(-100);
  mono += 1000;
  assert.equal(clock.now(), 1e12 + 2000);
  clock.correct(3_600_000);
  assert.equal(clock.now(), 1e12 + 3_602_000);
});

test('the offset is that of the fastest answer, less half of its way', async () => {
  let mono = 0;
  const waits = [400, 80, 20, 90, 300];
  const now = async (): Promise<number> => {
    const wait = waits.shift()!;
    mono += wait / 2;
    const storeMs = 1e12 + mono + 1234;
    // Slow answers come back on a slower way.
    mono += wait > 20 ? wait : wait / 2;
    return storeMs;
  };
  assert.equal(
    await measureOffset(
      { now },
      () => 1e12 + mono,
      () => mono,
    ),
    1234,
  );
});

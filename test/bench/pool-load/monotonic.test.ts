import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicUs, offsetUs } from '../../../bench/pool-load/monotonic.js';

test('a process that has to wait while clocks are compared is not fooled by it', () => {
  let us = 0;
  let reads = 0;
  // In all comparisons but the last ones it waits 20 ms before the machine's clock is read.
  const read = (): number => {
    us += ++reads % 3 === 2 && reads < 40 ? 20_000 : 1;
    return us;
  };
  equal(
    offsetUs(read, () => read() + 5_000_000),
    5_000_000,
  );
});

test("the clock is the machine's", () => {
  const before = Number(process.hrtime.bigint()) / 1000;
  const now = monotonicUs();
  const after = Number(process.hrtime.bigint()) / 1000;
  ok(now > before - 5_000 && now < after + 5_000, `${before} ${now} ${after}`);
});

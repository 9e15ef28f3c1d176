import { ok, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import { FullSpeed } from '../../../../miner/backends/gpu/full-speed.js';

test('before anything is known a device was busy all the time', () => {
  strictEqual(new FullSpeed().busyMs(1000, 42), 42);
});

test('a device was busy for as long as its nonces take at full speed, and never longer than it took', () => {
  const speed = new FullSpeed();
  speed.record(3000, 30);
  strictEqual(speed.busyMs(6000, 75), 60);
  strictEqual(speed.busyMs(6000, 58), 58);
});

test('returns that are noticed late, now more and now less, do not change it', () => {
  const speed = new FullSpeed();
  let lateMs = 0;
  for (let i = 0; i < 300; i++) {
    const laterMs = (i * 7) % 16;
    speed.record(3000, 30 + laterMs - lateMs);
    lateMs = laterMs;
  }
  ok(Math.abs(speed.busyMs(3000, 1000) - 30) < 0.5, `${speed.busyMs(3000, 1000)} ms`);
});

test('a device that becomes slower or faster for good is known for it within some seconds of its work', () => {
  const speed = new FullSpeed();
  for (let i = 0; i < 100; i++) speed.record(3000, 30);
  // One that is held up for once is not.
  speed.record(3000, 60);
  ok(speed.busyMs(3000, 1000) < 31.5);
  for (const ms of [60, 20]) {
    for (let passed = 0; passed < 4_000; passed += ms) speed.record(3000, ms);
    ok(Math.abs(speed.busyMs(3000, 1000) - ms) < 1.5, `${speed.busyMs(3000, 1000)} of ${ms} ms`);
  }
});

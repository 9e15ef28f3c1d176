import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HashrateMeter } from '../../../miner/core/hashrate.js';

test('a steady rate shows as it is over every window, from the first seconds on', () => {
  const meter = new HashrateMeter(5_000);
  for (let now = 5_000; now < 5_000 + 1_800_000; now += 100) {
    meter.add(100, now);
    if (now === 8_000 || now === 40_000 || now === 1_700_000) {
      const { over10s, over60s, over15min } = meter.read(now);
      for (const rate of [over10s, over60s, over15min])
        assert.ok(Math.abs(rate / 1000 - 1) < 0.05, `${rate} at ${now}`);
    }
  }
  assert.equal(meter.total, 1_800_000);
});

test('windows forget at their own pace; the highest stays', () => {
  const meter = new HashrateMeter(0);
  for (let now = 0; now < 30_000; now += 100) {
    meter.add(1000, now);
    meter.read(now);
  }
  const later = meter.read(45_000);
  assert.equal(later.over10s, 0);
  assert.ok(later.over60s > 6_000 && later.over60s < 7_000);
  assert.ok(later.highest > 9_500 && later.highest < 11_000);
  assert.equal(meter.read(30_000 + 1_000_000).over15min, 0);
});

test('nothing yet is 0, not NaN', () => {
  assert.deepEqual(new HashrateMeter(123).read(123), { over10s: 0, over60s: 0, over15min: 0, highest: 0 });
});

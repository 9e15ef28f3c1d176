import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestPace } from '../../../pool/block-fates/request-pace.js';

test('a node is asked 40 times at once after a pause, and 20 times a second', async () => {
  let nowMs = 0;
  const pace = new RequestPace(
    () => nowMs,
    async (ms) => {
      assert.ok(ms >= 1);
      nowMs += ms;
    },
  );
  const times: number[] = [];
  for (let i = 0; i < 140; i++) {
    await pace.turn();
    times.push(nowMs);
  }
  assert.equal(times[39], 0);
  assert.ok(times[40]! > 0);
  assert.ok(times[139]! >= 5_000 && times[139]! <= 5_100, `${times[139]}`);
  nowMs += 60_000;
  for (let i = 0; i < 40; i++) await pace.turn();
  assert.equal(nowMs, times[139]! + 60_000);
});

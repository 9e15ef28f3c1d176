import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NonceSpace } from '../../../miner/core/nonce-space.js';

const random = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);

test('a prefix is the extranonce, random bytes, and the number of the device', () => {
  const prefix = new NonceSpace(random, 0x0102).prefix(Uint8Array.of(0xbe, 0xef));
  assert.deepEqual([...prefix], [0xbe, 0xef, ...random.subarray(2, 14), 0x01, 0x02]);
  assert.deepEqual(
    [...new NonceSpace(random, 0).prefix(new Uint8Array(0))],
    [...random.subarray(0, 14), 0, 0],
  );
});

test('ranges follow one another and never overlap, over 2^32 and round 2^64', () => {
  const space = new NonceSpace(random, 0);
  assert.equal(space.take(2 ** 32 - 1), 0n);
  assert.equal(space.take(10), 2n ** 32n - 1n);
  assert.equal(space.take(1), 2n ** 32n + 9n);
});

test('bad lengths are refused', () => {
  assert.throws(() => new NonceSpace(new Uint8Array(8), 0), /expected 16 bytes, got 8/);
  assert.throws(() => new NonceSpace(random, 0).prefix(new Uint8Array(15)), /at most 14 bytes, got 15/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockDifficulty } from '../../../pool/statistics/block-difficulty.js';
import { targetBytes } from '../../../protocol/target.js';

test('a target of 2^224 takes 2^36 hashes, and 16 chains a block each 8 s', () => {
  const { work, networkHashrate } = blockDifficulty([targetBytes(2n ** 224n - 1n)])!;
  assert.equal(work, 2n ** 36n);
  const difference = networkHashrate - (16n * 2n ** 36n) / 8n;
  assert.ok(difference >= -16n && difference <= 16n * 16n, String(difference));
});

test('chains that are not known are left out', () => {
  const easy = targetBytes(2n ** 240n - 1n);
  const hard = targetBytes(2n ** 224n - 1n);
  assert.equal(blockDifficulty([easy, undefined, hard])!.work, (2n ** 36n + 2n ** 20n) / 2n);
  assert.equal(blockDifficulty([undefined]), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskNonces } from '../../../miner/core/task-size.js';
import { MAX_TARGET, targetBytes } from '../../../protocol/target.js';

test('a task brings 16 finds at most, as far as can be expected', () => {
  for (const { target, expected } of [
    // Every hash of the right chain: one in 16.
    { target: MAX_TARGET, expected: 256 },
    { target: 2n ** 240n - 1n, expected: 2 ** 24 },
    { target: 2n ** 200n, expected: 2 ** 26 },
    { target: 0n, expected: 2 ** 26 },
  ]) {
    assert.equal(taskNonces(2 ** 26, targetBytes(target)), expected, target.toString(16));
  }
  assert.equal(taskNonces(1, targetBytes(MAX_TARGET)), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, formatDuration, formatHashrate } from '../../protocol/quantity-text.js';

test('one thing is not several', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'miner')),
    ['0 miners', '1 miner', '2 miners'],
  );
  assert.deepEqual(
    [counted(1, 'batch', 'batches'), counted(2, 'batch', 'batches')],
    ['1 batch', '2 batches'],
  );
});

test('hashrates with their unit', () => {
  for (const [value, expected] of [
    [0, '0 H/s'],
    [999, '999 H/s'],
    [999.6, '1.00 kH/s'],
    [8_423_000, '8.42 MH/s'],
    [99_600_000, '100 MH/s'],
    [3.55e9, '3.55 GH/s'],
    [2 ** 60, '1.15 EH/s'],
    [5e21, '5000 EH/s'],
  ] as const) {
    assert.equal(formatHashrate(value), expected);
  }
});

test('time spans', () => {
  assert.deepEqual([0, 59_999, 60_000, 3_600_000 + 65_000, 90_000_000].map(formatDuration), [
    '0 s',
    '59 s',
    '1m 00s',
    '1h 01m',
    '1d 01h',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseWork } from '../../../pool/config/work-text.js';

test('difficulties as people write them', () => {
  for (const [value, work] of [
    [1, 2n ** 34n],
    [0.25, 2n ** 32n],
    [2 ** -30, 16n],
    [2 ** 50, 2n ** 84n],
    ['16H', 16n],
    ['100GH', 100_000_000_000n],
    ['1.5TH', 1_500_000_000_000n],
    ['1.005kH', 1005n],
    ['2^34H', 2n ** 34n],
    ['2^84H', 2n ** 84n],
    ['19YH', 19n * 10n ** 24n],
  ] as const)
    assert.equal(parseWork(value), work, String(value));
});

test('what is none', () => {
  for (const value of [
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e-12,
    2 ** 51,
    '',
    '16',
    '16h',
    '16 H',
    'H',
    '15H',
    '2^3H',
    '2^85H',
    '2^34GH',
    '1.0005kH',
    '16.5H',
    '-16H',
    '1e9H',
    '0x10H',
    '20YH',
    '100GH/s',
    '100gH',
    '1_000H',
    `${'9'.repeat(1000)}H`,
  ])
    assert.throws(() => parseWork(value), RangeError, String(value));
});

test('every work is read exactly, with and without a prefix', () => {
  fc.assert(
    fc.property(fc.bigInt(16n, 2n ** 84n), (work) => {
      assert.equal(parseWork(`${work}H`), work);
      const thousandths = String(work % 1000n).padStart(3, '0');
      assert.equal(parseWork(`${work / 1000n}.${thousandths}kH`), work);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../../node/backoff.js';

const options = { firstMs: 1000, maxMs: 30_000 };

test('doubles up to the limit, scattered over its upper half', () => {
  const least = [1, 2, 3, 5, 6, 40].map((failures) => backoffMs(failures, () => 0, options));
  assert.deepEqual(least, [500, 1000, 2000, 8000, 15_000, 15_000]);
  assert.equal(
    backoffMs(1, () => 0.999999, options),
    1000,
  );
});

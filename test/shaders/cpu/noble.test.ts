import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNobleKernel } from '../../../shaders/cpu/noble.js';
import { seededTemplate } from '../../conformance/hash-table.js';
import { testSearchKernel } from '../../conformance/search-conformance.js';

testSearchKernel('cpu-noble', createNobleKernel, { runNonces: 2 ** 14, hitRateNonces: 100_000 });

test('has as much room for finds as it is told', () => {
  const target = new Uint8Array(32).fill(0xff);
  const range = { ...seededTemplate('room'), chain: 2, target, start: 0n, count: 200 };
  const all = createNobleKernel(200).search(range);
  assert.equal(all.overflow, 0);
  const some = createNobleKernel(3).search(range);
  assert.deepEqual(some.finds, all.finds.slice(0, 3));
  assert.equal(some.overflow, all.finds.length - 3);
});

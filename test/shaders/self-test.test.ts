import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNobleKernel } from '../../shaders/cpu/noble.js';
import { createSelfTest } from '../../shaders/create-self-test.js';
import { selfTestFault } from '../../shaders/self-test.js';

test('the oracle passes the self-test, which is always the same', () => {
  const selfTest = createSelfTest();
  assert.deepEqual(createSelfTest(), selfTest);
  assert.deepEqual(createNobleKernel().search(selfTest.range), { finds: [selfTest.find], overflow: 0 });
  assert.equal(selfTestFault(selfTest, { finds: [selfTest.find], overflow: 0 }), undefined);
});

test('its range crosses 2^32', () => {
  const { range } = createSelfTest();
  assert(range.start < 2n ** 32n && range.start + BigInt(range.count) > 2n ** 32n);
});

test('anything else than the one find is a fault', () => {
  const selfTest = createSelfTest();
  const { find } = selfTest;
  for (const result of [
    { finds: [], overflow: 0 },
    { finds: [find + 1n], overflow: 0 },
    { finds: [find, find + 1n], overflow: 0 },
    { finds: [find], overflow: 1 },
  ]) {
    assert.match(selfTestFault(selfTest, result) ?? '', /^self-test: expected to find \d+, got /);
  }
});

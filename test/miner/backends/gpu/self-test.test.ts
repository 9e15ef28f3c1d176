import { match, ok, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import { judgeSelfTest, plantFind } from '../../../../miner/backends/gpu/self-test.js';
import { createNobleKernel } from '../../../../shaders/cpu/noble.js';

const planted = plantFind();

test('the planted find is the only one, and its range carries into the high word', () => {
  const { range, offset } = planted;
  const { finds, overflow } = createNobleKernel().search(range);
  strictEqual(finds.length + overflow, 1);
  strictEqual(finds[0], range.start + BigInt(offset));
  ok(range.start >> 32n !== (range.start + BigInt(range.count - 1)) >> 32n);
});

test('the very find passes, and nothing else does', () => {
  const { offset, word0 } = planted;
  strictEqual(judgeSelfTest(planted, { finds: [{ offset, word0 }], overflow: 0 }), undefined);
  for (const result of [
    { finds: [], overflow: 0 },
    { finds: [{ offset: offset + 1, word0 }], overflow: 0 },
    { finds: [{ offset, word0: word0 ^ 1 }], overflow: 0 },
    { finds: [{ offset, word0 }], overflow: 1 },
    {
      finds: [
        { offset, word0 },
        { offset: 0, word0 },
      ],
      overflow: 0,
    },
  ]) {
    match(judgeSelfTest(planted, result) ?? '', /^wrong hash: self-test expected one find/);
  }
});

import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import test from 'node:test';
import { wordsOf } from '../../shaders/blake3.js';
import {
  FINDS_BYTES,
  MAX_DISPATCH_NONCES,
  MAX_FINDS,
  packWork,
  unpackFinds,
  WORK_BYTES,
} from '../../shaders/layout.js';
import { seededBytes } from '../support/seeded-bytes.js';

const range = {
  headerBlob: seededBytes('layout', 302),
  prefix: seededBytes('layout prefix', 16),
  target: seededBytes('layout target', 32),
  chain: 14,
  start: 0x1122334455667788n,
  count: 12345,
};

test('a range lies in the uniform buffer as the table says', () => {
  const bytes = packWork(range);
  strictEqual(bytes.length, WORK_BYTES);
  strictEqual(WORK_BYTES % 16, 0);
  const words = wordsOf(bytes, WORK_BYTES / 4);
  deepStrictEqual(bytes.slice(0, 16), range.prefix);
  deepStrictEqual([words[4], words[5]], [0x55667788, 0x11223344]);
  deepStrictEqual(bytes.slice(24, 326), range.headerBlob);
  deepStrictEqual(bytes.slice(326, 336), new Uint8Array(10));
  for (const column of [86, 90, 94, 98]) strictEqual(words[column], 0);
  deepStrictEqual(
    Array.from(words.subarray(100, 108)),
    Array.from({ length: 8 }, (_, i) => Buffer.from(range.target).readUInt32BE(i * 4)),
  );
  deepStrictEqual(Array.from(words.subarray(108)), [14, 12345, 0, 0]);
});

test('ranges that the kernel can not take are refused', () => {
  for (const wrong of [
    { headerBlob: new Uint8Array(303) },
    { prefix: new Uint8Array(24) },
    { target: new Uint8Array(31) },
    { count: 0 },
    { count: 1.5 },
    { count: MAX_DISPATCH_NONCES + 1 },
  ]) {
    throws(() => packWork({ ...range, ...wrong }), RangeError);
  }
  packWork({ ...range, count: MAX_DISPATCH_NONCES });
});

test('finds come out of their buffer, and those without room are counted', () => {
  const words = new Uint32Array(FINDS_BYTES / 4).fill(0xffffffff);
  words.set([2, 7, 0xabcdef01, 4_000_000_000, 5]);
  deepStrictEqual(unpackFinds(words.buffer), {
    finds: [
      { offset: 7, word0: 0xabcdef01 },
      { offset: 4_000_000_000, word0: 5 },
    ],
    overflow: 0,
  });
  words[0] = MAX_FINDS + 3;
  const { finds, overflow } = unpackFinds(words.buffer);
  deepStrictEqual([finds.length, overflow], [MAX_FINDS, 3]);
  words[0] = 0;
  deepStrictEqual(unpackFinds(words.buffer), { finds: [], overflow: 0 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import fc from 'fast-check';
import { ByteReader, bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { decodeCompactSize, encodeCompactAmount, encodeCompactSize } from '../../protocol/compact-integer.js';
import { assertRefused, decodesOrRefuses } from '../support/decoding.js';

const decodeSize = (bytes: Uint8Array): number => decodeCompactSize(new ByteReader(bytes), 'size');

test('sizes at the edges of each form', () => {
  for (const [value, hex] of [
    [0, '00'],
    [7, '07'],
    [31, '1f'],
    [32, '4020'],
    [8191, '5fff'],
    [8192, '80002000'],
    [2 ** 29 - 1, '9fffffff'],
    [2 ** 29, 'c020000000'],
    [2 ** 31 - 1, 'c07fffffff'],
  ] as const) {
    assert.equal(bytesToHex(encodeCompactSize(value)), hex);
    assert.equal(decodeSize(hexToBytes(hex)), value);
  }
});

test('amounts at the edges of each form', () => {
  for (const [value, hex] of [
    [0n, '00'],
    [63n, '3f'],
    [64n, '4040'],
    [2n ** 14n - 1n, '7fff'],
    [2n ** 14n, '80004000'],
    [2n ** 30n - 1n, 'bfffffff'],
    [2n ** 30n, 'c040000000'],
    [2n ** 32n, 'c10100000000'],
    [2n ** 256n - 1n, `dc${'ff'.repeat(32)}`],
  ] as const) {
    assert.equal(bytesToHex(encodeCompactAmount(value)), hex);
  }
});

test('sizes and amounts are written as the official SDK writes them, and sizes come back', () => {
  const anySize = fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(30)).map(([wide, shift]) => wide >> shift);
  fc.assert(
    fc.property(anySize, (size) => {
      assert.deepEqual(encodeCompactSize(size), codec.i32Codec.encode(size));
      assert.equal(decodeSize(encodeCompactSize(size)), size);
    }),
  );
  const anyAmount = fc
    .tuple(fc.bigInt(0n, 2n ** 256n - 1n), fc.nat(255))
    .map(([wide, shift]) => wide >> BigInt(shift));
  fc.assert(
    fc.property(anyAmount, (amount) => {
      assert.deepEqual(encodeCompactAmount(amount), codec.u256Codec.encode(amount));
    }),
  );
});

test('values out of range are refused', () => {
  for (const size of [-1, 1.5, 2 ** 31, Number.NaN]) assert.throws(() => encodeCompactSize(size), RangeError);
  for (const amount of [-1n, 2n ** 256n]) assert.throws(() => encodeCompactAmount(amount), RangeError);
});

test('negative sizes, longer forms than needed, and cut ones are refused', () => {
  for (const hex of [
    '3f',
    '401f',
    '7fff',
    '80001fff',
    'bfffffff',
    'c01fffffff',
    'c0ffffffff',
    'c10000000000',
  ]) {
    assertRefused(() => decodeSize(hexToBytes(hex)), 0, /shortest form/);
  }
  assertRefused(() => decodeSize(hexToBytes('80')), 1, /expected 3 bytes, got 0/);
  assertRefused(() => decodeSize(new Uint8Array(0)), 0, /expected 1 bytes, got 0/);
});

test('any bytes: a size or a DecodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const size = decodesOrRefuses(decodeSize, bytes);
      if (typeof size === 'number') {
        const encoded = encodeCompactSize(size);
        assert.deepEqual(encoded, bytes.subarray(0, encoded.length));
      }
    }),
    { numRuns: 1000 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase58, encodeBase58 } from '../../protocol/base58.js';
import {
  ByteReader,
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  equalBytes,
  u32Bytes,
  u64Bytes,
} from '../../protocol/bytes.js';
import { assertRefused } from '../support/decoding.js';

test('hex has every byte in its place', () => {
  assert.equal(bytesToHex(Uint8Array.of(0, 1, 15, 16, 0xa9, 0xff)), '00010f10a9ff');
  assert.equal(bytesToHex(new Uint8Array(0)), '');
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(bytesToHex(bytes), Buffer.from(bytes).toString('hex'));
      assert.equal(bytesToHex(Uint8Array.of(7, ...bytes).subarray(1)), bytesToHex(bytes));
    }),
  );
});

test('integers come back from their bytes, in the fewest or in a given number', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 256n - 1n), (value) => {
      const bytes = bigIntToBytes(value);
      assert.notEqual(bytes[0], 0);
      assert.equal(bytesToBigInt(bytes), value);
      assert.equal(bigIntToBytes(value, 32).length, 32);
      assert.equal(bytesToBigInt(bigIntToBytes(value, 32)), value);
    }),
  );
  assert.deepEqual(bigIntToBytes(0n), new Uint8Array(0));
  assert.equal(bytesToBigInt(new Uint8Array(0)), 0n);
});

test('integers that are negative or do not fit are refused', () => {
  assert.throws(() => bigIntToBytes(-1n), RangeError);
  assert.throws(() => bigIntToBytes(256n, 1), RangeError);
  assert.deepEqual(bigIntToBytes(255n, 1), Uint8Array.of(255));
});

test('a reader reads what the writers wrote, from a view in the middle of a buffer as well', () => {
  const anyU8 = fc.integer({ min: 0, max: 255 });
  const anyU32 = fc.integer({ min: 0, max: 0xffffffff });
  const anyU64 = fc.bigInt(0n, 2n ** 64n - 1n);
  fc.assert(
    fc.property(anyU8, anyU32, anyU64, fc.uint8Array(), (a, b, c, blob) => {
      const whole = Uint8Array.of(9, a, ...u32Bytes(b), ...u64Bytes(c), ...u32Bytes(blob.length), ...blob);
      const reader = new ByteReader(whole.subarray(1));
      assert.deepEqual([reader.u8('a'), reader.u32('b'), reader.u64('c')], [a, b, c]);
      assert.equal(reader.position, 13);
      assert.deepEqual(reader.blob('blob'), blob);
      reader.end('all');
      assert.equal(reader.remaining, 0);
    }),
  );
});

test('a reader refuses to go beyond the end, says where, and stays there', () => {
  const reader = new ByteReader(Uint8Array.of(1, 0, 0, 0, 5, 7));
  assert.equal(reader.u8('first'), 1);
  assertRefused(() => reader.u64('long'), 1, /long: expected 8 bytes, got 5/);
  assertRefused(() => reader.blob('blob'), 1, /blob: expected 5 bytes, got 1/);
  assertRefused(() => reader.end('all'), 5, /1 bytes too many/);
  assertRefused(() => reader.bytes(2, 'pair'), 5, /expected 2 bytes, got 1/);
  assert.equal(reader.u8('last'), 7);
  assertRefused(() => reader.u8('more'), 6, /expected 1 bytes, got 0/);
});

test('bytes that are read are copies, of a Buffer as well', () => {
  for (const source of [Uint8Array.of(1, 2), Buffer.of(1, 2)]) {
    const read = new ByteReader(source).bytes(2, 'pair');
    source.fill(0);
    assert.deepEqual(read, Uint8Array.of(1, 2));
  }
});

test('equal bytes are those of one length and content', () => {
  assert.ok(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1)));
});

test('base58 comes back, leading zeros as well; other letters are refused', () => {
  fc.assert(
    fc.property(fc.nat(3), fc.uint8Array({ maxLength: 60 }), (zeros, bytes) => {
      const padded = Uint8Array.of(...new Uint8Array(zeros), ...bytes);
      assert.deepEqual(decodeBase58(encodeBase58(padded)), padded);
    }),
  );
  for (const text of ['0', 'O', 'I', 'l', '1 ', 'ä', '😀']) assert.equal(decodeBase58(text), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { blake2b256 } from '../../protocol/blake2b.js';
import { BLAKE2B_MEMORY } from '../../protocol/blake2b-code.js';
import { bytesToHex } from '../../protocol/bytes.js';

const oracle = (...parts: Uint8Array[]): string =>
  bytesToHex(blake2b(Uint8Array.from(parts.flatMap((part) => [...part])), { dkLen: 32 }));

/** Bytes none of whose neighbours are alike. */
const someBytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 167 + 13) % 251);

test('every length up to some blocks', () => {
  // Downwards: what a longer message has left must not count.
  for (let length = 520; length >= 0; length--)
    assert.equal(bytesToHex(blake2b256(someBytes(length))), oracle(someBytes(length)), `${length} bytes`);
});

test('as long as the memory has room for, and longer', () => {
  const { maxMessageBytes } = BLAKE2B_MEMORY;
  for (const length of [maxMessageBytes - 1, maxMessageBytes, maxMessageBytes + 1, 3 * maxMessageBytes]) {
    const bytes = someBytes(length);
    assert.equal(bytesToHex(blake2b256(bytes)), oracle(bytes), `${length} bytes`);
    assert.equal(bytesToHex(blake2b256(bytes.subarray(0, 9), bytes.subarray(9))), oracle(bytes));
  }
});

test('whatever the bytes are, in one part or two, wherever they lie', () => {
  const bytes = fc.uint8Array({ maxLength: 700 });
  fc.assert(
    fc.property(bytes, bytes, fc.nat(3), (first, second, shift) => {
      const whole = new Uint8Array(shift + first.length + second.length);
      whole.set(first, shift);
      whole.set(second, shift + first.length);
      const expected = oracle(first, second);
      assert.equal(bytesToHex(blake2b256(first, second)), expected);
      assert.equal(bytesToHex(blake2b256(whole.subarray(shift))), expected);
    }),
  );
});

test('a hash is not changed by the next one', () => {
  const first = blake2b256(someBytes(5));
  const before = bytesToHex(first);
  blake2b256(someBytes(6));
  assert.equal(bytesToHex(first), before);
});

test('an engine without WebAssembly makes the same', async () => {
  const { WebAssembly } = globalThis as { WebAssembly?: unknown };
  const again = new URL('../../protocol/blake2b.js?without', import.meta.url).href;
  const { blake2b256: plain } = (await import(again)) as { blake2b256: typeof blake2b256 };
  let asked = 0;
  try {
    Object.defineProperty(globalThis, 'WebAssembly', {
      configurable: true,
      get: () => {
        asked++;
        return undefined;
      },
    });
    for (const length of [0, 1, 128, 129, 300])
      assert.equal(
        bytesToHex(plain(someBytes(length), someBytes(7))),
        oracle(someBytes(length), someBytes(7)),
      );
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', {
      configurable: true,
      enumerable: false,
      writable: true,
      value: WebAssembly,
    });
  }
  assert.equal(asked, 1, 'it is tried once');
});

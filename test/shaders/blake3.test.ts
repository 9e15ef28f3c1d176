import { deepStrictEqual } from 'node:assert/strict';
import test from 'node:test';
import { blake3 } from '@noble/hashes/blake3.js';
import { CHUNK_END, CHUNK_START, compress, IV, ROOT, wordsOf } from '../../shaders/blake3.js';
import { seededBytes } from '../support/seeded-bytes.js';

/** BLAKE3 of at most one chunk, by the twin's compressions. */
function hashChunk(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / 64));
  let chaining: ArrayLike<number> = IV;
  for (let i = 0; i < blocks; i++) {
    const block = bytes.subarray(i * 64, (i + 1) * 64);
    const flags = (i === 0 ? CHUNK_START : 0) | (i === blocks - 1 ? CHUNK_END | ROOT : 0);
    chaining = compress(chaining, wordsOf(block, 16), block.length, flags);
  }
  return new Uint8Array(Uint32Array.from(chaining).buffer);
}

for (const length of [0, 1, 3, 4, 5, 63, 64, 65, 127, 128, 129, 326, 1023, 1024]) {
  test(`the CPU twin hashes ${length} bytes as the oracle does`, () => {
    const bytes = seededBytes(`twin ${length}`, length);
    deepStrictEqual(hashChunk(bytes), blake3(bytes));
  });
}

import test from 'node:test';
import { blake3 } from '@noble/hashes/blake3.js';
import { joinHeader } from '../../protocol/header.js';
import { blockHash } from '../../protocol/pow.js';
import { CHUNK_START, compress, IV, wordsOf } from '../../shaders/blake3.js';
import { packWork } from '../../shaders/layout.js';
import { nonceOf } from '../../shaders/search.js';
import { skipWhen } from '../support/requirement.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { checkCases } from '../support/shader-cases.js';
import { noSoftwareGpu, softwareGpu } from '../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const files = ['blake3', 'header-hash'];
const headerBlob = seededBytes('header-hash.wgsl', 302);
const prefix = seededBytes('prefix', 16);

/** The range's own counter must have no part in the result: the functions are given theirs. */
const work = packWork({
  headerBlob,
  chain: 0,
  target: new Uint8Array(32),
  prefix,
  start: 0x1234567890abcdefn,
  count: 1,
});
const headerBytes = work.slice(0, 400);

const COUNTERS = [
  0n,
  1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 64n - 1n,
  0x0123456789abcdefn,
];

/** A call on a counter and its oracle on the header with that counter. */
const CALLS: readonly { name: string; body: string; oracle(header: Uint8Array): Uint32Array }[] = [
  {
    name: 'nonce_block',
    body: 'put_words(0, nonce_block(&header, vec2u(word(0), word(1))));',
    oracle: (header) => compress(IV, wordsOf(header.subarray(0, 64), 16), 64, CHUNK_START),
  },
  {
    name: 'header_hash',
    body: 'put_words(0, header_hash(&header, vec2u(word(0), word(1))));',
    oracle: (header) => wordsOf(blake3(header), 8),
  },
  {
    name: 'whole_hash',
    body: 'put_words(0, whole_hash(almost_hash(header_hash(&header, vec2u(word(0), word(1))))));',
    oracle: (header) => wordsOf(blockHash(header), 8),
  },
  {
    name: 'outer_words',
    body: `
      let outer = outer_words(almost_hash(header_hash(&header, vec2u(word(0), word(1)))));
      put(0, outer.x); put(1, outer.y);`,
    oracle: (header) => {
      const hash = wordsOf(blockHash(header), 8);
      return Uint32Array.of(hash[0]!, hash[7]!);
    },
  },
];

for (const { name, body, oracle } of CALLS) {
  test(`header-hash.wgsl: ${name}`, { skip }, async () => {
    const cases = COUNTERS.map((counter) => ({
      name: `counter ${counter}`,
      input: [Number(counter & 0xffffffffn), Number(counter >> 32n)],
      expected: oracle(joinHeader(nonceOf(prefix, counter), headerBlob)),
    }));
    await checkCases(await softwareGpu(), { files, body, header: headerBytes }, cases);
  });
}

for (const index of [1, 2, 3, 4]) {
  test(`header-hash.wgsl: header_block ${index}`, { skip }, async () => {
    const header = joinHeader(nonceOf(prefix, 0n), headerBlob);
    const expected = wordsOf(header.subarray(index * 64, index * 64 + 64), 16);
    await checkCases(
      await softwareGpu(),
      { files, body: 'put_block(0, header_block(&header, word(0)));', header: headerBytes },
      [{ name: 'words in order', input: [index], expected }],
    );
  });
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { joinHeader } from '../../../protocol/header.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { compileWasmKernel, createWasmKernel, simdSupported } from '../../../shaders/cpu/wasm.js';
import { testSearchKernel } from '../../conformance/search-conformance.js';
import { skipWhen } from '../../support/requirement.js';
import { seededBytes } from '../../support/seeded-bytes.js';

const skip = skipWhen(simdSupported() ? undefined : 'this machine has no WASM SIMD');

testSearchKernel('cpu-wasm-simd', createWasmKernel, { skip });

test('hashes the recorded headers', { skip }, () => {
  const vectors: {
    cases: { nonce: string; headerBlob: string; hash: string; fromGroup: number; toGroup: number }[];
  } = JSON.parse(readFileSync(new URL('../../vectors/pow.json', import.meta.url), 'utf8'));
  const kernel = createWasmKernel();
  assert(vectors.cases.length > 0);
  for (const { nonce, headerBlob, hash, fromGroup, toGroup } of vectors.cases) {
    const actual = kernel.hash(joinHeader(hexToBytes(nonce), hexToBytes(headerBlob)));
    assert.equal(bytesToHex(actual), hash);
    assert.equal(chainOfHash(actual), fromGroup * 4 + toGroup);
  }
});

test('hashes any header as the oracle does', { skip }, () => {
  const kernel = createWasmKernel();
  const headers = Array.from({ length: 300 }, (_, i) => seededBytes(`header ${i}`, 326));
  for (const fill of [0, 0xff]) headers.push(new Uint8Array(326).fill(fill));
  for (const header of headers) assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)));
});

test('hashes each byte of the header', { skip }, () => {
  const kernel = createWasmKernel();
  for (let i = 0; i < 326; i++) {
    const header = new Uint8Array(326);
    header[i] = 1 << (i % 8);
    assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)), `byte ${i}`);
  }
});

test('a hash is a copy: the next one leaves it alone', { skip }, () => {
  const kernel = createWasmKernel();
  const first = kernel.hash(seededBytes('first', 326));
  const before = first.slice();
  kernel.hash(seededBytes('second', 326));
  assert.deepEqual(first, before);
});

test('refuses a header of another length', { skip }, () => {
  const kernel = createWasmKernel();
  for (const length of [0, 302, 325, 327]) {
    assert.throws(() => kernel.hash(new Uint8Array(length)), RangeError);
  }
});

test('kernels of one module do not disturb each other', { skip }, () => {
  const module = compileWasmKernel();
  const a = createWasmKernel(module);
  const b = createWasmKernel(module);
  const range = {
    headerBlob: seededBytes('blob', 302),
    prefix: seededBytes('prefix', 16),
    chain: 4,
    target: new Uint8Array(32).fill(0xff),
    start: 0n,
    count: 100,
  };
  const before = a.search(range);
  b.search({ ...range, chain: 7, start: 1000n });
  assert.deepEqual(a.search(range), before);
});

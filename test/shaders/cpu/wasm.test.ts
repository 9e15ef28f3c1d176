import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { joinHeader } from '../../../protocol/header.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import {
  compileWasmKernel,
  createWasmKernel,
  usableWasmVariants,
  type WasmVariant,
} from '../../../shaders/cpu/wasm.js';
import { testSearchKernel } from '../../conformance/search-conformance.js';
import { skipWhen } from '../../support/requirement.js';
import { seededBytes } from '../../support/seeded-bytes.js';

/** Relaxed SIMD came with V8 11.4, Node.js 20.12 knows it only by a flag. */
const RELAXED_FROM = 22;

const usable = usableWasmVariants();
const create = (name: WasmVariant) => createWasmKernel(compileWasmKernel(name), name);

test('engines run the builds that they should', {
  skip: skipWhen(usable[0] === undefined ? 'this machine has no WASM SIMD' : undefined),
}, () => {
  const relaxed = Number(process.versions.node.split('.')[0]) >= RELAXED_FROM;
  assert.deepEqual(usable, relaxed ? ['wasm', 'wasm-relaxed'] : ['wasm']);
});

for (const name of usable) {
  testSearchKernel(`cpu-${name}`, () => create(name));

  test(`${name}: hashes the recorded headers`, () => {
    const vectors: {
      cases: { nonce: string; headerBlob: string; hash: string; fromGroup: number; toGroup: number }[];
    } = JSON.parse(readFileSync(new URL('../../vectors/pow.json', import.meta.url), 'utf8'));
    const kernel = create(name);
    assert(vectors.cases.length > 0);
    for (const { nonce, headerBlob, hash, fromGroup, toGroup } of vectors.cases) {
      const actual = kernel.hash(joinHeader(hexToBytes(nonce), hexToBytes(headerBlob)));
      assert.equal(bytesToHex(actual), hash);
      assert.equal(chainOfHash(actual), fromGroup * 4 + toGroup);
    }
  });

  test(`${name}: hashes any header as the oracle does`, () => {
    const kernel = create(name);
    const headers = Array.from({ length: 300 }, (_, i) => seededBytes(`header ${i}`, 326));
    for (const fill of [0, 0xff]) headers.push(new Uint8Array(326).fill(fill));
    for (const header of headers)
      assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)));
  });

  test(`${name}: hashes each byte of the header`, () => {
    const kernel = create(name);
    for (let i = 0; i < 326; i++) {
      const header = new Uint8Array(326);
      header[i] = 1 << (i % 8);
      assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)), `byte ${i}`);
    }
  });

  test(`${name}: a hash is a copy: the next one leaves it alone`, () => {
    const kernel = create(name);
    const first = kernel.hash(seededBytes('first', 326));
    const before = first.slice();
    kernel.hash(seededBytes('second', 326));
    assert.deepEqual(first, before);
  });

  test(`${name}: refuses a header of another length`, () => {
    const kernel = create(name);
    for (const length of [0, 302, 325, 327]) {
      assert.throws(() => kernel.hash(new Uint8Array(length)), RangeError);
    }
  });

  test(`${name}: kernels of one module do not disturb each other`, () => {
    const module = compileWasmKernel(name);
    const a = createWasmKernel(module, name);
    const b = createWasmKernel(module, name);
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
}

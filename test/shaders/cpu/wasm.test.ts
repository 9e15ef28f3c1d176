import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileWasmKernel, createWasmKernel } from '../../../shaders/cpu/wasm.js';
import { usableWasmVariants, type WasmVariant } from '../../../shaders/cpu/wasm-kernel.js';
import { testHeaderHash } from '../../conformance/header-hash-conformance.js';
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

  testHeaderHash(name, () => create(name));

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

import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from '../../../shaders/blake3.js';
import { entryPointOf, mixChain, mixCrossed } from '../../../shaders/ceiling.js';
import { createWasmCeiling, WASM_CEILING_FORMS, WASM_LANES } from '../../../shaders/cpu/ceiling.js';
import { usableWasmVariants } from '../../../shaders/cpu/wasm.js';
import { seededBytes } from '../../support/seeded-bytes.js';

for (const variant of usableWasmVariants()) {
  for (const form of WASM_CEILING_FORMS) {
    for (const iterations of [0, 2, 34]) {
      test(`${variant}: ${entryPointOf(form)}, ${iterations} iterations, as the CPU twin mixes them`, () => {
        const ceiling = createWasmCeiling(variant);
        const task = { iterations, x: 0x12345678, y: 0x9abcdef0 };
        ceiling.seeds.set(
          wordsOf(seededBytes('wasm ceiling', ceiling.seeds.byteLength), ceiling.seeds.length),
        );
        ceiling.results.fill(0xffffffff);
        ceiling.mix({ ...task, form });
        for (let lane = 0; lane < WASM_LANES; lane++) {
          const words = (of: Uint32Array) =>
            Array.from({ length: form.chains * 4 }, (_, word) => of[word * WASM_LANES + lane]!);
          const seeds = words(ceiling.seeds);
          const expected = form.crossed
            ? [...mixCrossed(seeds, task)]
            : Array.from({ length: form.chains }, (_, i) => [
                ...mixChain(seeds.slice(i * 4, i * 4 + 4), task),
              ]).flat();
          deepEqual(words(ceiling.results), expected);
        }
      });
    }
  }
}

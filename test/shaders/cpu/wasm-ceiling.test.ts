import { test } from 'node:test';
import { createWasmCeiling, WASM_CEILING_FORMS } from '../../../shaders/cpu/wasm-ceiling.js';
import { usableWasmVariants } from '../../../shaders/cpu/wasm-kernel.js';
import { ceilingCases } from '../../conformance/ceiling-conformance.js';

for (const variant of usableWasmVariants())
  for (const { what, run } of ceilingCases(WASM_CEILING_FORMS, () => createWasmCeiling(variant)))
    test(`${variant}: ${what}`, run);

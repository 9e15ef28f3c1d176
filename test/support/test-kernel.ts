/**
 * A quick hash, for tests whose point is another.
 * @module
 */
import { createWasmKernel } from '../../shaders/cpu/wasm.js';
import type { HashingKernel } from '../../shaders/search.js';

let kernel: HashingKernel | undefined;

/** The kernel that mines on CPUs, compiled once. */
export function testKernel(): HashingKernel {
  kernel ??= createWasmKernel();
  return kernel;
}

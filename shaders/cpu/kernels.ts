/**
 * The CPU's search kernels by name, and the one that is fastest on this machine and engine.
 *
 * | name | what | where it is fastest |
 * |---|---|---|
 * | `wasm-relaxed` | WASM with relaxed SIMD | Node.js 24 and later, whose V8 makes the other's constants anew each time |
 * | `wasm` | WASM SIMD | Node.js 20; on Node.js 22 both are within 1 % |
 * | `noble` | the reference, `@noble/hashes` | nowhere: for machines without WASM SIMD, 40 times slower |
 *
 * The two WASM builds are timed against each other, once a process: a table of versions would be wrong with the next one.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { blockHash } from '../../protocol/pow.js';
import type { CpuKernel } from './cpu-kernel.js';
import { timeKernels } from './time-kernels.js';
import { compileWasmKernel, createWasmKernel, usableWasmVariants, type WasmVariant } from './wasm.js';

let best: CpuKernel | undefined;

/** Whether this machine has a kernel that is faster than the reference. */
export function hasFastCpuKernel(): boolean {
  return usableWasmVariants().length > 0;
}

/**
 * The fastest kernel that runs here. The first call takes up to a quarter of a second where there is a choice, and
 * holds up its thread for that time.
 * @throws Error if a kernel's file is not in the build
 */
export function bestCpuKernel(): CpuKernel {
  best ??= chooseKernel();
  return best;
}

/** The fastest way to hash single headers here: 326 bytes to 32. */
export function bestBlockHash(): (header: Uint8Array) => Uint8Array {
  const choice = bestCpuKernel();
  if (choice.name === 'noble') return blockHash;
  const kernel = createWasmKernel(choice.module, choice.name);
  return (header) => kernel.hash(header);
}

/** The WASM kernels that run here, compiled. */
export function usableWasmKernels(): readonly (CpuKernel & { readonly name: WasmVariant })[] {
  return usableWasmVariants().map((name) => ({ name, module: compileWasmKernel(name) }));
}

function chooseKernel(): CpuKernel {
  const candidates = usableWasmKernels();
  if (candidates.length === 0) return { name: 'noble' };
  if (candidates.length === 1) return candidates[0]!;
  const searches = candidates.map(({ name, module }) => {
    const kernel = createWasmKernel(module, name);
    return (nonces: number) => kernel.search({ ...TRIAL_RANGE, count: nonces });
  });
  return candidates[timeKernels(searches, () => performance.now())]!;
}

/** Any range will do: no hash meets its target. */
const TRIAL_RANGE = {
  headerBlob: new Uint8Array(302),
  prefix: new Uint8Array(16),
  chain: 0,
  target: new Uint8Array(32),
  start: 0n,
};

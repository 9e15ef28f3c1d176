/**
 * Which of the CPU's search kernels is fastest on a machine and engine.
 *
 * | name | what | where it is fastest |
 * |---|---|---|
 * | `native-avx512`, `native-avx2` | machine code | on every machine that runs it: 1.4 to 3.7 times as fast as WASM |
 * | `native-sse41`, `native-neon` | machine code | on some: it is timed against WASM |
 * | `wasm-relaxed` | WASM with relaxed SIMD | Node.js 24 and later, whose V8 makes the other's constants anew each time |
 * | `wasm` | WASM SIMD | Node.js 20; on Node.js 22 both are within 1 % |
 * | `noble` | the reference, `@noble/hashes` | nowhere: for machines without WASM SIMD, 40 times slower |
 *
 * What is timed is timed on the spot: a table of versions would be wrong with the next one.
 * @module
 */
import {
  type CpuKernel,
  type CreateNative,
  createFastKernel,
  type FastCpuKernel,
  type NativeVariant,
} from './cpu-kernel.js';
import { timeKernels } from './time-kernels.js';

/** Faster than any other kernel wherever they run. */
const FASTEST: ReadonlySet<NativeVariant> = new Set<NativeVariant>(['avx512', 'avx2']);

/**
 * The fastest of some kernels; the reference where there are none. Takes up to a quarter of a second where there is a
 * choice, and holds up its thread for that time.
 * @param now - monotonic clock, ms
 * @param createNative - where there are native ones
 */
export function fastestKernel(
  candidates: readonly FastCpuKernel[],
  now: () => number,
  createNative?: CreateNative,
): CpuKernel {
  const sure = candidates.find((kernel) => 'variant' in kernel && FASTEST.has(kernel.variant));
  if (sure !== undefined) return sure;
  if (candidates.length === 0) return { name: 'noble' };
  if (candidates.length === 1) return candidates[0]!;
  const searches = candidates.map((candidate) => {
    const kernel = createFastKernel(candidate, createNative);
    return (nonces: number) => kernel.search({ ...TRIAL_RANGE, count: nonces });
  });
  return candidates[timeKernels(searches, now)]!;
}

/** Any range will do: no hash meets its target. */
const TRIAL_RANGE = {
  headerBlob: new Uint8Array(302),
  prefix: new Uint8Array(16),
  chain: 0,
  target: new Uint8Array(32),
  start: 0n,
};

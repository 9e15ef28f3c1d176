/**
 * Which kernel searches for the blocks that a devnet makes itself, and how much it does at a time.
 * @module
 */
import { createCpuKernel } from '../shaders/cpu/cpu-kernel.js';
import { bestCpuKernel } from '../shaders/cpu/kernels.js';
import { createNativeKernel } from '../shaders/cpu/native.js';
import type { SearchKernel } from '../shaders/search.js';

/** A kernel, and the most hashes that it makes before anything else gets its turn. */
export interface SlicedKernel {
  readonly kernel: SearchKernel;
  readonly sliceHashes: number;
}

/** Some 4 ms of hashing at a time, on a machine of these days. */
const WASM_SLICE_HASHES = 16_384;
const NOBLE_SLICE_HASHES = 512;

/** Completes a choice: the best kernel of this machine where none is given, in slices of some 4 ms where none are. */
export async function chooseKernel({ kernel, sliceHashes }: Partial<SlicedKernel>): Promise<SlicedKernel> {
  if (kernel) return { kernel, sliceHashes: sliceHashes ?? NOBLE_SLICE_HASHES };
  const best = bestCpuKernel();
  const ownSlice = best.name === 'noble' ? NOBLE_SLICE_HASHES : WASM_SLICE_HASHES;
  return { kernel: await createCpuKernel(best, createNativeKernel), sliceHashes: sliceHashes ?? ownSlice };
}

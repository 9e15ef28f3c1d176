/**
 * Finding nonces: in small slices, so that the event loop stays free, by any search kernel.
 * @module
 */
import { expectedHashes, targetBytes, targetOfBits } from '../protocol/target.js';
import { nonceOf, PREFIX_BYTES, type SearchKernel } from '../shaders/search.js';
import type { Block } from './block.js';
import type { Random } from './random.js';
import { blockOf, type Template } from './template.js';

/** The parts that a search needs. */
export interface SearchModules {
  readonly kernel: SearchKernel;
  readonly random: Random;
  /** Most hashes that are made before anything else gets its turn. */
  readonly sliceHashes: number;
  /** Ends all searches with an error when it is aborted. */
  readonly signal: AbortSignal;
}

/** Least hashes of a slice: a call of a kernel takes as long as some dozens. */
const LEAST_SLICE_HASHES = 64;

/**
 * Finds a block for a template.
 * @param signalOfCaller - ends this search alone
 * @throws DOMException `AbortError` when the search is stopped
 */
export async function findBlock(
  template: Template,
  modules: SearchModules,
  signalOfCaller?: AbortSignal,
): Promise<Block> {
  const { kernel, random, sliceHashes, signal } = modules;
  const prefix = random.bytes(PREFIX_BYTES);
  const limit = targetOfBits(template.header.targetBits);
  const target = targetBytes(limit);
  const count = Math.min(sliceHashes, fittingSlice(limit));
  for (let start = 0n; ; start += BigInt(count)) {
    signal.throwIfAborted();
    signalOfCaller?.throwIfAborted();
    const { headerBlob, chain } = template;
    const { finds } = await kernel.search({ headerBlob, chain, target, prefix, start, count });
    if (finds.length > 0) return blockOf(template, nonceOf(prefix, finds[0]!));
    await new Promise(setImmediate);
  }
}

/** Half the hashes that a block takes on average: a kernel always makes the whole slice, what follows the block in it is wasted. */
function fittingSlice(target: bigint): number {
  return Math.max(LEAST_SLICE_HASHES, Number(expectedHashes(target) / 2n));
}

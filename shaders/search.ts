/**
 * The task of every search kernel, on every device: to hash a range of nonces and return those that are blocks or shares.
 *
 * A nonce of 24 bytes is a prefix of 16 bytes, fixed over a range, and a 64-bit counter in bytes 16..23, little-endian:
 * two aligned words of the first BLAKE3 block, of which the low one varies within a dispatch.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';

/** Bytes of a nonce before the counter. */
export const PREFIX_BYTES = 16;

/** Nonces of one template, `start` to `start + count - 1`; the counter wraps at 2^64. */
export interface NonceRange {
  /** Header without its nonce, 302 bytes. */
  readonly headerBlob: Uint8Array;
  /** Chain that a hash must belong to, 0 to 15. */
  readonly chain: ChainIndex;
  /** 32 bytes, big-endian: a hash must not be above it. */
  readonly target: Uint8Array;
  /** Nonce bytes 0..15. */
  readonly prefix: Uint8Array;
  /** First counter, 0 to 2^64 - 1. */
  readonly start: bigint;
  /** Number of nonces, 1 to 2^32 - 1. */
  readonly count: number;
}

/** The result of a search over a range. */
export interface SearchResult {
  /** Counters of the finds, in no particular order; at most as many as the kernel has room for. */
  readonly finds: readonly bigint[];
  /** Finds beyond the kernel's room: they exist and were not returned. */
  readonly overflow: number;
}

/** A search kernel. */
export interface SearchKernel {
  readonly name: string;
  /** Finds that one search can return. */
  readonly maxFinds: number;
  search(range: NonceRange): SearchResult | Promise<SearchResult>;
}

/** A kernel that answers at once, on the thread that asks. */
export interface SyncSearchKernel extends SearchKernel {
  search(range: NonceRange): SearchResult;
}

/** A kernel that hashes single headers as well. */
export interface HashingKernel extends SyncSearchKernel {
  /**
   * Hash of a block, as `blockHash` of protocol/pow.ts and some ten times as fast.
   * @param header - 326 bytes
   * @returns 32 bytes
   * @throws RangeError on another length
   */
  hash(header: Uint8Array): Uint8Array;
}

/** The 24 bytes of a nonce. @param prefix - 16 bytes @param counter - 0 to 2^64 - 1 */
export function nonceOf(prefix: Uint8Array, counter: bigint): Uint8Array {
  const nonce = new Uint8Array(24);
  nonce.set(prefix);
  new DataView(nonce.buffer).setBigUint64(PREFIX_BYTES, counter, true);
  return nonce;
}

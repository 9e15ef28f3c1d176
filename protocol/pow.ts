/**
 * Proof of work: BLAKE3 twice over the header, by the audited reference implementation. It is the oracle that
 * every faster one here is proved against, and it is slow (some 0.14 MH/s): nothing should mine with it.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import type { ChainIndex } from './chain.js';

/**
 * Hash of a block: `BLAKE3(BLAKE3(header))`.
 * @param header - 326 bytes, nonce first
 * @returns 32 bytes
 */
export function blockHash(header: Uint8Array): Uint8Array {
  return blake3(blake3(header));
}

/**
 * The chain that a block hash belongs to. Every hash has one, so that 1 hash in 16 fits a given chain.
 * @param hash - 32 bytes
 */
export function chainOfHash(hash: Uint8Array): ChainIndex {
  return hash[31]! & 15;
}

/**
 * Whether a hash meets a target: both as unsigned big-endian integers of 32 bytes, `hash <= target`.
 * @param target - 32 bytes
 */
export function meetsTarget(hash: Uint8Array, target: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) {
    const difference = hash[i]! - target[i]!;
    if (difference !== 0) return difference < 0;
  }
  return true;
}

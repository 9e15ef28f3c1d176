/**
 * BLAKE2b-256: every hash of Alephium except a block's own.
 * @module
 */
import { blake2b } from '@noble/hashes/blake2.js';

/** BLAKE2b-256 of some bytes. @returns 32 bytes */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 32 });
}

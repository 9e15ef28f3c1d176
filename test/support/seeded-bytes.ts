/**
 * Random-looking test data that is the same in every run.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** `length` bytes that depend on the seed alone. */
export function seededBytes(seed: string, length: number): Uint8Array {
  return blake3(utf8ToBytes(seed), { dkLen: length });
}

/** An integer that depends on the seed alone, 0 to `below - 1`. @param below - 1 to 2^48 */
export function seededInteger(seed: string, below: number): number {
  return Buffer.from(seededBytes(seed, 6)).readUIntBE(0, 6) % below;
}

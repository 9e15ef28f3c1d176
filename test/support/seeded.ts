/**
 * Random-looking bytes that are the same in every run.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { wordsOf } from '../../shaders/blake3.js';

/** @param seed - any text; another one gives other bytes */
export function seededBytes(seed: string, length: number): Uint8Array {
  return blake3(utf8ToBytes(seed), { dkLen: length });
}

/** u32 words. */
export function seededWords(seed: string, length: number): Uint32Array {
  return wordsOf(seededBytes(seed, length * 4), length);
}

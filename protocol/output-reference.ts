/**
 * Names of outputs: what an input spends.
 * @module
 */
import { hintOfLockupScript } from './address.js';
import { blake2b256 } from './blake2b.js';
import { concatBytes, u32Bytes } from './bytes.js';

/** The name of an output. */
export interface OutputReference {
  /** Hint of its lockup script, a signed 32-bit integer. */
  readonly hint: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Key of an output: BLAKE2b-256 of the transaction's id and the output's index. @param id - 32 bytes @returns 32 bytes */
export function outputKeyOf(id: Uint8Array, index: number): Uint8Array {
  return blake2b256(concatBytes(id, u32Bytes(index)));
}

/**
 * The name of a transaction's output.
 * @param id - of the transaction, 32 bytes
 * @param index - among its fixed outputs, from 0
 * @param lockupScript - of the output
 * @throws DecodeError if the lockup script is not a whole one that can be paid
 */
export function outputReferenceOf(id: Uint8Array, index: number, lockupScript: Uint8Array): OutputReference {
  return { hint: hintOfLockupScript(lockupScript), key: outputKeyOf(id, index) };
}

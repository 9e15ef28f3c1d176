/**
 * A device's find, hashed again by the reference before it is believed.
 * @module
 */
import { joinHeader } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { type NonceRange, nonceOf } from '../../shaders/search.js';

/** The true hash of a counter of a range. */
export interface CheckedFind {
  /** 326 bytes. */
  readonly header: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** Whether the hash is of the range's chain and meets its target. */
  readonly valid: boolean;
}

/** Hashes one counter of a range. @param counter - 0 to 2^64 - 1 */
export function checkFind(range: NonceRange, counter: bigint): CheckedFind {
  const header = joinHeader(nonceOf(range.prefix, counter), range.headerBlob);
  const hash = blockHash(header);
  return { header, hash, valid: chainOfHash(hash) === range.chain && meetsTarget(hash, range.target) };
}

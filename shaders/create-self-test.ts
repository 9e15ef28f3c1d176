/**
 * Makes the self-test, with the oracle.
 * @module
 */
import { HEADER_BLOB_BYTES, joinHeader } from '../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../protocol/pow.js';
import { nonceOf, PREFIX_BYTES } from './search.js';
import type { SelfTest } from './self-test.js';

/** Takes the oracle some 5 ms. */
const NONCES = 256;

/**
 * The self-test; always the same one. The find is the nonce with the lowest hash, and that hash is the target. The
 * counters cross 2^32, so that the carry is tested too.
 */
export function createSelfTest(): SelfTest {
  const headerBlob = Uint8Array.from({ length: HEADER_BLOB_BYTES }, (_, i) => i * 31 + 7);
  const prefix = Uint8Array.from({ length: PREFIX_BYTES }, (_, i) => 0xa5 ^ i);
  const start = 2n ** 32n - 101n;
  let find = start;
  let lowest: Uint8Array = new Uint8Array(32).fill(0xff);
  for (let i = 0n; i < NONCES; i++) {
    const hash = blockHash(joinHeader(nonceOf(prefix, start + i), headerBlob));
    if (!meetsTarget(hash, lowest)) continue;
    lowest = hash;
    find = start + i;
  }
  const range = { headerBlob, prefix, chain: chainOfHash(lowest), target: lowest, start, count: NONCES };
  return { range, find };
}

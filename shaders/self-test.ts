/**
 * What a device has to show before it mines: a short range in which the oracle knows exactly one find.
 * @module
 */
import { HEADER_BLOB_BYTES, joinHeader } from '../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../protocol/pow.js';
import { type NonceRange, nonceOf, PREFIX_BYTES, type SearchResult } from './search.js';

/** A range, and its only find. */
export interface SelfTest {
  readonly range: NonceRange;
  readonly find: bigint;
}

/** Takes the oracle some 10 ms: 16 of them are of the chain with the lowest hash. */
const NONCES = 256;

/** A self-test; always the same one. Its counters cross 2^32, so that the carry is tested too. */
export function createSelfTest(): SelfTest {
  const headerBlob = Uint8Array.from({ length: HEADER_BLOB_BYTES }, (_, i) => i * 31 + 7);
  const prefix = Uint8Array.from({ length: PREFIX_BYTES }, (_, i) => 0xa5 ^ i);
  const start = 2n ** 32n - 101n;
  let find = start;
  let lowest = new Uint8Array(32).fill(0xff);
  for (let i = 0n; i < NONCES; i++) {
    const hash = blockHash(joinHeader(nonceOf(prefix, start + i), headerBlob));
    if (!meetsTarget(hash, lowest)) continue;
    lowest = hash as Uint8Array<ArrayBuffer>;
    find = start + i;
  }
  const range = { headerBlob, prefix, chain: chainOfHash(lowest), target: lowest, start, count: NONCES };
  return { range, find };
}

/**
 * What is wrong with a kernel's answer to a self-test.
 * @returns undefined if nothing is
 */
export function selfTestFault(selfTest: SelfTest, result: SearchResult): string | undefined {
  const { finds, overflow } = result;
  if (finds.length === 1 && finds[0] === selfTest.find && overflow === 0) return undefined;
  return `self-test: expected to find ${selfTest.find}, got ${finds.join(', ') || 'nothing'}${overflow > 0 ? ` and ${overflow} more` : ''}`;
}

/**
 * The self-test of a device: a find that the reference hash has planted must be found, exactly and alone.
 * @module
 */
import { bytesToBigInt, bytesToHex } from '../../../protocol/bytes.js';
import { HEADER_BLOB_BYTES, joinHeader } from '../../../protocol/header.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import type { DispatchResult } from '../../../shaders/layout.js';
import { type NonceRange, nonceOf, PREFIX_BYTES } from '../../../shaders/search.js';

/** Nonces of the test: enough for several invocations and a hash of the chain, few enough for 50 ms on the CPU. */
const NONCES = 3000;

/** So that the low word of the counter passes 2^32 on the way. */
const START = 2n ** 40n - 1000n;

const CHAIN = 11;

/** A range, and the one find in it. */
export interface PlantedFind {
  readonly range: NonceRange;
  /** Of the find's counter, less the range's start. */
  readonly offset: number;
  /** Word 0 of its hash. */
  readonly word0: number;
}

/** Makes the test: the lowest hash of the range that fits the chain is the target. */
export function plantFind(): PlantedFind {
  const headerBlob = Uint8Array.from({ length: HEADER_BLOB_BYTES }, (_, i) => (i * 197 + 89) & 255);
  const prefix = Uint8Array.from({ length: PREFIX_BYTES }, (_, i) => 255 - i * 13);
  let target: Uint8Array = new Uint8Array(32).fill(255);
  let offset = 0;
  for (let i = 0; i < NONCES; i++) {
    const hash = blockHash(joinHeader(nonceOf(prefix, START + BigInt(i)), headerBlob));
    if (chainOfHash(hash) !== CHAIN || bytesToBigInt(hash) > bytesToBigInt(target)) continue;
    target = hash;
    offset = i;
  }
  const word0 = new DataView(target.buffer, target.byteOffset).getUint32(0, true);
  return { range: { headerBlob, chain: CHAIN, target, prefix, start: START, count: NONCES }, offset, word0 };
}

/** What is wrong with a device that found this, or undefined if nothing is. */
export function judgeSelfTest(planted: PlantedFind, result: DispatchResult): string | undefined {
  const [find] = result.finds;
  const right =
    result.overflow === 0 &&
    result.finds.length === 1 &&
    find?.offset === planted.offset &&
    find.word0 === planted.word0;
  if (right) return undefined;
  const found = result.finds.map(({ offset, word0 }) => `${offset} (${word0.toString(16)})`);
  return (
    `wrong hash: self-test expected one find at ${planted.offset} (${planted.word0.toString(16)}), ` +
    `target ${bytesToHex(planted.range.target)}, got ${found.join(', ') || 'none'}`
  );
}

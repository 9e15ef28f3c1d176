/**
 * A job: one chain's block template, as a full node hands it out.
 * @module
 */
import { concatBytes } from './bytes.js';
import type { ChainIndex } from './chain.js';

/**
 * The transactions that go back to the node behind a header: parts that together are the bytes. Jobs share the parts that
 * they have in common, since a whole list may take megabytes.
 */
export type TxsBlob = readonly Uint8Array[];

/** The byte that stands for transactions that the node keeps itself. */
const KEPT_BY_NODE = 0;

/** The transactions of a job whose node keeps them. */
export const NODE_KEEPS_TXS: TxsBlob = [Uint8Array.of(KEPT_BY_NODE)];

/** Whether the node keeps the transactions itself. */
export function nodeKeepsTxs(txsBlob: TxsBlob): boolean {
  const [first] = txsBlob;
  return txsBlob.length === 1 && first!.length === 1 && first![0] === KEPT_BY_NODE;
}

/** The bytes of a job's transactions. */
export function txsBytesOf(txsBlob: TxsBlob): Uint8Array {
  return txsBlob.length === 1 ? txsBlob[0]! : concatBytes(...txsBlob);
}

/** A block with all that its node was sent. */
export interface SentBlock {
  /** 326 bytes. */
  readonly header: Uint8Array;
  readonly txsBlob: TxsBlob;
}

/** Work on one chain. Only the nonce may vary: the node refuses a header that was altered otherwise. */
export interface Job {
  readonly chain: ChainIndex;
  /** Header without its nonce, 302 bytes. */
  readonly headerBlob: Uint8Array;
  /** The block's transactions, opaque, of any length: sent back with the block as they came. */
  readonly txsBlob: TxsBlob;
  /** Block target, 32 bytes, big-endian, above 0. */
  readonly target: Uint8Array;
  /** Height of the block to be found. */
  readonly height: number;
}

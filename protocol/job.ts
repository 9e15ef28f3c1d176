/**
 * A job: one chain's block template, as a full node hands it out.
 * @module
 */
import type { ChainIndex } from './chain.js';

/** Work on one chain. Only the nonce may vary: the node refuses a header that was altered otherwise. */
export interface Job {
  readonly chain: ChainIndex;
  /** Header without its nonce, 302 bytes. */
  readonly headerBlob: Uint8Array;
  /** The block's transactions, opaque, of any length: sent back with the block as they came. */
  readonly txsBlob: Uint8Array;
  /** Block target, 32 bytes, big-endian, above 0. */
  readonly target: Uint8Array;
  /** Height of the block to be found. */
  readonly height: number;
}

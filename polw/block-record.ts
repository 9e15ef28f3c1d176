/**
 * The port to where found blocks are kept until their fate is known, so that they can be sent again.
 * @module
 */
import type { SentBlock } from '../protocol/job.js';
import type { Find } from './fund/finds.js';

/** A found block, with all that a node takes. */
export interface RecordedBlock extends SentBlock {
  /** Hex. */
  readonly hash: string;
  /** Undefined if it burns no coins of ours. */
  readonly find: Find | undefined;
}

export interface BlockRecord {
  /** Those that an earlier run has left. */
  readonly earlier: readonly RecordedBlock[];
  /** Keeps a block: it is on disk once this resolves. Rejects if that fails. */
  put(block: RecordedBlock): Promise<void>;
  /** Keeps a block no longer. Rejects if that fails: then it is among the earlier ones of the next run. @param hash - hex */
  drop(hash: string): Promise<void>;
}

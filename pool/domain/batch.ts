/**
 * A batch is what the store is given: the content of one closed segment of a journal, summed. It is made from the segment's
 * file alone, so that it is the same however often it is made and sent.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { BlockFound, BlockStateChange } from './block-record.js';
import type { RejectReason } from './reject-reasons.js';
import type { WorkerIdentity } from './worker-identity.js';

/** Length of a slice, ms. Slices start at multiples of it since the epoch, on the store's clock. */
export const SLICE_MS = 10_000;

/** Accepted shares of one worker on one chain in one slice. */
export interface SliceEntry {
  /** Index into the batch's `workers`. */
  readonly worker: number;
  readonly chain: ChainIndex;
  readonly shares: number;
  /** Sum of the shares' work, in expected hashes. */
  readonly work: bigint;
  /** Sum of the squares of the shares' work. */
  readonly workSquared: bigint;
}

/** One slice of one segment: other segments may add to the same slice. */
export interface BatchSlice {
  /** Start of the slice, ms since the epoch, a multiple of SLICE_MS. */
  readonly startMs: number;
  readonly entries: readonly SliceEntry[];
  /** The newest block target of each chain in it, 32 bytes; undefined where none was known. */
  readonly targets: readonly (Uint8Array | undefined)[];
}

/** What a worker did in the segment, beside its slices. */
export interface WorkerActivity {
  readonly identity: WorkerIdentity;
  /** Address to pay, canonical text, as the worker last named it. */
  readonly address: string;
  /** Time of the last accepted share, ms since the epoch; undefined if none was. A worker without any is not stored. */
  readonly lastShareMs: number | undefined;
  /** Least hash of its accepted shares, 32 bytes, big-endian: its best share. */
  readonly bestHash: Uint8Array | undefined;
  /** Work of its last accepted share, from which it starts when it returns. */
  readonly lastWork: bigint | undefined;
  readonly rejects: Readonly<Partial<Record<RejectReason, number>>>;
}

/** The content of a closed segment. */
export interface Batch {
  /** 16 hex digits, drawn at each start of a process. */
  readonly journal: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** Everything that this journal holds from before this time, ms since the epoch, is in this batch or an earlier one. */
  readonly throughMs: number;
  readonly workers: readonly WorkerActivity[];
  readonly slices: readonly BatchSlice[];
  readonly blocksFound: readonly BlockFound[];
  /** Records of blocks, in the order in which they happened. */
  readonly blockStates: readonly BlockStateChange[];
}

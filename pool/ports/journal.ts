/**
 * The port between the path of a share and its record on disk. An acknowledgement may leave once `commit` has
 * returned true: until then nothing counts.
 *
 * ```
 * share accepted -> journal.share() ... all shares of the tick ... -> journal.commit(): one write -> replies leave
 * ```
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Account } from '../domain/account.js';
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import type { Difficulty } from '../domain/difficulty.js';
import type { RejectReason } from '../domain/reject-reasons.js';

/** Number of a worker in one journal, from 0. */
export type JournalWorker = number;

/** The journal that records shares. Nothing in it waits for a store; `commit` waits for the operating system's cache, not for the disk. */
export interface ShareJournal {
  /** False while shares can't be recorded (full disk, size limit, failed writes): `commit` would fail. */
  readonly writable: boolean;
  /** The number of a worker; the same for the same account and name. */
  worker(account: Account, name: string): JournalWorker;
  /** Undoes one call of `worker`, when its last connection has ended. Not allowed between a note and its commit. */
  releaseWorker(worker: JournalWorker): void;
  /** Notes an accepted share. @param hash - 32 bytes, copied if kept */
  share(worker: JournalWorker, chain: ChainIndex, difficulty: Difficulty, hash: Uint8Array): void;
  /** Notes a refused share. */
  reject(worker: JournalWorker, reason: RejectReason): void;
  /** Notes the present block target of a chain, 32 bytes. Only changes need to be told. */
  target(chain: ChainIndex, target: Uint8Array): void;
  /** Notes a block, and closes the segment soon, so that the store gets it. */
  blockFound(block: BlockFound): void;
  blockState(change: BlockStateChange): void;
  /**
   * Writes all notes since the last commit, in one write.
   * @returns false if the write failed: the notes are forgotten, except those of blocks, which are written again later
   */
  commit(): boolean;
}

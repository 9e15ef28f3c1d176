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

/** Where shares are recorded. Nothing in it waits for a store; `commit` waits for the operating system's cache, not for the disk. */
export interface ShareJournal {
  /** False while shares can't be recorded (full disk, size limit, trouble with writing): `commit` would fail. */
  readonly writable: boolean;
  /** The number of a worker; the same for the same account and name. */
  worker(account: Account, name: string): JournalWorker;
  /** Undoes one call of `worker`: nobody of it is connected any more. Not between a note and its commit. */
  releaseWorker(worker: JournalWorker): void;
  /** Notes an accepted share. @param hash - 32 bytes, copied if kept */
  share(worker: JournalWorker, chain: ChainIndex, difficulty: Difficulty, hash: Uint8Array): void;
  /** Notes a refused one. */
  reject(worker: JournalWorker, reason: RejectReason): void;
  /** Notes the present block target of a chain, 32 bytes; only what changed need be told. */
  target(chain: ChainIndex, target: Uint8Array): void;
  /** Notes a block, and closes the segment soon so that the store hears of it. */
  blockFound(block: BlockFound): void;
  blockState(change: BlockStateChange): void;
  /**
   * Writes what was noted since the last time, in one write.
   * @returns false if that failed: what was noted is forgotten, but blocks, which are tried again
   */
  commit(): boolean;
}

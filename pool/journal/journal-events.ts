/**
 * What a journal and its recorder say of themselves.
 * @module
 */

/** A segment that will not change any more. */
export interface ClosedSegment {
  /** 16 hex digits. */
  readonly journal: string;
  /** From 1, without gaps. */
  readonly number: number;
  readonly bytes: number;
}

/** Something that an operator should know. */
export type JournalEvent =
  /** Shares can't be recorded from now on: why. */
  | { readonly type: 'unwritable'; readonly reason: 'writeFailed' | 'limit'; readonly message: string }
  /** They can again. */
  | { readonly type: 'writable' }
  /** A block's record could not be written: it waits in memory until it can. */
  | { readonly type: 'blockWaits'; readonly hash: string }
  /** So many blocks that waited are on record. */
  | { readonly type: 'blocksRecorded'; readonly count: number }
  /** A block's record is lost: too many wait, or the journal was closed before it could be written. */
  | { readonly type: 'blockUnrecorded'; readonly hash: string };

/** What a recorder tells a journal of this process, for its limit. */
export interface RecorderProgress {
  /** Highest number of its segments that the recorder has taken over. */
  readonly taken: number;
  /** Bytes on disk that the store has not confirmed, of all journals that the recorder drains. */
  readonly unconfirmedBytes: number;
}

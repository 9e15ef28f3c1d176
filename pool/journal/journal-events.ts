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
  /** A block's record was dropped with the commit that it was in. */
  | { readonly type: 'blockUnrecorded'; readonly hash: string };

/** What a recorder tells a journal of this process, for its limit. */
export interface RecorderProgress {
  /** Highest number of its segments that the recorder has taken over. */
  readonly taken: number;
  /** Bytes on disk that the store has not confirmed, of all journals that the recorder drains. */
  readonly unconfirmedBytes: number;
}

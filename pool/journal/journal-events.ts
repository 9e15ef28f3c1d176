/**
 * Events of a journal and of its recorder.
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

/** An event that the operator should know of. */
export type JournalEvent =
  /** Shares can't be recorded from now on, for this reason. */
  | { readonly type: 'unwritable'; readonly reason: 'writeFailed' | 'limit'; readonly message: string }
  /** Shares can be recorded again. */
  | { readonly type: 'writable' }
  /** A block's record could not be written. It waits in memory until there is room. */
  | { readonly type: 'blockWaits'; readonly hash: string }
  /** This many blocks that had waited are on record now. */
  | { readonly type: 'blocksRecorded'; readonly count: number }
  /** A block's record is lost: too many wait, or the journal was closed before it could be written. */
  | { readonly type: 'blockUnrecorded'; readonly hash: string };

/** Figures that the recorder tells the journal, for its limit on disk space. */
export interface RecorderProgress {
  /** Highest number of its segments that the recorder has taken over. */
  readonly taken: number;
  /** Bytes on disk that the store has not confirmed, of all journals that the recorder drains. */
  readonly unconfirmedBytes: number;
}

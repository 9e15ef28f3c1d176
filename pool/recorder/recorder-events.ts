/**
 * What the recorder says of itself.
 * @module
 */

/** Something that an operator should know. */
export type RecorderEvent =
  /** What the store tells unasked: lost, back, not durable, mismatch. */
  | { readonly type: 'storeNotice'; readonly notice: string; readonly message: string | undefined }
  /** Nothing can be brought to the store: mining goes on, the journal grows. Told once for each reason. */
  | { readonly type: 'storeAway'; readonly code: string | undefined; readonly message: string }
  | { readonly type: 'storeBack'; readonly awayMs: number }
  /** The store refused a request for good: a fault of this program, or of what the store holds. */
  | { readonly type: 'storeRefused'; readonly method: string; readonly message: string }
  /** Batches can't be written to disk: segments are sent as they are, and can't be sent again later. Told once for each reason. */
  | { readonly type: 'diskFailed'; readonly code: string | undefined; readonly message: string }
  /** The store has an older state than it had: what it lacks is sent again, from after this number. */
  | {
      readonly type: 'storeWentBack';
      readonly journal: string;
      readonly number: number;
      readonly batches: number;
    }
  /** The store lacks batches that are no longer here: what was in them is lost. */
  | { readonly type: 'batchesLost'; readonly journal: string; readonly from: number; readonly to: number }
  /** A file is damaged: what could not be read of it is lost. It is kept beside, for who wants to look. */
  | {
      readonly type: 'damaged';
      readonly journal: string;
      readonly number: number;
      readonly file: string;
      readonly message: string;
    }
  /** A journal of a dead process is wholly in the store. */
  | { readonly type: 'finished'; readonly journal: string }
  /** Nothing of it is needed any more: its folder can go. */
  | { readonly type: 'emptied'; readonly journal: string };

/** For metrics, and for the limit of the journal that this process writes. */
export interface RecorderFigures {
  /** The journal that this process writes: highest number that the recorder knows. 0 if there is none. */
  readonly taken: number;
  /** Bytes on disk that the store has not confirmed. */
  readonly unconfirmedBytes: number;
  /** Segments and batches that it has not confirmed. */
  readonly pending: number;
  /** Everything of this process's journal before this is stored, ms since the epoch. 0 if nothing is known. */
  readonly throughMs: number;
  /** Batches that the store took from us, those that it had already included. */
  readonly confirmed: number;
  readonly storeAway: boolean;
}

/** A journal that a recorder is to bring to the store. */
export interface DrainedJournal {
  /** 16 hex digits. */
  readonly id: string;
  /** Its folder, which this process has locked. */
  readonly path: string;
  /** Whether this process still writes it; then its segments up to `closedNumber` may be read. */
  readonly live: boolean;
  readonly closedNumber: number;
}

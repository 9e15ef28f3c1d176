/**
 * Events of the recorder.
 * @module
 */

/** An event that the operator should know of. */
export type RecorderEvent =
  /** A notice of the store: lost, back, not durable, mismatch. */
  | { readonly type: 'storeNotice'; readonly notice: string; readonly message: string | undefined }
  /** Nothing can be brought to the store: mining goes on, the journal grows. Told once for each reason. */
  | { readonly type: 'storeAway'; readonly code: string | undefined; readonly message: string }
  | { readonly type: 'storeBack'; readonly awayMs: number }
  /** The store refused a request for good: a fault of this program, or of what the store holds. */
  | { readonly type: 'storeRefused'; readonly method: string; readonly message: string }
  /** Batches can't be written to disk: segments are sent as they are, and can't be sent again later. Told once for each reason. */
  | { readonly type: 'diskFailed'; readonly code: string | undefined; readonly message: string }
  /** The store went back to an older state: batches after this number are sent again. */
  | {
      readonly type: 'storeWentBack';
      readonly journal: string;
      readonly number: number;
      readonly batches: number;
    }
  /** The store lacks batches that are no longer here: their shares are lost. */
  | { readonly type: 'batchesLost'; readonly journal: string; readonly from: number; readonly to: number }
  /** A file is damaged: its unreadable part is lost. The file is kept beside, for inspection. */
  | {
      readonly type: 'damaged';
      readonly journal: string;
      readonly number: number;
      readonly file: string;
      readonly message: string;
    }
  /** The store has everything of a dead process's journal. */
  | { readonly type: 'finished'; readonly journal: string }
  /** Nothing of a journal is needed any more: its folder can be removed. */
  | { readonly type: 'emptied'; readonly journal: string };

/** Figures for metrics, and for the size limit of this process's journal. */
export interface RecorderFigures {
  /** Highest number of this process's journal that the recorder knows; 0 if there is none. */
  readonly taken: number;
  /** Bytes on disk that the store has not confirmed. */
  readonly unconfirmedBytes: number;
  /** Segments and batches that the store has not confirmed. */
  readonly pending: number;
  /** Everything of this process's journal before this is stored, ms since the epoch. 0 if nothing is known. */
  readonly throughMs: number;
  /** Batches that the store took from this process, including those that it already had. */
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

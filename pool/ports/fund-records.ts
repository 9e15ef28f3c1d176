/**
 * The port to what a pool keeps of the fund that its blocks burn coins of. It is kept as texts: what they say is not the store's
 * concern, and a text crosses between threads without being walked through.
 *
 * All front ends of a pool follow the same chains, and keep the same final state: whoever comes later changes nothing.
 * @module
 */

/** Entries that are kept; at it the oldest make room. */
export const MAX_FUND_ENTRIES = 1_000_000;

/** Finds without an end that are kept at a time; further ones are not. */
export const MAX_FUND_FINDS = 16_384;

/** Longest time from the first piece of a snapshot until it is kept, ms: what an ended process left is removed after it. */
export const MAX_FUND_PIECES_MS = 3_600_000;

/** A text, and by what it is told from others of its kind. */
export interface FundRecord {
  /** At most 128 characters. */
  readonly key: string;
  readonly text: string;
}

/** A snapshot, whose pieces are kept beside it. */
export interface FundSnapshotHead {
  /** Unique among all snapshots; 1 to 64 of a-z 0-9 -. */
  readonly id: string;
  /** Number of its pieces, at least 1. */
  readonly pieces: number;
  /** What it is a snapshot of; one of something else takes its place whatever its rank. */
  readonly of: string;
  /** How far it goes, whole, up to 2^53: a greater one is newer. */
  readonly rank: number;
}

/** What is kept, without entries and pieces. */
export interface KeptFund {
  readonly snapshot: FundSnapshotHead | undefined;
  /** In the order in which they were made. */
  readonly reservations: readonly FundRecord[];
  readonly finds: readonly FundRecord[];
}

/** A reservation of coins for a withdrawal. */
export interface FundReservation extends FundRecord {
  /** Keys of its coins. */
  readonly coins: readonly string[];
}

/** What has ended with a snapshot, and is kept no longer. */
export interface FundEnded {
  /** Keys of finds. */
  readonly finds: readonly string[];
  /** Keys of reservations. */
  readonly reservations: readonly string[];
}

/** `older`: a newer snapshot is kept, and nothing was changed. `incomplete`: pieces of it are missing, as above. */
export type FundSnapshotOutcome = 'kept' | 'older' | 'incomplete';

/** Every method rejects as those of `Store` do. */
export interface FundRecords {
  load(): Promise<KeptFund>;
  /** A piece of the kept snapshot, from 0; undefined if another snapshot has taken its place. */
  piece(id: string, piece: number): Promise<string | undefined>;
  /** Writes a piece of a snapshot that is to be kept. */
  putPiece(id: string, piece: number, text: string): Promise<void>;
  /** Keeps a snapshot whose pieces are all written, instead of the one before; unless that is newer. */
  keepSnapshot(head: FundSnapshotHead, ended: FundEnded): Promise<FundSnapshotOutcome>;
  /** Appends entries in order, each only if none of its key is kept. */
  addEntries(entries: readonly FundRecord[]): Promise<void>;
  /** Texts of entries in order. @param from - number of the first, counted from 0 since ever @param limit - at most 1000 */
  entries(from: number, limit: number): Promise<readonly string[]>;
  /**
   * Keeps a reservation, in place of one of the same key; what this resolves for outlasts a power cut, as far as the store
   * can do that.
   * @returns false if one of its coins is another reservation's: then nothing is changed
   */
  reserve(reservation: FundReservation): Promise<boolean>;
  /** Gives a reservation up; nothing if there is none. */
  release(key: string): Promise<void>;
  addFind(find: FundRecord): Promise<void>;
}

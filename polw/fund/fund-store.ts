/**
 * The port to what keeps a fund: its final state, and what must outlast the process at once. One conformance suite.
 * @module
 */
import type { FundEntry } from './accounts.js';
import type { Find } from './finds.js';
import type { FundKept, FundSnapshot, Reservation } from './snapshot.js';

/** What has become final since the last time. */
export interface FundCommit {
  readonly snapshot: FundSnapshot;
  readonly entries: readonly FundEntry[];
  /** Hashes of finds whose end is final: they are kept no longer. */
  readonly finds: readonly string[];
  /** Ids of reservations whose coins were spent: they are kept no longer. */
  readonly reservations: readonly string[];
}

/**
 * A store of one fund, with one owner at a time. Requests are carried out one after the other; what a promise resolves for is on
 * disk. Every method rejects with a FundStoreError if that fails; then what was kept before still is.
 */
export interface FundStore {
  /** What was kept; of a new store nothing. */
  load(): Promise<FundKept>;
  /** Keeps all of it or nothing. A fund that goes on from an earlier commit hands out the same entries again: they are kept once. */
  commit(commit: FundCommit): Promise<void>;
  /** Keeps a reservation, before anything is done with its coins. Where several processes have the fund, one of them gets a coin. */
  reserve(reservation: Reservation): Promise<void>;
  /** Gives a reservation up; nothing if there is none. */
  release(id: string): Promise<void>;
  /** Keeps a find, before its block is sent. */
  found(find: Find): Promise<void>;
  /** Entries in the order in which they were committed. @param from - how many to leave out @param limit - at most 1000 */
  entries(from: number, limit: number): Promise<readonly FundEntry[]>;
  close(): Promise<void>;
}

/**
 * `damaged`: what is there can't be read, or is not what was written. `newer`: a newer version of this program wrote it. `io`: the
 * operating system says no, or the pool's store is away. `closed`: the store is closed. `taken`: a coin is another reservation's.
 */
export type FundStoreFault = 'damaged' | 'newer' | 'io' | 'closed' | 'taken';

/** The store can't do what it was asked. */
export class FundStoreError extends Error {
  override readonly name = 'FundStoreError';
  readonly code = 'ERR_POLW_FUND_STORE';
  readonly fault: FundStoreFault;

  constructor(fault: FundStoreFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

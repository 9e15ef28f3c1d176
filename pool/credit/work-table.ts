/**
 * The work that counts for the finds of an interval: a row for each account, a column for each window.
 *
 * It is made while slices are read, oldest first or in any order, and written as texts: a head, and chunks of rows in order of the
 * accounts, so that the row of one account is found in one chunk. What is in it does not change any more: whoever worked
 * and is heard of later counts in a later window.
 * @module
 */
import { WideSums } from './wide-sums.js';
import { type Window, workIn } from './windows.js';

/** Most windows of a table: finds of ten minutes that are in slices of their own. */
export const MAX_WINDOWS = 60;

/** Most rows of a chunk: with most windows and the greatest work they take 0.9 MB, as a rule some 40 KB. */
export const ROWS_IN_CHUNK = 500;

/** Most digits of a chunk's accounts, where it has more than one: addresses of many keys have long ones. */
const ACCOUNT_DIGITS_IN_CHUNK = 50_000;

/** Work of one account. */
export interface WorkRow {
  /** Hex of the account's lockup script. */
  readonly account: string;
  /** Expected hashes, by window. */
  readonly work: readonly bigint[];
}

/** What is said of a whole table. */
export interface WorkTableHead {
  readonly windows: readonly Window[];
  /** Work of all accounts, by window. */
  readonly totals: readonly bigint[];
  /** First account of each chunk, in order. */
  readonly chunks: readonly string[];
}

/** A table that is made. */
export class WorkTable {
  readonly #windows: readonly Window[];
  readonly #rows = new Map<string, number>();
  readonly #sums: WideSums;
  readonly #totals: bigint[];

  /** @throws RangeError unless there are 1 to MAX_WINDOWS windows */
  constructor(windows: readonly Window[]) {
    if (windows.length < 1 || windows.length > MAX_WINDOWS)
      throw new RangeError(`"windows" expected 1 to ${MAX_WINDOWS}, got ${windows.length}`);
    this.#windows = windows;
    this.#sums = new WideSums(windows.length);
    this.#totals = windows.map(() => 0n);
  }

  /**
   * Adds an account's work of a slice to each window that holds it. Of the oldest slice of a window a part counts, which is rounded
   * down: all work of an account in a slice has to come in one call.
   * @param work - at least 0
   */
  add(account: string, sliceMs: number, work: bigint): void {
    for (const [column, window] of this.#windows.entries()) {
      const counted = workIn(window, sliceMs, work);
      if (counted === 0n) continue;
      this.#sums.add(this.#rowOf(account), column, counted);
      this.#totals[column]! += counted;
    }
  }

  get head(): WorkTableHead {
    return {
      windows: this.#windows,
      totals: [...this.#totals],
      chunks: this.#chunksOfAccounts().map((accounts) => accounts[0]!),
    };
  }

  /** Rows of accounts with work, in order of the accounts, chunk by chunk. */
  *chunks(): Generator<readonly WorkRow[]> {
    for (const accounts of this.#chunksOfAccounts())
      yield accounts.map((account) => ({ account, work: this.#sums.row(this.#rows.get(account)!) }));
  }

  #chunksOfAccounts(): string[][] {
    const chunks: string[][] = [];
    let digits = 0;
    for (const account of [...this.#rows.keys()].sort()) {
      const last = chunks.at(-1);
      digits += account.length;
      if (last !== undefined && last.length < ROWS_IN_CHUNK && digits <= ACCOUNT_DIGITS_IN_CHUNK)
        last.push(account);
      else {
        chunks.push([account]);
        digits = account.length;
      }
    }
    return chunks;
  }

  #rowOf(account: string): number {
    let row = this.#rows.get(account);
    if (row === undefined) {
      row = this.#sums.addRow();
      this.#rows.set(account, row);
    }
    return row;
  }
}

/** Number of the chunk that an account's row is in, if it has one; undefined if it comes before all of them. */
export function chunkOf({ chunks }: WorkTableHead, account: string): number | undefined {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunks[middle]! <= account) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}

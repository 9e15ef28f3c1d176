/**
 * Books the entries of the fund of Proof of Less Work, in their order. Loaded only where a pool supplies coins.
 *
 * The place up to which they are booked is a number, and a store that went back has other entries at the same numbers. So the number only saves
 * questions: the newest entry before it must be the one that was there, and after a start those before it must be booked. Otherwise all entries are gone
 * through again. Whether one is booked, its key in the ledger's log says alone: none is booked twice.
 * @module
 */
import type { Ledger } from '../../ledger/ledger.js';
import { transactionOfEntry } from '../../ledger/polw-transactions.js';
import type { Transaction } from '../../ledger/transaction.js';
import type { FundEntry } from '../../polw/fund/accounts.js';
import { decodeValue } from '../../protocol/value-text.js';
import type { BookFence, Books } from '../ports/books.js';
import type { FundRecords } from '../ports/fund-records.js';
import { FundArrivals, transferNote } from './fund-arrivals.js';
import { noteWrite } from './state-note.js';
import type { Turns } from './turns.js';

const CURSOR_KEY = 'polw/cursor';

/** Entries that are read and booked at once. */
const ENTRIES_AT_ONCE = 50;

/** Entries before the cursor that must be booked at the start: a store that came back older has new ones among them, or fewer. */
const LOOKED_AT_AGAIN = 5_000;

/** The last of the numbers that may be asked for. */
const MOST_PLACE = 2 ** 52;

export interface FundEntriesModules {
  readonly fund: Pick<FundRecords, 'entries'>;
  readonly books: Books;
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly fence: () => BookFence | undefined;
  /** The store's clock, ms since the epoch. */
  readonly now: () => Promise<number>;
  readonly onTrouble: (message: string) => void;
}

export class FundEntries {
  readonly #modules: FundEntriesModules;
  readonly #arrivals: FundArrivals;
  #next: number | undefined;
  /** Text of the entry before `#next`; undefined if there is none. */
  #before: string | undefined;

  constructor(modules: FundEntriesModules) {
    this.#modules = modules;
    this.#arrivals = new FundArrivals(modules);
  }

  /** The books or the store are not what they were. */
  forget(): void {
    this.#next = undefined;
  }

  /**
   * Books all that are there, and what came to the wallet by them.
   * @returns false if somebody else owns the task now
   * @throws SyntaxError if an entry can't be read
   */
  async book(): Promise<boolean> {
    const { fund, turns } = this.#modules;
    for (let from = await this.#place(); ; ) {
      const texts = await fund.entries(from, ENTRIES_AT_ONCE);
      if (texts.length === 0) return this.#arrivals.book();
      from += texts.length;
      const end = await this.#bookSome(texts, from);
      if (end !== 'done') return end === 'stuck';
      this.#next = from;
      this.#before = texts.at(-1);
      await turns.yield();
    }
  }

  /** Number of the first entry that may not be booked. */
  async #place(): Promise<number> {
    const { books, fund } = this.#modules;
    const next = this.#next;
    if (next !== undefined) {
      const [before] = next === 0 ? [] : await fund.entries(next - 1, 1);
      if (before === this.#before) return next;
    }
    const [record] = await books.get('note', [CURSOR_KEY]);
    const cursor = Number(record?.text ?? 0);
    const isHeld = cursor > 0 && (await this.#areBooked(Math.max(0, cursor - LOOKED_AT_AGAIN), cursor));
    this.#next = isHeld ? cursor : await this.#first();
    if (!isHeld) this.#before = undefined;
    return this.#next;
  }

  /** Whether all of these are there and booked; then the last of them is noted. */
  async #areBooked(from: number, end: number): Promise<boolean> {
    const { fund, turns } = this.#modules;
    for (let at = from; at < end; ) {
      const texts = await fund.entries(at, Math.min(ENTRIES_AT_ONCE, end - at));
      if (texts.length === 0 || (await this.#unbooked(texts)).length > 0) return false;
      at += texts.length;
      this.#before = texts.at(-1);
      await turns.yield();
    }
    return true;
  }

  /** Number of the oldest entry that is kept: questions for those before it are answered with it, too. */
  async #first(): Promise<number> {
    const { fund } = this.#modules;
    const [oldest] = await fund.entries(0, 1);
    if (oldest === undefined) return 0;
    let [first, beyond] = [0, MOST_PLACE];
    while (beyond - first > 1) {
      const middle = Math.floor((first + beyond) / 2);
      if ((await fund.entries(middle, 1))[0] === oldest) first = middle;
      else beyond = middle;
    }
    return first;
  }

  /** Transactions of entries that move something, and are not in the log. */
  async #unbooked(texts: readonly string[]): Promise<readonly Transaction[]> {
    const all = texts.flatMap((text) => transactionOfEntry(decodeValue(text) as FundEntry) ?? []);
    const numbers = all.length === 0 ? [] : await this.#modules.books.logKeys(all.map(({ key }) => key));
    return all.filter((_, i) => numbers[i] === undefined);
  }

  async #bookSome(texts: readonly string[], next: number): Promise<'done' | 'stuck' | 'lost'> {
    const { books, ledger, fence: owner, onTrouble } = this.#modules;
    const transactions = await this.#unbooked(texts);
    if (transactions.length === 0) return 'done';
    const fence = owner();
    if (fence === undefined) return 'lost';
    const [record] = await books.get('note', [CURSOR_KEY]);
    const notes = transactions.flatMap((transaction) => transferNote(transaction) ?? []);
    const records = [noteWrite(CURSOR_KEY, record, `${next}`), ...notes];
    const outcome = await ledger.post({ fence, transactions, records });
    if (outcome === 'done') return 'done';
    if (outcome === 'fenced' || outcome === 'changed') return 'lost';
    onTrouble(`entries of the fund up to ${transactions.at(-1)!.key} can't be booked: ${outcome}`);
    return 'stuck';
  }
}

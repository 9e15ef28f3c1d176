/**
 * Books the entries of the fund of Proof of Less Work, in their order. Loaded only where a pool supplies coins.
 * @module
 */
import type { Ledger } from '../../ledger/ledger.js';
import { transactionOfEntry } from '../../ledger/polw-transactions.js';
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

/** Entries before the cursor that are looked at again at the start: a store that came back older may have them in another order. */
const LOOKED_AT_AGAIN = 5_000;

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
    const { books, fund, turns } = this.#modules;
    const [record] = await books.get('note', [CURSOR_KEY]);
    this.#next ??= Math.max(0, Number(record?.text ?? 0) - LOOKED_AT_AGAIN);
    for (let from = this.#next; ; ) {
      const texts = await fund.entries(from, ENTRIES_AT_ONCE);
      if (texts.length === 0) return this.#arrivals.book();
      from += texts.length;
      const end = await this.#bookSome(texts, from);
      if (end !== 'done') return end === 'stuck';
      this.#next = from;
      await turns.yield();
    }
  }

  async #bookSome(texts: readonly string[], next: number): Promise<'done' | 'stuck' | 'lost'> {
    const { books, ledger, fence: owner, onTrouble } = this.#modules;
    const all = texts.flatMap((text) => transactionOfEntry(decodeValue(text) as FundEntry) ?? []);
    const numbers = all.length === 0 ? [] : await books.logKeys(all.map(({ key }) => key));
    const transactions = all.filter((_, i) => numbers[i] === undefined);
    if (transactions.length === 0) return 'done';
    const fence = owner();
    if (fence === undefined) return 'lost';
    const [record] = await books.get('note', [CURSOR_KEY]);
    const cursor = Math.max(next, Number(record?.text ?? 0));
    const notes = transactions.flatMap((transaction) => transferNote(transaction) ?? []);
    const records = [noteWrite(CURSOR_KEY, record, `${cursor}`), ...notes];
    const outcome = await ledger.post({ fence, transactions, records });
    if (outcome === 'done') return 'done';
    if (outcome === 'fenced' || outcome === 'changed') return 'lost';
    onTrouble(`entries of the fund up to ${transactions.at(-1)!.key} can't be booked: ${outcome}`);
    return 'stuck';
  }
}

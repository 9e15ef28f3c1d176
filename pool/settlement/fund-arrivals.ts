/**
 * What withdrawals from burn addresses bring the wallet: whoever checks the wallet books it as unexplained, and here it is explained.
 *
 * ```
 * entry of a transfer --> note polw/transfer/TXID --> its first output is booked as unexplained --> polw/to-wallet; the note goes
 * ```
 * In whatever order the two are booked, it is so in the end. Where the output went elsewhere, the note goes after a while.
 * @module
 */
import { ALL_GROUPS } from '../../ledger/accounts.js';
import type { Ledger } from '../../ledger/ledger.js';
import { arrivalOf, paidOutputOf } from '../../ledger/polw-transactions.js';
import type { Transaction } from '../../ledger/transaction.js';
import { decodeTransaction } from '../../ledger/transaction-text.js';
import type { BookFence, BookRecord, BookRecordWrite, Books } from '../ports/books.js';

const PREFIX = 'polw/transfer/';

/** How long a withdrawal's output is awaited, ms: the payer may stand still. */
const AWAITED_MS = 30 * 86_400_000;

/** Transfers that are looked at together: a withdrawal has one for each burn address that pays. */
const AT_ONCE = 100;

export interface FundArrivalsModules {
  readonly books: Books;
  readonly ledger: Ledger;
  readonly fence: () => BookFence | undefined;
  /** The store's clock, ms since the epoch. */
  readonly now: () => Promise<number>;
  readonly onTrouble: (message: string) => void;
}

/** The note of a transfer that is new in the books; undefined of what pays nothing. @param transaction - of an entry of the fund */
export function transferNote({ txId, timeMs, postings }: Transaction): BookRecordWrite | undefined {
  const pays = postings.some(({ account, amount }) => account === 'polw/paid' && amount > 0n);
  return pays ? { table: 'note', key: `${PREFIX}${txId}`, version: 0, text: `${timeMs}` } : undefined;
}

export class FundArrivals {
  readonly #modules: FundArrivalsModules;

  constructor(modules: FundArrivalsModules) {
    this.#modules = modules;
  }

  /** Explains what has come. @returns false if somebody else owns the task now */
  async book(): Promise<boolean> {
    const { books, now } = this.#modules;
    for (let after: string | undefined; ; ) {
      const notes = await books.page('note', {
        prefix: PREFIX,
        limit: AT_ONCE,
        ...(after !== undefined && { after }),
      });
      if (notes.length > 0 && !(await this.#bookSome(notes, await now()))) return false;
      if (notes.length < AT_ONCE) return true;
      after = notes.at(-1)!.key;
    }
  }

  async #bookSome(notes: readonly BookRecord[], nowMs: number): Promise<boolean> {
    const keys = notes.map((note) => bookedFor(txIdOf(note)));
    const numbers = await this.#modules.books.logKeys(keys.flat());
    for (const [i, note] of notes.entries()) {
      const at = keys[i]!.findIndex((_, j) => numbers[i * KEYS_OF_ONE + j] !== undefined);
      const number = numbers[i * KEYS_OF_ONE + at];
      const amount =
        number === undefined ? 0n : await this.#unexplainedBy(number, paidOutputOf(txIdOf(note)));
      const isOver = nowMs - Number(note.text) >= AWAITED_MS;
      if (
        amount > 0n
          ? !(await this.#explain(note, amount, keys[i]![at]!))
          : isOver && !(await this.#drop(note))
      )
        return false;
    }
    return true;
  }

  async #explain(note: BookRecord, amount: bigint, booked: string): Promise<boolean> {
    const { ledger, fence: owner, onTrouble } = this.#modules;
    const fence = owner();
    if (fence === undefined) return false;
    const txId = txIdOf(note);
    const transactions = [arrivalOf(txId, Number(note.text), amount, booked)];
    const outcome = await ledger.post({ fence, transactions, records: [removalOf(note)] });
    if (outcome === 'fenced' || outcome === 'changed') return false;
    if (outcome !== 'done')
      onTrouble(`what withdrawal ${txId} brought the wallet can't be booked: ${outcome}`);
    return true;
  }

  async #drop(note: BookRecord): Promise<boolean> {
    const { books, fence: owner } = this.#modules;
    const fence = owner();
    if (fence === undefined) return false;
    return (await books.commit({ fence, append: [], records: [removalOf(note)] })) === 'done';
  }

  /** How much an entry of the log has booked for an output as nobody's, attoALPH. */
  async #unexplainedBy(number: number, output: string): Promise<bigint> {
    const [entry] = await this.#modules.books.log(number, 1);
    // Its text may be in a file of a closed month.
    if (entry === undefined || entry.number !== number) return 0n;
    const { postings, made } = decodeTransaction(entry.text);
    if (!made.some(({ key }) => key === output)) return 0n;
    return -(postings.find(({ account }) => account === 'unexplained')?.amount ?? 0n);
  }
}

/** Keys of the log under which the output of a withdrawal may be booked. */
function bookedFor(txId: string): readonly string[] {
  const output = paidOutputOf(txId);
  return [...ALL_GROUPS.map((group) => `unexplained/${group}/${output}`), `adopt/${txId}`];
}

const KEYS_OF_ONE = ALL_GROUPS.length + 1;

function txIdOf({ key }: BookRecord): string {
  return key.slice(PREFIX.length);
}

function removalOf({ key, version }: BookRecord): BookRecordWrite {
  return { table: 'note', key, version, text: undefined };
}

/**
 * Intents in the books: each change of one is a single commit, with what it posts, its outputs, its record and those of its payments.
 *
 * Table `intent` has a record for each transaction that is followed, by its id, and `last`: number and id of the newest one. Each
 * commit of a new one names the version of `last` that was read: in books that went back in time nothing new is booked before that is
 * noticed. Each later commit names the version of the intent's own record. How far an intent is, the ledger's log says alone.
 * @module
 */
import type { BookChange, BookFence, BookRecord, LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger, PostOutcome } from '../../ledger/ledger.js';
import type { Transaction } from '../../ledger/transaction.js';
import type { Intent } from './intent.js';
import {
  attemptKeys,
  fellBackEntries,
  openingEntries,
  paidEntries,
  returnedEntries,
} from './intent-entries.js';
import { decodeIntent, encodeIntent, IntentTextError } from './intent-text.js';
import { type PaymentState, paymentChanges, paymentKeys } from './payment-records.js';

/** Key of the record that tells of the newest intent. */
const LAST_KEY = 'last';

/** Records that are read at a time: the longest have some 100 KB. */
const PAGE = 50;

/** Most keys that are asked for at a time. */
const KEYS_AT_ONCE = 1000;

/** Attempts of an intent that are asked for at a time. */
const ATTEMPTS_AT_ONCE = 4;

/** What the books say of the newest intent. */
export interface Last {
  /** 0 if there never was one. */
  readonly number: number;
  readonly txId: string;
  readonly version: number;
}

/** How far an intent is in the books. */
export interface Booked {
  /** How often it has been booked as paid. */
  readonly attempt: number;
  readonly isPaid: boolean;
}

/** The newest of two. */
export function newestOf(
  last: Pick<Last, 'number' | 'txId'>,
  intent: Pick<Last, 'number' | 'txId'>,
): Pick<Last, 'number' | 'txId'> {
  const { number, txId } = last.number > intent.number ? last : intent;
  return { number, txId };
}

export class DeskBooks {
  readonly #books: LedgerBooks;
  readonly #ledger: Ledger;

  constructor(books: LedgerBooks, ledger: Ledger) {
    this.#books = books;
    this.#ledger = ledger;
  }

  /** @throws IntentTextError if the record is none */
  async last(): Promise<Last> {
    const [record] = await this.#books.get('intent', [LAST_KEY]);
    if (record === undefined) return { number: 0, txId: '', version: 0 };
    const [, number, txId] = /^([1-9]\d{0,14}) ([0-9a-f]{64})$/.exec(record.text) ?? [];
    if (txId === undefined) throw new IntentTextError('the record of the newest intent is none');
    return { number: Number(number), txId, version: record.version };
  }

  /** All that are followed. @param known - those whose texts need not be read again */
  async open(known: (txId: string) => Intent | undefined): Promise<readonly Intent[]> {
    const intents: Intent[] = [];
    for (let after: string | undefined; ; ) {
      const page = await this.#books.page('intent', { limit: PAGE, ...(after !== undefined && { after }) });
      for (const { key, text } of page) if (key !== LAST_KEY) intents.push(known(key) ?? decodeIntent(text));
      if (page.length < PAGE) return intents.sort((a, b) => a.number - b.number);
      after = page.at(-1)!.key;
    }
  }

  /** Which of these keys the log has. */
  async logged(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      const some = keys.slice(at, at + KEYS_AT_ONCE);
      const numbers = await this.#books.logKeys(some);
      for (const [i, key] of some.entries()) if (numbers[i] !== undefined) found.add(key);
    }
    return found;
  }

  /** In the order of the intents. */
  async booked(intents: readonly Intent[]): Promise<readonly Booked[]> {
    const found = new Map<Intent, Booked>();
    for (let from = 1, left = intents; left.length > 0; from += ATTEMPTS_AT_ONCE) {
      const attempts = Array.from({ length: ATTEMPTS_AT_ONCE }, (_, i) => from + i);
      const keys = left.flatMap((intent) => attempts.flatMap((attempt) => attemptKeys(intent, attempt)));
      const logged = await this.logged(keys);
      for (const intent of left) {
        const isIn = (attempt: number, which: 0 | 1): boolean =>
          logged.has(attemptKeys(intent, attempt)[which]);
        const attempt = attempts.findLast((each) => isIn(each, 0)) ?? 0;
        if (attempt > 0) found.set(intent, { attempt, isPaid: !isIn(attempt, 1) });
      }
      left = left.filter((intent) =>
        attemptKeys(intent, from + ATTEMPTS_AT_ONCE - 1).every((key) => logged.has(key)),
      );
    }
    return intents.map((intent) => found.get(intent) ?? { attempt: 0, isPaid: false });
  }

  /**
   * Books a new one, or puts back one that the books have lost.
   * @returns `changed` also where the books have it
   */
  async begin(intent: Intent, last: Last, fence: BookFence): Promise<PostOutcome> {
    const { txId, inputs, kind } = intent;
    const newest = newestOf(last, intent);
    const records: BookChange[] = [
      { table: 'intent', key: txId, version: 0, text: encodeIntent(intent) },
      { table: 'intent', key: LAST_KEY, version: last.version, text: `${newest.number} ${newest.txId}` },
      ...paymentChanges(intent, [], { state: 'sent' }),
    ];
    // What a cancel spends stays set aside for what it cancels.
    const reserve = kind === 'cancel' ? [] : inputs;
    const more = { fence, intent: txId, reserve, records, durable: true };
    const transactions = openingEntries(intent);
    return transactions.length > 0 ? this.#ledger.post({ ...more, transactions }) : this.#ledger.hold(more);
  }

  /** @returns `changed` also where the books have lost it: so do those below */
  async paid(intent: Intent, attempt: number, timeMs: number, fence: BookFence): Promise<PostOutcome> {
    const record = await this.#kept(intent);
    if (record === undefined) return 'changed';
    const transactions = paidEntries(intent, timeMs, attempt);
    const records = [record, ...(await this.#payments(intent, { state: 'paid', paidMs: timeMs }))];
    return this.#ledger.post({ fence, transactions, intent: intent.txId, records, durable: true });
  }

  async fellBack(intent: Intent, attempt: number, timeMs: number, fence: BookFence): Promise<PostOutcome> {
    const record = await this.#kept(intent);
    if (record === undefined) return 'changed';
    const transactions = fellBackEntries(intent, timeMs, attempt);
    const records = [record, ...(await this.#payments(intent, { state: 'sent' }))];
    const { txId, inputs } = intent;
    return this.#ledger.post({ fence, transactions, intent: txId, reserve: inputs, records, durable: true });
  }

  /** It lies deep: it is not followed any more, nor are these that were to cancel it. */
  async end(intent: Intent, cancels: readonly Intent[], fence: BookFence): Promise<PostOutcome> {
    const records = await this.#removed([intent, ...cancels]);
    if (records === undefined) return 'changed';
    return this.#ledger.hold({ fence, intent: intent.txId, records, durable: true });
  }

  /**
   * It is dead: what was to be paid is back in balances, its outputs are free.
   * @param by - the cancel that spends some of them, and lies deep; undefined if all are gone
   * @param others - cancels that are as dead
   */
  async returned(
    intent: Intent,
    by: Intent | undefined,
    others: readonly Intent[],
    timeMs: number,
    fence: BookFence,
  ): Promise<PostOutcome> {
    const removed = await this.#removed([intent, ...(by === undefined ? [] : [by]), ...others]);
    if (removed === undefined) return 'changed';
    const records = [...(await this.#payments(intent, undefined)), ...removed];
    const spent = new Set(by?.inputs.map(({ key }) => key));
    const release = intent.inputs.filter(({ key }) => !spent.has(key));
    const transactions: Transaction[] = [
      ...(by === undefined ? [] : paidEntries(by, timeMs, 1)),
      ...returnedEntries(intent, timeMs),
    ];
    const more = { fence, intent: intent.txId, release, records, durable: true };
    return transactions.length > 0 ? this.#ledger.post({ ...more, transactions }) : this.#ledger.hold(more);
  }

  async #payments(intent: Intent, state: PaymentState | undefined): Promise<readonly BookChange[]> {
    const keys = paymentKeys(intent);
    const now: (BookRecord | undefined)[] =
      keys.length > 0 ? [...(await this.#books.get('payment', keys))] : [];
    return paymentChanges(intent, now, state);
  }

  /** Its record as it is: a commit with it is refused by books that have lost it. */
  async #kept(intent: Intent): Promise<BookChange | undefined> {
    const [record] = await this.#books.get('intent', [intent.txId]);
    return record && { table: 'intent', ...record };
  }

  /** Undefined if the books have lost one of them. */
  async #removed(intents: readonly Intent[]): Promise<readonly BookChange[] | undefined> {
    const keys = intents.map(({ txId }) => txId);
    const now = await this.#books.get('intent', keys);
    if (now.includes(undefined)) return undefined;
    return now.map((record): BookChange => ({ table: 'intent', ...record!, text: undefined }));
  }
}

/**
 * The books in Redis: a commit is one script.
 * @module
 */
import type {
  BookFence,
  BookLogEntry,
  BookOutcome,
  BookPage,
  BookRecord,
  Books,
  BookTable,
  BookWrite,
} from '../../ports/books.js';
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import { bookRange } from '../book-range.js';
import {
  checkBookFence,
  checkBookKeys,
  checkBookLimit,
  checkBookPage,
  checkBookTable,
  checkBookWrite,
  checkLogNumber,
} from '../check-books.js';
import type { DurableScripts } from './durable-scripts.js';
import type { StoreKeys } from './keys.js';
import { releaseLease, renewLease, takeLease } from './leases.js';
import type { Argument, RedisLink } from './redis-link.js';

/** Entries of the log that are trimmed in one step. */
const TRIM_STEP = 1000;

export class RedisBooks implements Books {
  readonly #link: RedisLink;
  readonly #keys: StoreKeys;
  readonly #leases: Pick<StoreKeys, 'leases'>;
  readonly #durable: DurableScripts;

  constructor(link: RedisLink, keys: StoreKeys, durable: DurableScripts) {
    this.#link = link;
    this.#keys = keys;
    this.#leases = { leases: keys.bookLeases };
    this.#durable = durable;
  }

  async commit(write: BookWrite): Promise<BookOutcome> {
    checkBookWrite(write);
    const { books, bookLeases, bookLog, bookLogNumbers } = this.#keys;
    const keys = [books, bookLeases, bookLog, bookLogNumbers];
    const args = argumentsOf(this.#keys.prefix, write);
    const outcome =
      write.durable === true
        ? await this.#durable.run('commit-books-4', keys, args)
        : await this.#link.script('commit-books-4', keys, args);
    return outcome as BookOutcome;
  }

  async get(table: BookTable, keys: readonly string[]): Promise<readonly (BookRecord | undefined)[]> {
    checkBookTable(table);
    checkBookKeys(keys);
    if (keys.length === 0) return [];
    const place = this.#keys.book(table);
    const found = await this.#link.run((client) => client.hmget(place, ...keys));
    return found.map((text, i) => (text === null ? undefined : recordOf(keys[i]!, text)));
  }

  async page(table: BookTable, page: BookPage): Promise<readonly BookRecord[]> {
    checkBookTable(table);
    checkBookPage(page);
    const { from, below } = bookRange(page);
    const [keys, records] = (await this.#link.script(
      'page-books-2',
      [this.#keys.bookKeys(table), this.#keys.book(table)],
      [from, below, page.limit],
    )) as [string[], string[]];
    return keys.map((key, i) => recordOf(key, records[i]!));
  }

  async log(from: number, limit: number): Promise<readonly BookLogEntry[]> {
    checkLogNumber('from', from);
    checkBookLimit(limit);
    const [first, entries] = (await this.#link.script(
      'read-book-log-2',
      [this.#keys.books, this.#keys.bookLog],
      [from, limit],
    )) as [string, string[]];
    return entries.map((entry, i) => {
      const end = entry.indexOf('\n');
      return { number: Number(first) + i, key: entry.slice(0, end), text: entry.slice(end + 1) };
    });
  }

  async logKeys(keys: readonly string[]): Promise<readonly (number | undefined)[]> {
    checkBookKeys(keys);
    if (keys.length === 0) return [];
    const { bookLogNumbers } = this.#keys;
    const numbers = await this.#link.run((client) => client.hmget(bookLogNumbers, ...keys));
    return numbers.map((number) => (number === null ? undefined : Number(number)));
  }

  logEnd(): Promise<number> {
    return this.#count('end');
  }

  logStart(): Promise<number> {
    return this.#count('start');
  }

  async trimLog(below: number, fence: BookFence): Promise<'done' | 'fenced'> {
    checkLogNumber('below', below);
    checkBookFence(fence);
    const { books, bookLeases, bookLog } = this.#keys;
    for (;;) {
      const outcome = (await this.#link.script(
        'trim-book-log-3',
        [books, bookLeases, bookLog],
        [fence.name, fence.number, below, TRIM_STEP],
      )) as 'done' | 'more' | 'fenced';
      if (outcome !== 'more') return outcome;
    }
  }

  takeLease(name: LeaseName, owner: string, ttlMs: number): Promise<TaskLease | undefined> {
    return takeLease(this.#link, this.#leases, name, owner, ttlMs);
  }

  renewLease(name: LeaseName, fence: number, ttlMs: number): Promise<TaskLease | undefined> {
    return renewLease(this.#link, this.#leases, name, fence, ttlMs);
  }

  releaseLease(name: LeaseName, fence: number): Promise<void> {
    return releaseLease(this.#link, this.#leases, name, fence);
  }

  async #count(field: string): Promise<number> {
    const { books } = this.#keys;
    return Number((await this.#link.run((client) => client.hget(books, field))) ?? 0);
  }
}

/** What the script is given. */
function argumentsOf(prefix: string, { fence, append, records, durable }: BookWrite): Argument[] {
  const args: Argument[] = [prefix, fence.name, fence.number, durable === true ? 1 : 0, append.length];
  for (const { key, text } of append) args.push(key, text);
  for (const { table, key, version, text } of records)
    args.push(table, key, version, text === undefined ? '-' : `+${text}`);
  return args;
}

function recordOf(key: string, text: string): BookRecord {
  const blank = text.indexOf(' ');
  return { key, version: Number(text.slice(0, blank)), text: text.slice(blank + 1) };
}

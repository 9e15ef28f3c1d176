/**
 * What both stores refuse of requests to the books, in the same words.
 * @module
 */
import {
  BOOK_TABLES,
  type BookFence,
  type BookPage,
  type BookTable,
  type BookWrite,
  MAX_BOOK_APPENDS,
  MAX_BOOK_KEY_CHARS,
  MAX_BOOK_LOG_TEXT_BYTES,
  MAX_BOOK_PAGE,
  MAX_BOOK_RECORDS,
  MAX_BOOK_TEXT_BYTES,
  MAX_BOOK_WRITE_BYTES,
} from '../ports/books.js';
import { LEASE_NAMES } from '../ports/task-leases.js';

const TABLES: ReadonlySet<string> = new Set(BOOK_TABLES);
const NAMES: ReadonlySet<string> = new Set(LEASE_NAMES);
const PRINTABLE = /^[ -~]*$/;

/** What no store keeps as it is: SQLite's library ends a text at U+0000, and UTF-8 has no halves of pairs. */
const UNKEPT = /[\0\p{Surrogate}]/u;

/** @throws RangeError unless the write is in the ranges of its type */
export function checkBookWrite({ fence, append, records }: BookWrite): void {
  checkBookFence(fence);
  atMost('append', append.length, MAX_BOOK_APPENDS);
  atMost('records', records.length, MAX_BOOK_RECORDS);
  let bytes = 0;
  for (const { key, text } of append) {
    checkKey(key);
    bytes += checkText(text, MAX_BOOK_LOG_TEXT_BYTES);
  }
  for (const { table, key, version, text } of records) {
    checkBookTable(table);
    checkKey(key);
    checkNumber('version', version, 0);
    if (text !== undefined) bytes += checkText(text, MAX_BOOK_TEXT_BYTES);
  }
  if (bytes > MAX_BOOK_WRITE_BYTES)
    throw new RangeError(`a write expected at most ${MAX_BOOK_WRITE_BYTES} bytes of texts, got ${bytes}`);
  checkOnce(
    'append',
    append.map(({ key }) => key),
  );
  checkOnce(
    'records',
    records.map(({ table, key }) => `${table} ${key}`),
  );
}

/** @throws RangeError unless it is a lease's name and a number from 1 up to 2^53 */
export function checkBookFence({ name, number }: BookFence): void {
  if (!NAMES.has(name)) throw new RangeError(`"fence.name" expected the name of a lease, got ${shown(name)}`);
  checkNumber('fence.number', number, 1);
}

/** @throws RangeError unless it is one of the tables */
export function checkBookTable(table: BookTable): void {
  if (!TABLES.has(table)) throw new RangeError(`"table" expected one of the tables, got ${shown(table)}`);
}

/** @throws RangeError unless they are keys, and not too many */
export function checkBookKeys(keys: readonly string[]): void {
  atMost('keys', keys.length, MAX_BOOK_PAGE);
  for (const key of keys) checkKey(key);
}

/** @throws RangeError unless the page is in the ranges of its type */
export function checkBookPage({ prefix = '', after = '', limit }: BookPage): void {
  checkPart('prefix', prefix);
  checkPart('after', after);
  checkBookLimit(limit);
}

/** @throws RangeError unless it is 1 to MAX_BOOK_PAGE */
export function checkBookLimit(limit: number): void {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_BOOK_PAGE))
    throw new RangeError(`"limit" expected 1 to ${MAX_BOOK_PAGE}, got ${limit}`);
}

/** @param what - its name @throws RangeError unless it is a number of the log */
export function checkLogNumber(what: string, number: number): void {
  checkNumber(what, number, 0);
}

function checkNumber(what: string, number: number, least: number): void {
  if (!(Number.isSafeInteger(number) && number >= least))
    throw new RangeError(`"${what}" expected a whole number from ${least} up to 2^53, got ${number}`);
}

function checkKey(key: string): void {
  if (key.length === 0) throw new RangeError('"key" expected at least one character');
  checkPart('key', key);
}

function checkPart(what: string, part: string): void {
  if (part.length > MAX_BOOK_KEY_CHARS || !PRINTABLE.test(part))
    throw new RangeError(
      `"${what}" expected at most ${MAX_BOOK_KEY_CHARS} characters of printable ASCII, got ${shown(part)}`,
    );
}

/** @returns its length, bytes of UTF-8 */
function checkText(text: string, most: number): number {
  const bytes = Buffer.byteLength(text);
  if (bytes > most) throw new RangeError(`"text" expected at most ${most} bytes, got ${bytes}`);
  if (UNKEPT.test(text)) throw new RangeError('"text" expected no U+0000 and no half of a surrogate pair');
  return bytes;
}

function checkOnce(what: string, keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new RangeError(`"${what}" expected each key once, got ${shown(key)} again`);
    seen.add(key);
  }
}

function atMost(what: string, count: number, most: number): void {
  if (count > most) throw new RangeError(`"${what}" expected at most ${most}, got ${count}`);
}

/** Cut, since it may be anything. */
function shown(text: string): string {
  return JSON.stringify(String(text).slice(0, 200));
}

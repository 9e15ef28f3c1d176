/**
 * What the conformance suite of the books needs of an implementation.
 * @module
 */
import type { Books, BookTable, BookWrite } from '../../pool/ports/books.js';

/** One set of data, empty at first, and ways to open it. */
export interface BooksLab {
  /** Opens the data, beside what is open already. Closed by the lab. */
  open(): Promise<Books>;
  /** Lets time pass on the store's clock: really, or not. */
  pass(ms: number): Promise<void>;
  /** Keeps what there is. @returns a function that closes all that is open, goes back to it, and opens it; its clock goes on */
  snapshot(): Promise<() => Promise<Books>>;
  close(): Promise<void>;
}

/** What a suite is run with. */
export interface BooksLabs {
  readonly name: string;
  readonly skip: string | false;
  makeLab(): Promise<BooksLab>;
}

/** A case: a name, and what is done with fresh data. */
export type BooksCase = readonly [name: string, run: (books: Books, lab: BooksLab) => Promise<void>];

export const FENCE = { name: 'settlement', number: 1 } as const;

/** A record as tests write it: its key, the version that it has now, and its text. */
type Record = readonly [key: string, version: number, text: string | undefined];

/** A write of accounts under the first fence. */
export function writeOf(records: readonly Record[], log: readonly string[] = []): BookWrite {
  return {
    fence: FENCE,
    append: log.map((key) => ({ key, text: `text of ${key}` })),
    records: records.map(([key, version, text]) => ({ table: 'account', key, version, text })),
  };
}

/** All that is in some tables and in the log: compared before and after. */
export async function contentOf(books: Books, tables: readonly BookTable[] = ['account']): Promise<unknown> {
  const pages = await Promise.all(tables.map((table) => books.page(table, { limit: 1000 })));
  return { pages, log: await books.log(0, 1000), end: await books.logEnd(), start: await books.logStart() };
}

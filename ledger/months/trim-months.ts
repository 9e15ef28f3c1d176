/**
 * Texts of closed months leave the books: only what files hold that were verified just now, and that say the same.
 * @module
 */
import type { BookEntry, BookFence, LedgerBooks } from '../books-port.js';
import { LedgerError } from '../ledger-error.js';
import { logEntries } from '../replay.js';
import { closedMonth } from './close-month.js';
import { entriesOf } from './month-file.js';
import { verifyMonths } from './verify-months.js';

/** The books, as far as trimming needs them beside the ledger. */
export interface TrimmedBooks extends LedgerBooks {
  logStart(): Promise<number>;
  trimLog(below: number, fence: BookFence): Promise<'done' | 'fenced'>;
}

/** What trimming came to: the last month whose texts are in files alone, and how many entries have gone now. */
export interface Trimmed {
  readonly month: string;
  readonly entries: number;
}

/**
 * Trims the log up to the end of the month that was closed last.
 * @param folder - of the files of all closed months
 * @returns undefined if no month is closed
 * @throws LedgerError if a file is missing, damaged or another one, or says something else than the log; then nothing is trimmed
 * @throws StoredFileError if a file can't be read
 */
export async function trimMonths(
  books: TrimmedBooks,
  folder: string,
  fence: BookFence,
): Promise<Trimmed | undefined> {
  const closed = await closedMonth(books);
  if (closed === undefined) return undefined;
  const { files, fault } = await verifyMonths(folder);
  const last = files.findIndex(({ hash }) => hash === closed.hash);
  if (last < 0)
    throw new LedgerError('month', fault ?? `${folder}: expected the file of ${closed.month}, got none`);
  const start = await books.logStart();
  for (const file of files.slice(0, last + 1))
    if (file.head.end > start)
      await compare(
        entriesOf(file),
        logEntries(books, Math.max(start, file.head.from), file.head.end),
        start,
      );
  if ((await books.trimLog(closed.end, fence)) === 'fenced')
    throw new LedgerError('month', 'somebody else is at work on the ledger');
  return { month: closed.month, entries: Math.max(0, closed.end - start) };
}

/** @param start - of the log: what comes before is in files alone */
async function compare(
  filed: AsyncIterable<BookEntry>,
  logged: AsyncGenerator<BookEntry>,
  start: number,
): Promise<void> {
  for await (const entry of filed) {
    if (entry.number < start) continue;
    const { value } = await logged.next();
    const own = value as BookEntry | undefined;
    if (own?.number !== entry.number || own.key !== entry.key || own.text !== entry.text)
      throw new LedgerError(
        'month',
        `entry ${entry.number} (${entry.key}) is another one in the books: nothing is trimmed`,
      );
  }
}

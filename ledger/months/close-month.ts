/**
 * Closes months: what the log has of one goes into a file, with the balances that carry over, and each file names the hash of the one
 * before. The log may be trimmed then.
 *
 * A month is the entries from the end of the one before up to the first that is of a later month: one that comes late is in the month in
 * which it was posted.
 * @module
 */
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '../../files/stored-file-error.js';
import { syncFolder } from '../../files/sync-folder.js';
import type { AccountName } from '../accounts.js';
import type { BookEntry, BookFence, BookRecord, LedgerBooks } from '../books-port.js';
import { MAX_NAMES_IN_MEMORY } from '../check.js';
import { CheckFaults } from '../check-faults.js';
import { LedgerError } from '../ledger-error.js';
import { logEntries, type Opening, replay, ShareFull } from '../replay.js';
import type { MadeCoin } from '../transaction.js';
import { decodeTransaction } from '../transaction-text.js';
import { type MonthFile, openingOf, openMonthFile } from './month-file.js';
import {
  balanceLine,
  coinLine,
  endLine,
  headLine,
  isMonth,
  type MonthHead,
  monthEnd,
  monthOf,
  NO_FILE,
} from './month-text.js';

/** Key of the record in table `note` that says which month was closed last. */
export const CLOSED_MONTH_KEY = 'ledger-month';

/** A month is closed so long after its end: what blocks of its last hours brought is posted by then, ms. */
export const CLOSE_AFTER_MS = 86_400_000;

/** The month that was closed last. */
export interface ClosedMonth {
  readonly number: number;
  readonly month: string;
  /** Number of the first entry of the log after it. */
  readonly end: number;
  /** SHA-256 of its file. */
  readonly hash: string;
}

/** Name of a month's file. */
export function monthFileName(month: string): string {
  return `ledger-${month}.txt`;
}

/** The month that was closed last; undefined if none was. @throws LedgerError if the record can't be read */
export async function closedMonth(books: LedgerBooks): Promise<ClosedMonth | undefined> {
  return stateOf((await books.get('note', [CLOSED_MONTH_KEY]))[0]);
}

/** The file of the month that was closed last. @throws LedgerError if it is another one @throws StoredFileError */
export async function lastMonthFile(folder: string, closed: ClosedMonth): Promise<MonthFile> {
  const file = await openMonthFile(join(folder, monthFileName(closed.month)));
  if (file.hash !== closed.hash)
    throw new LedgerError(
      'month',
      `${file.path}: expected the file of hash ${closed.hash}, got ${file.hash}`,
    );
  return file;
}

export interface CloseOptions {
  readonly books: LedgerBooks;
  /** Folder of the files, which is there. */
  readonly folder: string;
  readonly fence: BookFence;
  /** ms since the epoch. */
  readonly nowMs: number;
  /** Most names in memory. */
  readonly room?: number;
}

/**
 * Closes the next month, if its time has come. One that was closed half is closed to its end.
 * @returns its file; undefined if there is none to close
 * @throws LedgerError if the log is not right, the file there is another one, or somebody else closes months
 * @throws StoredFileError
 */
export async function closeMonth(options: CloseOptions): Promise<MonthFile | undefined> {
  const { books, folder, fence, nowMs } = options;
  const [record] = await books.get('note', [CLOSED_MONTH_KEY]);
  const closed = stateOf(record);
  const before = closed === undefined ? undefined : await lastMonthFile(folder, closed);
  const span = await nextSpan(books, closed, nowMs);
  if (span === undefined) return undefined;
  const head = { ...span, number: (closed?.number ?? 0) + 1, before: before?.hash ?? NO_FILE };
  const file = await writeMonth(head, before === undefined ? undefined : openingOf(before), options);
  const { number, month, end } = file.head;
  const outcome = await books.commit({
    fence,
    append: [],
    records: [
      {
        table: 'note',
        key: CLOSED_MONTH_KEY,
        version: record?.version ?? 0,
        text: JSON.stringify({ number, month, end, hash: file.hash }),
      },
    ],
  });
  if (outcome !== 'done')
    throw new LedgerError('month', `closing ${month}: somebody else closes months (${outcome})`);
  return file;
}

function stateOf(record: BookRecord | undefined): ClosedMonth | undefined {
  if (record === undefined) return undefined;
  try {
    const { number, month, end, hash } = JSON.parse(record.text) as ClosedMonth;
    if (number >= 1 && isMonth(month) && Number.isSafeInteger(end) && /^[0-9a-f]{64}$/.test(hash))
      return { number, month, end, hash };
  } catch {
    // As any other text that is none.
  }
  throw new LedgerError(
    'row',
    `the record of the month that was closed last is none: ${record.text.slice(0, 80)}`,
  );
}

/** The month that comes next, and its entries; undefined if it can't be closed yet. */
async function nextSpan(
  books: LedgerBooks,
  closed: ClosedMonth | undefined,
  nowMs: number,
): Promise<Pick<MonthHead, 'month' | 'from' | 'end'> | undefined> {
  const from = closed?.end ?? 0;
  const logEnd = await books.logEnd();
  let month: string | undefined;
  let end = from;
  for await (const entry of logEntries(books, from, logEnd)) {
    const timeMs = timeOf(entry);
    if (month === undefined) {
      const following = closed === undefined ? '' : monthOf(monthEnd(closed.month));
      month = monthOf(timeMs) > following ? monthOf(timeMs) : following;
      if (nowMs < monthEnd(month) + CLOSE_AFTER_MS) return undefined;
    }
    if (timeMs >= monthEnd(month)) break;
    end = entry.number + 1;
  }
  return month === undefined ? undefined : { month, from, end };
}

function timeOf({ key, text }: BookEntry): number {
  try {
    return decodeTransaction(text).timeMs;
  } catch {
    throw new LedgerError('month', `entry ${key} of the log is not right: see what ledger check says`);
  }
}

async function writeMonth(
  head: MonthHead,
  opening: Opening | undefined,
  { folder, books, room = MAX_NAMES_IN_MEMORY }: CloseOptions,
): Promise<MonthFile> {
  const path = join(folder, monthFileName(head.month));
  const draft = `${path}.new`;
  try {
    for (let of = 1; ; of *= 2) {
      try {
        await writeLines(draft, linesOf(head, opening, books, of, room));
        break;
      } catch (error) {
        if (!(error instanceof ShareFull)) throw error;
      }
    }
    const made = await openMonthFile(draft);
    await nameNew(draft, path);
    await syncFolder(folder).catch((error: unknown) => {
      throw ioError(folder, error);
    });
    const file = await openMonthFile(path);
    if (file.hash !== made.hash)
      throw new LedgerError(
        'month',
        `${path}: it is there already, and is not what the log has of that month`,
      );
    return file;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Unlike a renamed file, a link replaces none. */
async function nameNew(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw ioError(path, error);
  }
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600).catch((error: unknown) => {
    throw ioError(path, error);
  });
  try {
    let some: string[] = [];
    for await (const line of lines) {
      some.push(line, '\n');
      if (some.length < 2000) continue;
      await file.appendFile(some.join(''));
      some = [];
    }
    await file.appendFile(some.join(''));
    await file.sync();
  } catch (error) {
    if (error instanceof ShareFull || error instanceof LedgerError) throw error;
    throw ioError(path, error);
  } finally {
    await file.close();
  }
}

async function* linesOf(
  head: MonthHead,
  opening: Opening | undefined,
  books: LedgerBooks,
  of: number,
  room: number,
): AsyncGenerator<string> {
  const { from, end } = head;
  yield headLine(head);
  for await (const { text } of logEntries(books, from, end)) yield text;
  const faults = new CheckFaults();
  let balances = 0;
  let coins = 0;
  for (let part = 0; part < of; part++) {
    const entries = logEntries(books, from, end);
    const share = { part, of };
    const replayed = await replay({ entries, from, end, opening, share, room, faults });
    for (const [account, amount] of [...replayed.accounts].sort(byName)) {
      if (amount === 0n) continue;
      balances++;
      yield balanceLine({ account: account as AccountName, amount });
    }
    for (const [name, coin] of [...replayed.coins].sort(byName)) {
      coins++;
      yield coinLine({ ...coin, group: Number(name[0]) as MadeCoin['group'], key: name.slice(2) });
    }
  }
  if (faults.count > 0)
    throw new LedgerError('month', `${head.month} can't be closed: ${faults.named[0]!.words}`);
  yield endLine(end - from, balances, coins);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/**
 * `lesswork ledger export`: the ledger as CSV, closed months as files, and their verification.
 * @module
 */

import { mkdir } from 'node:fs/promises';
import { ioError } from '../files/stored-file-error.js';
import { CheckFaults } from '../ledger/check-faults.js';
import { csvHead, csvLines } from '../ledger/csv.js';
import { LedgerError } from '../ledger/ledger-error.js';
import { closeMonth } from '../ledger/months/close-month.js';
import { entriesOf } from '../ledger/months/month-file.js';
import { monthOf } from '../ledger/months/month-text.js';
import { trimMonths } from '../ledger/months/trim-months.js';
import { verifyMonths } from '../ledger/months/verify-months.js';
import { logEntries, transactionsOf } from '../ledger/replay.js';
import type { Transaction } from '../ledger/transaction.js';
import { counted } from '../protocol/quantity-text.js';
import { type LedgerDesk, underLease } from './ledger-desk.js';

export interface CsvOptions {
  /** Folder of the closed months: what is in no file any more is taken from the books. */
  readonly months?: string;
  /** First and last month, as `2026-03`. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * The lines of a table, its head first.
 * @throws Error if the log was trimmed, and there is no folder; or a file of it is damaged
 */
export async function* csvOfDesk(desk: LedgerDesk, options: CsvOptions): AsyncGenerator<string> {
  const { from = '0000-00', to = '9999-99' } = options;
  yield csvHead();
  for await (const transaction of allTransactions(desk, options.months)) {
    const month = monthOf(transaction.timeMs);
    if (month >= from && month <= to) yield* csvLines(transaction);
  }
}

async function* allTransactions(
  { books }: LedgerDesk,
  months: string | undefined,
): AsyncGenerator<Transaction> {
  const faults = new CheckFaults();
  let next = 0;
  if (months !== undefined) {
    const { files, fault } = await verifyMonths(months);
    if (fault !== undefined) throw new LedgerError('month', fault);
    for (const file of files) {
      const { from, end } = file.head;
      yield* transactionsOf({ entries: entriesOf(file), from, end, faults });
      next = end;
    }
  }
  const start = await books.logStart();
  if (start > next)
    throw new LedgerError(
      'month',
      `entries ${next} to ${start - 1} are in files of closed months alone: --months says where`,
    );
  const end = await books.logEnd();
  yield* transactionsOf({ entries: logEntries(books, next, end), from: next, end, faults });
  if (faults.count > 0) throw new LedgerError('row', `${faults.named[0]!.words}: see what ledger check says`);
}

export interface CloseMonthsOptions {
  readonly months: string;
  /** Whether the log's texts are removed from the books once they are in files. */
  readonly trim: boolean;
}

/** Closes all months whose time has come, and tells of each. */
export async function closeOnDesk(desk: LedgerDesk, { months, trim }: CloseMonthsOptions): Promise<void> {
  await mkdir(months, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw ioError(months, error);
  });
  await underLease(desk, async (fence) => {
    const options = { books: desk.books, folder: months, fence, nowMs: desk.now() };
    let closed = 0;
    for (let file = await closeMonth(options); file !== undefined; file = await closeMonth(options)) {
      const { month, from, end } = file.head;
      desk.write(
        `${month}: ${counted(end - from, 'entry', 'entries')}, ${file.path}, SHA-256 ${file.hash}\n`,
      );
      closed++;
    }
    if (closed === 0) desk.write('no month to close\n');
    const trimmed = trim ? await trimMonths(desk.books, months, fence) : undefined;
    if (trimmed === undefined) return;
    const { month, entries } = trimmed;
    desk.write(`the books go back to the end of ${month}: ${counted(entries, 'entry', 'entries')} trimmed\n`);
  });
}

/** Verifies closed months. @returns whether all are right */
export async function verifyOnDesk(folder: string, write: (text: string) => void): Promise<boolean> {
  const { files, fault } = await verifyMonths(folder);
  for (const { head, hash } of files) write(`${head.month}: right, SHA-256 ${hash}\n`);
  if (files.length === 0 && fault === undefined)
    throw new Error(`${folder}: expected closed months, got none`);
  if (fault !== undefined) write(`FAULT  ${fault}\n`);
  return fault === undefined;
}

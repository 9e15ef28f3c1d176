/**
 * A closed month in a file: written once, whole or not at all; read line by line, so that its length costs no memory.
 * @module
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ioError, StoredFileError } from '../../files/stored-file-error.js';
import type { BookEntry } from '../books-port.js';
import type { AccountBalance } from '../ledger.js';
import type { Opening } from '../replay.js';
import type { MadeCoin } from '../transaction.js';
import { decodeTransaction, LedgerTextError } from '../transaction-text.js';
import { type MonthHead, type MonthLine, parseHead, parseMonthLine } from './month-text.js';

/** Longest first line, bytes. */
const HEAD_BYTES = 1024;

/** A file of a closed month, as its first line says. What it holds is read each time. */
export interface MonthFile {
  readonly path: string;
  readonly head: MonthHead;
  /** SHA-256 of all its bytes, as `sha256sum` says it. */
  readonly hash: string;
}

/** @throws StoredFileError if it is not there, or begins otherwise */
export async function openMonthFile(path: string): Promise<MonthFile> {
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  try {
    const file = await open(path, 'r');
    try {
      for await (const bytes of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        hash.update(bytes);
        if (start.length < HEAD_BYTES) start = Buffer.concat([start, bytes.subarray(0, HEAD_BYTES)]);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw ioError(path, error);
  }
  const end = start.indexOf(0x0a);
  const head = read(path, () => parseHead(start.subarray(0, Math.max(0, end)).toString()));
  return { path, head, hash: hash.digest('hex') };
}

/** Entries of a closed month, with the numbers that they had in the log. @throws StoredFileError if it is damaged */
export async function* entriesOf({ path, head }: MonthFile): AsyncGenerator<BookEntry> {
  let number = head.from;
  for await (const line of linesOf(path)) {
    if (line.kind !== 'entry') continue;
    const { key } = read(path, () => decodeTransaction(line.text));
    yield { number: number++, key, text: line.text };
  }
}

/** What a closed month leaves to the next one. @throws StoredFileError where it is read, if it is damaged */
export function openingOf({ path, head }: MonthFile): Opening {
  return {
    from: head.end,
    async *balances(): AsyncGenerator<AccountBalance> {
      for await (const line of linesOf(path)) if (line.kind === 'balance') yield line.balance;
    },
    async *coins(): AsyncGenerator<MadeCoin> {
      for await (const line of linesOf(path)) if (line.kind === 'coin') yield line.coin;
    },
  };
}

/** All lines behind the first, as many as the last one says. */
async function* linesOf(path: string): AsyncGenerator<MonthLine> {
  const counts = { entry: 0, balance: 0, coin: 0, end: 0 };
  let isFirst = true;
  let last: MonthLine | undefined;
  for await (const text of textLines(path)) {
    if (isFirst) {
      isFirst = false;
      continue;
    }
    if (last?.kind === 'end') throw damaged(path, 'more comes after its end');
    last = read(path, () => parseMonthLine(text));
    counts[last.kind]++;
    yield last;
  }
  if (
    last?.kind !== 'end' ||
    last.entries !== counts.entry ||
    last.balances !== counts.balance ||
    last.coins !== counts.coin
  )
    throw damaged(path, 'lines are missing');
}

async function* textLines(path: string): AsyncGenerator<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw ioError(path, error);
  });
  try {
    yield* file.readLines({ autoClose: false });
  } finally {
    await file.close();
  }
}

/** @throws StoredFileError in place of a LedgerTextError */
function read<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LedgerTextError) throw damaged(path, error.message);
    throw error;
  }
}

function damaged(path: string, why: string): StoredFileError {
  return new StoredFileError('damaged', `${path}: damaged: ${why}`);
}

/**
 * Tables of work as texts: a head in JSON, and chunks with a line for each account: the account, then its work by window.
 * @module
 */
import { MAX_WINDOWS, ROWS_IN_CHUNK, type WorkRow, type WorkTableHead } from './work-table.js';

/** A text is no table of work, or not a whole one. */
export class WorkTableError extends Error {
  override readonly name = 'WorkTableError';
  readonly code = 'ERR_WORK_TABLE';
}

const FORM = 1;
const ACCOUNT = /^[0-9a-f]{2,4096}$/;
const NUMBER = /^(0|[1-9][0-9]{0,38})$/;

export function encodeWorkTableHead({ windows, totals, chunks }: WorkTableHead): string {
  return JSON.stringify({
    form: FORM,
    windows: windows.map(({ fromMs, toMs, oldest }) => ({
      fromMs,
      toMs,
      part: String(oldest.part),
      of: String(oldest.of),
    })),
    totals: totals.map(String),
    chunks,
  });
}

/** @throws WorkTableError */
export function decodeWorkTableHead(text: string): WorkTableHead {
  const head = objectOf(parsed(text), 'the head');
  if (head.form !== FORM) throw new WorkTableError(`the head of a table of work has form ${head.form}`);
  const windows = listOf(head.windows, 'windows').map((each) => {
    const window = objectOf(each, 'a window');
    return {
      fromMs: timeOf(window.fromMs),
      toMs: timeOf(window.toMs),
      oldest: { part: numberOf(window.part), of: numberOf(window.of) },
    };
  });
  const totals = listOf(head.totals, 'totals').map(numberOf);
  const chunks = listOf(head.chunks, 'chunks').map(accountOf);
  if (windows.length < 1 || windows.length > MAX_WINDOWS || totals.length !== windows.length)
    throw new WorkTableError(
      `a table of work has ${windows.length} windows and ${totals.length} totals: 1 to ${MAX_WINDOWS}, and as many`,
    );
  for (const { fromMs, toMs, oldest } of windows)
    if (fromMs >= toMs || oldest.of === 0n || oldest.part > oldest.of)
      throw new WorkTableError(`a window from ${fromMs} to ${toMs} is none`);
  checkOrder(chunks);
  return { windows, totals, chunks };
}

export function encodeWorkChunk(rows: readonly WorkRow[]): string {
  return rows.map(({ account, work }) => `${account} ${work.join(' ')}`).join('\n');
}

/**
 * The rows of a chunk.
 * @param windows - their number
 * @throws WorkTableError
 */
export function decodeWorkChunk(text: string, windows: number): WorkRow[] {
  const lines = text.split('\n');
  if (lines.length > ROWS_IN_CHUNK)
    throw new WorkTableError(`a chunk of work has ${lines.length} rows, over ${ROWS_IN_CHUNK}`);
  const rows = lines.map((line) => {
    const [account, ...work] = line.split(' ');
    if (work.length !== windows)
      throw new WorkTableError(`a row of work has ${work.length} numbers, expected ${windows}`);
    return { account: accountOf(account), work: work.map(numberOf) };
  });
  checkOrder(rows.map(({ account }) => account));
  return rows;
}

function checkOrder(accounts: readonly string[]): void {
  for (const [index, account] of accounts.entries())
    if (index > 0 && accounts[index - 1]! >= account)
      throw new WorkTableError(`accounts of a table of work are out of order at ${account.slice(0, 80)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WorkTableError('the head of a table of work is no JSON', { cause: error });
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WorkTableError(`${what} of a table of work is no object`);
  return value as Record<string, unknown>;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WorkTableError(`"${what}" of a table of work is no list`);
  return value;
}

function timeOf(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new WorkTableError('a time of a table of work is none');
  return value as number;
}

function numberOf(value: unknown): bigint {
  if (typeof value !== 'string' || !NUMBER.test(value))
    throw new WorkTableError(`a number of a table of work is none: ${String(value).slice(0, 80)}`);
  return BigInt(value);
}

function accountOf(value: unknown): string {
  if (typeof value !== 'string' || !ACCOUNT.test(value))
    throw new WorkTableError(`an account of a table of work is none: ${String(value).slice(0, 80)}`);
  return value;
}

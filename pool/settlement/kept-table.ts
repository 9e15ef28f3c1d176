/**
 * Tables of work as the books keep them: the head with the finds that it is of, and its chunks.
 *
 * The head is written last: a table whose head is there is whole, and stays as it is.
 * @module
 */
import type { WorkRow, WorkTable, WorkTableHead } from '../credit/work-table.js';
import {
  decodeWorkChunk,
  decodeWorkTableHead,
  encodeWorkChunk,
  encodeWorkTableHead,
  WorkTableError,
} from '../credit/work-table-text.js';
import type { BookFence, BookRecordWrite, Books } from '../ports/books.js';
import { tableKeysOf } from './interval.js';
import type { Turns } from './turns.js';

/** Hash of a find, and number of its window. */
export type WindowOfFind = readonly [hash: string, window: number];

/** A table that is kept. */
export interface KeptTable {
  readonly key: string;
  readonly head: WorkTableHead;
  readonly finds: readonly WindowOfFind[];
}

export function encodeTableHead(head: WorkTableHead, finds: readonly WindowOfFind[]): string {
  return JSON.stringify({ ...(JSON.parse(encodeWorkTableHead(head)) as object), finds });
}

/** @throws WorkTableError */
export function decodeTableHead(key: string, text: string): KeptTable {
  const head = decodeWorkTableHead(text);
  const { finds } = JSON.parse(text) as { finds?: unknown };
  if (!Array.isArray(finds)) throw new WorkTableError('a table of work names no finds');
  return { key, head, finds: finds.map((find) => windowOf(find, head.windows.length)) };
}

function windowOf(find: unknown, windows: number): WindowOfFind {
  const [hash, window] = Array.isArray(find) ? (find as unknown[]) : [];
  const isOne = typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
  if (!isOne || !Number.isInteger(window) || !((window as number) >= 0 && (window as number) < windows))
    throw new WorkTableError('a find of a table of work is none');
  return [hash, window as number];
}

/** Key of a chunk's record. */
export function chunkKeyOf(tableKey: string, chunk: number): string {
  return `${tableKey}/${String(chunk).padStart(6, '0')}`;
}

/**
 * Writes the chunks of a table, one commit each, over what an earlier try left.
 * @returns false if somebody else owns the task now
 */
export async function keepChunks(
  books: Books,
  fence: BookFence,
  key: string,
  table: WorkTable,
  turns: Turns,
): Promise<boolean> {
  let number = 0;
  for (const rows of table.chunks()) {
    const chunkKey = chunkKeyOf(key, number++);
    const [before] = await books.get('work', [chunkKey]);
    const text = encodeWorkChunk(rows);
    const write: BookRecordWrite = { table: 'work', key: chunkKey, version: before?.version ?? 0, text };
    const outcome = await books.commit({ fence, append: [], records: [write] });
    if (outcome === 'fenced' || outcome === 'changed') return false;
    await turns.yield();
  }
  return true;
}

/** Rows of a table in order of the accounts, read chunk by chunk. @throws WorkTableError if a chunk is missing or none */
export async function* keptRows(
  books: Pick<Books, 'get'>,
  { key, head }: KeptTable,
  turns: Turns,
): AsyncGenerator<WorkRow> {
  for (let chunk = 0; chunk < head.chunks.length; chunk++) {
    await turns.breathe();
    const chunkKey = chunkKeyOf(key, chunk);
    const [record] = await books.get('work', [chunkKey]);
    if (record === undefined) throw new WorkTableError(`chunk ${chunkKey} of a table of work is not there`);
    yield* decodeWorkChunk(record.text, head.windows.length);
  }
}

/** Heads of tables, each read once. */
export class TableHeads {
  readonly #books: Pick<Books, 'get'>;
  readonly #tables = new Map<string, KeptTable | undefined>();

  constructor(books: Pick<Books, 'get'>) {
    this.#books = books;
  }

  async table(key: string): Promise<KeptTable | undefined> {
    if (!this.#tables.has(key)) {
      const [record] = await this.#books.get('work', [key]);
      this.#tables.set(key, record && decodeTableHead(key, record.text));
    }
    return this.#tables.get(key);
  }

  /** The table that a find is in, and its window there; undefined if it is in none. @throws WorkTableError */
  async tableOf(hash: string, foundMs: number): Promise<{ table: KeptTable; window: number } | undefined> {
    for (const keys of tableKeysOf(foundMs)) {
      let isThere = false;
      for (const key of keys) {
        const table = await this.table(key);
        isThere ||= table !== undefined;
        const find = table?.finds.find(([one]) => one === hash);
        if (table !== undefined && find !== undefined) return { table, window: find[1] };
      }
      // Those of late finds are numbered without a gap, also where the interval itself has none.
      if (!isThere && keys[0]!.includes('+')) return undefined;
    }
    return undefined;
  }
}

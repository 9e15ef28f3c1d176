/**
 * Seals complete runs: a run's root, chained to that of the run before, after which nothing of it can be told otherwise without being
 * noticed by a miner who remembers a later head.
 *
 * ```
 * run/N complete --> roots/TABLE, where they are missing --> seal/N and the newest head, one commit
 * ```
 * @module
 */
import type { ChunkSum, RunTable } from '../../audit/audit-run.js';
import { runTexts } from '../../audit/audit-run.js';
import { headOf, leafOf, TreeRoot } from '../../audit/audit-tree.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { WorkTableError } from '../credit/work-table-text.js';
import type { BookFence, BookRecordWrite, Books } from '../ports/books.js';
import { chunkKeyOf, type KeptTable, TableHeads } from './kept-table.js';
import { rowTextsOf, runOf, runTableOf, tableKeysOfRun } from './run-facts.js';
import { decodeRun, RunTextError, runKeyOf } from './run-text.js';
import {
  decodeRoots,
  decodeSealed,
  encodeRoots,
  encodeSeal,
  encodeSealed,
  rootsKeyOf,
  SEALED_KEY,
  sealKeyOf,
} from './seal-text.js';
import type { Turns } from './turns.js';

export interface RunSealsModules {
  readonly books: Books;
  /** Id of the pool. */
  readonly pool: string;
  readonly turns: Turns;
  readonly fence: () => BookFence | undefined;
  /** A run is sealed. @param head - of the chain, 64 hex digits */
  readonly onSealed: (number: number, head: string) => void;
}

export class RunSeals {
  readonly #modules: RunSealsModules;

  constructor(modules: RunSealsModules) {
    this.#modules = modules;
  }

  /**
   * Seals what is not sealed.
   * @param closed - number of the last complete run
   * @returns false if somebody else owns the task now
   * @throws RunTextError, WorkTableError, SealTextError if what is kept can't be read
   */
  async round(closed: number): Promise<boolean> {
    for (;;) {
      const [record] = await this.#modules.books.get('settlement', [SEALED_KEY]);
      const { number, head } = decodeSealed(record?.text);
      if (number >= closed) return true;
      if (!(await this.#seal(number + 1, head, record?.version ?? 0))) return false;
    }
  }

  async #seal(number: number, before: string, version: number): Promise<boolean> {
    const { books, pool, fence, onSealed } = this.#modules;
    const [record] = await books.get('settlement', [runKeyOf(number)]);
    if (record === undefined) throw new RunTextError(`run ${number} of settlement is not there`);
    const run = decodeRun(record.text);
    const heads = new TableHeads(books);
    const tables: RunTable[] = [];
    for (const key of tableKeysOfRun(run)) {
      const table = await heads.table(key);
      if (table === undefined) throw new WorkTableError(`table of work ${key} is not there`);
      const chunks = await this.#rootsOf(table);
      if (chunks === undefined) return false;
      tables.push(runTableOf(table, chunks));
    }
    const root = (await this.#treeOf(runTexts(runOf(pool, run, tables)))).root();
    const head = bytesToHex(headOf(hexToBytes(before), number, root));
    const owned = fence();
    if (owned === undefined) return false;
    const records = [
      { key: sealKeyOf(number), version: 0, text: encodeSeal({ root: bytesToHex(root), before, head }) },
      { key: SEALED_KEY, version, text: encodeSealed({ number, head }) },
    ].map((write): BookRecordWrite => ({ table: 'settlement', ...write }));
    if ((await books.commit({ fence: owned, append: [], records })) !== 'done') return false;
    onSealed(number, head);
    return true;
  }

  /** Those that are kept, or made now and kept. @returns undefined if somebody else owns the task now */
  async #rootsOf(table: KeptTable): Promise<readonly ChunkSum[] | undefined> {
    const { books, fence } = this.#modules;
    const key = rootsKeyOf(table.key);
    const [record] = await books.get('work', [key]);
    if (record !== undefined) return decodeRoots(record.text);
    const chunks: ChunkSum[] = [];
    for (let chunk = 0; chunk < table.head.chunks.length; chunk++)
      chunks.push(await this.#chunkSum(table, chunk));
    const owned = fence();
    if (owned === undefined) return undefined;
    const records: BookRecordWrite[] = [{ table: 'work', key, version: 0, text: encodeRoots(chunks) }];
    const outcome = await books.commit({ fence: owned, append: [], records });
    return outcome === 'done' ? chunks : undefined;
  }

  async #chunkSum({ key }: KeptTable, chunk: number): Promise<ChunkSum> {
    const { books, turns } = this.#modules;
    await turns.breathe();
    const [record] = await books.get('work', [chunkKeyOf(key, chunk)]);
    if (record === undefined) throw new WorkTableError(`chunk ${chunk} of table of work ${key} is not there`);
    const tree = await this.#treeOf(rowTextsOf(record.text));
    return { rows: tree.leaves, root: tree.root() };
  }

  async #treeOf(texts: Iterable<string>): Promise<TreeRoot> {
    const tree = new TreeRoot();
    for (const text of texts) {
      tree.add(leafOf(text));
      await this.#modules.turns.breathe();
    }
    return tree;
  }
}

/**
 * What the books say of sealed runs, with what shows a miner that its part belongs to them. Branches are made when they are asked for: of
 * a table one chunk is read, and the roots of all.
 * @module
 */

import type { ChainAnswer, MinerRunAnswer, ProvenRow, RunAnswer } from '../../audit/audit-answers.js';
import { chunkLeaves, type Run, type RunTable, runLeaves } from '../../audit/audit-run.js';
import { AuditTree, type Branch, branchOf, leafOf } from '../../audit/audit-tree.js';
import { creditOf } from '../../audit/credit.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { chunkOf } from '../credit/work-table.js';
import { decodeWorkChunk } from '../credit/work-table-text.js';
import type { Books } from '../ports/books.js';
import { earningKeyOf } from '../settlement/earnings.js';
import { chunkKeyOf, decodeTableHead, type KeptTable } from '../settlement/kept-table.js';
import { minerNameOf } from '../settlement/miner-addresses.js';
import { rowTextsOf, runOf, runTableOf, tableKeysOfRun } from '../settlement/run-facts.js';
import { blockKeyOf, decodeRun, type Run as KeptRun, runKeyOf } from '../settlement/run-text.js';
import {
  decodeRoots,
  decodeSeal,
  decodeSealed,
  rootsKeyOf,
  SEALED_KEY,
  sealKeyOf,
} from '../settlement/seal-text.js';
import type { Turns } from '../settlement/turns.js';

/** Runs that are remembered: miners ask for the newest, some MB where they are large. */
const MAX_RUNS_KEPT = 8;

/** Trees of chunks that are remembered: some 150 KB each. */
const MAX_TREES_KEPT = 32;

interface SealedRun {
  readonly run: KeptRun;
  readonly answer: RunAnswer;
  readonly seal: string;
  /** Once a branch of it was asked for. */
  tree?: AuditTree;
}

/** What a block brought an account, and what shows it. */
export interface BlockCredit {
  readonly answer: RunAnswer;
  readonly table: RunTable | undefined;
  readonly block: Run['blocks'][number];
  readonly account: string;
  /** Of this block alone, attoALPH. */
  readonly credit: bigint;
  /** Undefined if the account has no work in the block's table. */
  readonly row: ProvenRow | undefined;
  /** Places in the run's tree. */
  readonly branches: { readonly run: Branch; readonly table: Branch | undefined; readonly block: Branch };
}

export class AuditReader {
  readonly #books: Pick<Books, 'get'>;
  readonly #pool: string;
  readonly #turns: Turns;
  /** Runs that were read: what is sealed does not change. */
  readonly #runs = new BoundedMap<number, SealedRun>(MAX_RUNS_KEPT);

  /** Trees of chunks, by key: those do not change, either. */
  readonly #trees = new BoundedMap<string, AuditTree>(MAX_TREES_KEPT);

  /** @param pool - its id @param turns - between the chunks of an answer others have theirs */
  constructor(books: Pick<Books, 'get'>, pool: string, turns: Turns) {
    this.#books = books;
    this.#pool = pool;
    this.#turns = turns;
  }

  async chain(): Promise<ChainAnswer> {
    const { number, head } = decodeSealed(await this.#text('settlement', SEALED_KEY));
    return { pool: this.#pool, runs: number, head };
  }

  /** @returns undefined if there is no such run, or it is not sealed yet */
  async run(number: number): Promise<RunAnswer | undefined> {
    const kept = await this.#keptRun(number);
    return kept?.answer;
  }

  /** @param account - hex of its lockup script @returns as `run` */
  async minerRun(number: number, account: string): Promise<MinerRunAnswer | undefined> {
    const kept = await this.#keptRun(number);
    if (kept === undefined) return undefined;
    const rows: ProvenRow[] = [];
    for (const key of tableKeysOfRun(kept.run)) {
      const row = await this.#rowOf(await this.#table(key), account);
      if (row !== undefined) rows.push(row);
    }
    const earningKey = earningKeyOf(minerNameOf(account), kept.run.timeMs);
    return { number, account, rows, day: earningKey.slice(-10), ...(await this.#earned(earningKey)) };
  }

  /** What a day's runs have credited. Those of a run show one by one while it is booked: then it is not told. */
  async #earned(key: string): Promise<Pick<MinerRunAnswer, 'earned' | 'through'>> {
    const { runs } = await this.chain();
    const earned = BigInt((await this.#text('earning', key)) ?? 0);
    const isBooked = (await this.#text('settlement', runKeyOf(runs + 1))) !== undefined;
    return { earned: isBooked ? undefined : earned, through: runs };
  }

  /** @param hash - of a block, 64 hex digits @returns undefined if it is in no sealed run */
  async blockCredit(hash: string, account: string): Promise<BlockCredit | undefined> {
    const number = await this.#text('settlement', blockKeyOf(hash));
    const kept = number === undefined ? undefined : await this.#keptRun(Number(number));
    if (kept === undefined) return undefined;
    const { answer } = kept;
    const { tables, blocks } = answer.run;
    kept.tree ??= new AuditTree(runLeaves(answer.run));
    const { tree } = kept;
    const at = blocks.findIndex((one) => one.hash === hash);
    const block = blocks[at]!;
    const key = 'table' in block.by ? block.by.table : undefined;
    const tableAt = tables.findIndex((table) => table.key === key);
    const row = key === undefined ? undefined : await this.#rowOf(await this.#table(key), account);
    const rows = new Map(row === undefined ? [] : [[row.table, row.row]]);
    return {
      answer,
      table: tables[tableAt],
      block,
      account,
      credit: creditOf({ ...answer.run, blocks: [block] }, account, rows),
      row,
      branches: {
        run: tree.branch(0),
        table: tableAt < 0 ? undefined : tree.branch(1 + tableAt),
        block: tree.branch(1 + tables.length + at),
      },
    };
  }

  async #keptRun(number: number): Promise<SealedRun | undefined> {
    const [record, seal] = await this.#books.get('settlement', [runKeyOf(number), sealKeyOf(number)]);
    if (record === undefined || seal === undefined) return undefined;
    const known = this.#runs.get(number);
    // Books that went back in time may have sealed another one.
    if (known?.seal === seal.text) return known;
    const run = decodeRun(record.text);
    const tables: RunTable[] = [];
    for (const key of tableKeysOfRun(run)) {
      const { table, chunks } = await this.#table(key);
      tables.push(runTableOf(table, chunks));
    }
    const answer = { run: runOf(this.#pool, run, tables), ...decodeSeal(seal.text) };
    const sealed = { run, answer, seal: seal.text };
    this.#runs.renew(number, sealed);
    return sealed;
  }

  async #table(key: string) {
    const [head, roots] = await this.#books.get('work', [key, rootsKeyOf(key)]);
    if (head === undefined || roots === undefined) throw new Error(`table of work ${key} is not there`);
    return { table: decodeTableHead(key, head.text), chunks: decodeRoots(roots.text) };
  }

  async #rowOf(
    { table, chunks }: { readonly table: KeptTable; readonly chunks: ReturnType<typeof decodeRoots> },
    account: string,
  ): Promise<ProvenRow | undefined> {
    const number = chunkOf(table.head, account);
    if (number === undefined) return undefined;
    await this.#turns.yield();
    const text = await this.#text('work', chunkKeyOf(table.key, number));
    if (text === undefined) throw new Error(`chunk ${number} of table of work ${table.key} is not there`);
    const texts = rowTextsOf(text);
    const index = texts.findIndex((row) => row.startsWith(`row ${account} `));
    if (index < 0) return undefined;
    const line = text.split('\n')[index]!;
    const [row] = decodeWorkChunk(line, table.head.windows.length);
    // With its root: books that went back in time may have another table of this key.
    const key = `${chunkKeyOf(table.key, number)} ${bytesToHex(chunks[number]!.root)}`;
    let tree = this.#trees.get(key);
    if (tree === undefined) {
      tree = new AuditTree(texts.map(leafOf));
      this.#trees.set(key, tree);
    }
    return {
      table: table.key,
      row: row!,
      proof: { row: tree.branch(index), chunk: branchOf(chunkLeaves(chunks), number) },
    };
  }

  async #text(table: 'settlement' | 'work' | 'earning', key: string): Promise<string | undefined> {
    return (await this.#books.get(table, [key]))[0]?.text;
  }
}

/**
 * What blocks that are not settled yet are going to bring an account, as far as that can be said now.
 *
 * | the block's work | what it is by |
 * |---|---|
 * | its table is written | its window in the table: exact, unless the block comes to another end |
 * | not yet: some ten minutes | the account's part of the pool's work of late |
 * | scheme solo | its finder's alone |
 *
 * Blocks are read anew every 15 s, for all accounts; tables do not change, so that of each only an account's own row is kept. The work for
 * one question is limited: of tables the newest MAX_TABLES count. What takes many rows is done one account after the other, with pauses, so that it
 * takes a third of the thread's time at most, whoever asks for what; whom too many are before is told nothing this time.
 * @module
 */
import { CLOSED_SETTLEMENT_KEY, closedSettlementOf } from '../../ledger/post-write.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { partOf, shareableOf } from '../credit/share-out.js';
import type { Scheme } from '../credit/windows.js';
import { chunkOf } from '../credit/work-table.js';
import { decodeWorkChunk } from '../credit/work-table-text.js';
import { earnedBy, type FateStage, type FollowedBlock } from '../domain/block-fate.js';
import type { Books } from '../ports/books.js';
import type { Store } from '../ports/store.js';
import { tableKeysOf } from '../settlement/interval.js';
import { chunkKeyOf, decodeTableHead, type KeptTable } from '../settlement/kept-table.js';
import { blockKeyOf } from '../settlement/run-text.js';
import { decodeState, STATE_KEY } from '../settlement/state-note.js';
import { MoneyTextError } from './money-texts.js';

/** Tables whose blocks count, the newest ones: of ten minutes each, and rewards are locked for some 50. */
export const MAX_TABLES = 200;

/** Blocks of a stage that count, the oldest first: the main network has some 60,000 in 500 min, all pools together. */
const MAX_BLOCKS = 20_000;

/** Blocks are read anew after this time, ms. */
const BLOCKS_MS = 15_000;

/** Rows of accounts that are kept: those of some hundred accounts. */
const MAX_ROWS = 20_000;

/** Blocks whose finder, or place in a table, is kept. */
const MAX_PLACES = 20_000;

/** Texts of tables that are asked for at a time: a chunk may have 1 MB, a head some KB. */
const CHUNKS_AT_ONCE = 4;
const HEADS_AT_ONCE = 20;

const READ_AT_ONCE = 1_000;

/** Rows that are read at once, out of turn: a new table every ten minutes. */
const FEW_ROWS = 4;

/** Accounts that wait for their turn. */
export const MAX_WAITING = 16;

/** Pause after a turn, in times of what it took. */
const PAUSE = 2;

/** Work of an account and of all, of late: hashes. */
export interface RecentWork {
  readonly work: bigint;
  readonly total: bigint;
}

export interface ImmatureModules {
  readonly store: Pick<Store, 'followed' | 'block'>;
  readonly books: Pick<Books, 'get'>;
  readonly scheme: Scheme;
  readonly feeMillionths: number;
  /** The account's part of the pool's work of late; undefined while that is not known. */
  readonly recentWork: (account: string) => RecentWork | undefined;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A block that is going to bring something. */
interface Awaited {
  readonly hash: string;
  readonly foundMs: number;
  /** attoALPH, without the fee. */
  readonly shared: bigint;
}

interface Place {
  readonly table: KeptTable;
  readonly window: number;
}

interface Blocks {
  readonly all: readonly Awaited[];
  /** Tables with their blocks: what all of a window share, attoALPH, by window. */
  readonly tables: readonly { readonly table: KeptTable; readonly shared: ReadonlyMap<number, bigint[]> }[];
  /** What blocks without a table share. */
  readonly loose: readonly bigint[];
}

export class ImmatureReader {
  readonly #modules: ImmatureModules;
  readonly #places = new BoundedMap<string, Place>(MAX_PLACES);
  /** Work by window, by account and table; undefined where the account has none. */
  readonly #rows = new BoundedMap<string, readonly bigint[] | undefined>(MAX_ROWS);
  readonly #finders = new BoundedMap<string, string>(MAX_PLACES);
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #blocks: { readonly untilMs: number; readonly read: Promise<Blocks> } | undefined;

  constructor(modules: ImmatureModules) {
    this.#modules = modules;
  }

  /**
   * What is going to come to an account, attoALPH; undefined if too many wait to be told.
   * @param account - key of it
   * @throws as the store, MoneyTextError, WorkTableError
   */
  async of(account: string): Promise<bigint | undefined> {
    const { all, tables, loose } = await this.#allBlocks();
    if (this.#modules.scheme === 'solo') return this.#foundBy(account, all);
    const unread = tables
      .map(({ table }) => table)
      .filter((table) => !this.#rows.has(rowName(account, table)));
    if (unread.length <= FEW_ROWS) await this.#readRows(account, unread);
    else if (this.#waiting >= MAX_WAITING) return undefined;
    else await this.#inTurn(() => this.#readRows(account, unread));
    let sum = 0n;
    for (const { table, shared } of tables) {
      const row = this.#rows.get(rowName(account, table));
      if (row === undefined) continue;
      for (const [window, amounts] of shared)
        for (const amount of amounts) sum += partOf(amount, row[window]!, table.head.totals[window]!);
    }
    const recent = loose.length === 0 ? undefined : this.#modules.recentWork(account);
    if (recent !== undefined && recent.total > 0n)
      for (const amount of loose) sum += partOf(amount, recent.work, recent.total);
    return sum;
  }

  /** Does something when all before it is done, and has rested. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const { now, sleep } = this.#modules;
    const before = this.#turn;
    let end = (): void => {};
    this.#turn = new Promise((resolve) => {
      end = resolve;
    });
    this.#waiting++;
    await before;
    const startMs = now();
    try {
      await work();
    } finally {
      this.#waiting--;
      void sleep(PAUSE * (now() - startMs)).then(end);
    }
  }

  async #foundBy(account: string, blocks: readonly Awaited[]): Promise<bigint> {
    let sum = 0n;
    for (const { hash, shared } of blocks) {
      let finder = this.#finders.get(hash);
      if (finder === undefined) {
        finder = (await this.#modules.store.block(hash))?.worker.account ?? '';
        this.#finders.set(hash, finder);
      }
      if (finder === account) sum += shared;
    }
    return sum;
  }

  #allBlocks(): Promise<Blocks> {
    const nowMs = this.#modules.now();
    if (this.#blocks === undefined || this.#blocks.untilMs <= nowMs) {
      const read = this.#readBlocks();
      const kept = { untilMs: nowMs + BLOCKS_MS, read };
      this.#blocks = kept;
      read.catch(() => {
        if (this.#blocks === kept) this.#blocks = undefined;
      });
    }
    return this.#blocks.read;
  }

  async #readBlocks(): Promise<Blocks> {
    const [note] = await this.#modules.books.get('note', [STATE_KEY]);
    // Before settlement has begun there is nothing to say, and what was found before is credited to nobody.
    if (note === undefined) return { all: [], tables: [], loose: [] };
    const { fromMs } = decodeState(note.text);
    const followed = [
      ...(await this.#followed('open')),
      ...(await this.#followed('final')),
      ...(await this.#unsettled(await this.#followed('earned'))),
    ];
    const all = followed.flatMap(({ hash, foundMs, fate }): Awaited[] => {
      const reward = fate === undefined || foundMs < fromMs ? 0n : earnedBy(fate);
      if (reward <= 0n) return [];
      return [{ hash, foundMs, shared: shareableOf(reward, this.#modules.feeMillionths).shared }];
    });
    if (this.#modules.scheme !== 'solo') await this.#place(all);
    return { all, ...this.#byTable(all) };
  }

  #byTable(all: readonly Awaited[]): Omit<Blocks, 'all'> {
    const loose: bigint[] = [];
    const tables = new Map<string, { readonly table: KeptTable; readonly shared: Map<number, bigint[]> }>();
    for (const { hash, shared } of all) {
      const place = this.#places.get(hash);
      if (place === undefined) {
        loose.push(shared);
        continue;
      }
      const { table, window } = place;
      const known = tables.get(table.key) ?? { table, shared: new Map<number, bigint[]>() };
      tables.set(table.key, known);
      const amounts = known.shared.get(window) ?? [];
      known.shared.set(window, amounts);
      amounts.push(shared);
    }
    const newest = [...tables.values()].toSorted((a, b) => (a.table.key < b.table.key ? 1 : -1));
    return { loose, tables: newest.slice(0, MAX_TABLES) };
  }

  async #followed(stage: Exclude<FateStage, 'done'>): Promise<FollowedBlock[]> {
    const all: FollowedBlock[] = [];
    while (all.length < MAX_BLOCKS) {
      const some = await this.#modules.store.followed(stage, { offset: all.length, limit: READ_AT_ONCE });
      all.push(...some);
      if (some.length < READ_AT_ONCE) break;
    }
    return all;
  }

  /** Those that are in no settlement that is complete. */
  async #unsettled(blocks: readonly FollowedBlock[]): Promise<FollowedBlock[]> {
    const { books } = this.#modules;
    // First of all: what is completed meanwhile is taken for open.
    const [closed] = await books.get('settlement', [CLOSED_SETTLEMENT_KEY]);
    const last = closedSettlementOf(closed);
    const left: FollowedBlock[] = [];
    for (let at = 0; at < blocks.length; at += READ_AT_ONCE) {
      const some = blocks.slice(at, at + READ_AT_ONCE);
      const records = await books.get(
        'settlement',
        some.map(({ hash }) => blockKeyOf(hash)),
      );
      left.push(
        ...some.filter((_, index) => {
          const record = records[index];
          return record === undefined || Number(record.text) > last;
        }),
      );
    }
    return left;
  }

  /** Finds the tables that blocks are in, as far as they are written: first those of all intervals, then those of late finds. */
  async #place(all: readonly Awaited[]): Promise<void> {
    let left = all
      .filter(({ hash }) => !this.#places.has(hash))
      .map(({ hash, foundMs }) => ({ hash, keys: tableKeysOf(foundMs) }));
    while (left.length > 0) {
      const wanted = left.map(({ hash, keys }) => ({ hash, some: nextOf(keys) }));
      let known = new Set<string>();
      // One kind of interval after the other: hardly ever is the second needed.
      for (const kind of [0, 1]) {
        const open = wanted.filter(({ hash, some }) => !this.#places.has(hash) && some[kind] !== undefined);
        const read = await this.#readTables(new Set(open.map(({ some }) => some[kind]!)));
        known = new Set([...known, ...read]);
      }
      // A find is late only where a table of its interval is there without it; late ones are numbered without a gap.
      const late = new Set(
        wanted.filter(({ some }) => some.some((key) => known.has(key))).map(({ hash }) => hash),
      );
      left = left.filter(({ hash }) => !this.#places.has(hash) && late.has(hash));
    }
  }

  /** Notes the places of all finds of tables. @returns keys of the tables that are there */
  async #readTables(keys: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const all = [...keys];
    for (let at = 0; at < all.length; at += HEADS_AT_ONCE) {
      const some = all.slice(at, at + HEADS_AT_ONCE);
      for (const [index, record] of (await this.#modules.books.get('work', some)).entries()) {
        if (record === undefined) continue;
        found.add(some[index]!);
        const table = decodeTableHead(some[index]!, record.text);
        for (const [hash, window] of table.finds) this.#places.set(hash, { table, window });
      }
    }
    return found;
  }

  /** Reads the rows of an account in tables in which it may have one. */
  async #readRows(account: string, tables: readonly KeptTable[]): Promise<void> {
    const wanted: { readonly table: KeptTable; readonly key: string }[] = [];
    for (const table of tables) {
      const chunk = chunkOf(table.head, account);
      if (chunk === undefined) this.#rows.set(rowName(account, table), undefined);
      else wanted.push({ table, key: chunkKeyOf(table.key, chunk) });
    }
    for (let at = 0; at < wanted.length; at += CHUNKS_AT_ONCE) {
      const some = wanted.slice(at, at + CHUNKS_AT_ONCE);
      const records = await this.#modules.books.get(
        'work',
        some.map(({ key }) => key),
      );
      for (const [index, record] of records.entries()) {
        const { table, key } = some[index]!;
        if (record === undefined) throw new MoneyTextError(`a table of work lacks its part ${key}`);
        const row = rowOf(record.text, account, table.head.windows.length);
        this.#rows.set(rowName(account, table), row);
      }
    }
  }
}

function rowName(account: string, { key }: KeptTable): string {
  return `${account} ${key}`;
}

/** One line of a chunk: the others are not looked at. */
function rowOf(text: string, account: string, windows: number): readonly bigint[] | undefined {
  const isFirst = text.startsWith(`${account} `);
  const at = isFirst ? 0 : text.indexOf(`\n${account} `) + 1;
  if (at === 0 && !isFirst) return undefined;
  const end = text.indexOf('\n', at);
  return decodeWorkChunk(text.slice(at, end < 0 ? undefined : end), windows)[0]!.work;
}

/** The next of what is left; nothing at the end. */
function nextOf(keys: Generator<string[]>): readonly string[] {
  const { value, done } = keys.next();
  return done === true ? [] : (value as string[]);
}

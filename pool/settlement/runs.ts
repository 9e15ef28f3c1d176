/**
 * Runs of settlement: matured blocks are chosen, fixed in the books, shared out, and then noted as credited.
 *
 * ```
 * earned, booked, its table is there --> run/N and block/HASH, one commit --> parts --> settlement/N --> credited
 * ```
 * A block is in one run for ever: its record is made together with the run's. A run that was begun goes on just as it was fixed.
 * @module
 */
import type { Ledger } from '../../ledger/ledger.js';
import { CREDITS_IN_PART } from '../credit/settle.js';
import type { Scheme } from '../credit/windows.js';
import { type BlockFate, earnedBy, type FollowedBlock } from '../domain/block-fate.js';
import type { BookFence, BookRecordWrite, Books } from '../ports/books.js';
import type { Store } from '../ports/store.js';
import { takenBetween } from './finds.js';
import { type IntervalMs, intervalStartOf } from './interval.js';
import { TableHeads } from './kept-table.js';
import { keepAddresses } from './miner-addresses.js';
import { postRun } from './run-poster.js';
import { blockKeyOf, decodeRun, encodeRun, type Run, type RunBlock, runKeyOf } from './run-text.js';
import type { Turns } from './turns.js';

/** Most blocks of a run. */
export const MAX_BLOCKS_IN_RUN = 3_000;

/** Most tables of work that a run merges: it holds a part of each. */
const MAX_TABLES_IN_RUN = 64;

/** Longest text of a run, characters. */
const MAX_RUN_CHARS = 900_000;

/** Time after the end of its lock by which what a block brought is on the books, ms; the fund may read its blocks late. */
const BOOKED_WITHIN_MS = 3_600_000;

/** Keys that are asked for at once. */
const KEYS_AT_ONCE = 1_000;

/** Blocks that are looked at again when the task is taken over: found within so long before, ms. */
const LOOKED_AT_AGAIN_MS = 60 * 86_400_000;

export interface RunsModules {
  readonly store: Pick<Store, 'now' | 'block' | 'noteFate' | 'foundBetween'>;
  readonly books: Books;
  readonly ledger: Ledger;
  readonly scheme: Scheme;
  readonly feeMillionths: number;
  /** Time between two runs, ms. */
  readonly everyMs: number;
  readonly turns: Turns;
  /** Of the books' lease, while both are held. */
  readonly fence: () => BookFence | undefined;
  /** Of the store's lease. */
  readonly storeFence: () => number | undefined;
  readonly onTrouble: (message: string) => void;
}

/** What is known of blocks to be credited. */
export interface RunSight {
  /** Blocks that can be credited, as the store has them, the oldest first. */
  readonly earned: readonly FollowedBlock[];
  /** Those that were found before are left alone, ms since the epoch. */
  readonly fromMs: number;
  /** End of the last interval whose table is written. */
  readonly throughMs: number;
  readonly intervalMs: IntervalMs;
  /** Whether all that a block brought is booked. */
  isBooked(block: FollowedBlock): boolean;
}

export interface RunRound {
  /** `more`: there is more to do at once. `lost`: somebody else owns the task now. */
  readonly kind: 'done' | 'more' | 'lost';
  /** Blocks of intervals that have their tables, in none of which they are. */
  readonly late: readonly FollowedBlock[];
  /** Complete settlements. */
  readonly closed: number;
  /** When the last of them was begun, ms since the epoch. */
  readonly lastRunMs: number | undefined;
}

export class Runs {
  readonly #modules: RunsModules;
  #last: { readonly number: number; readonly timeMs: number } | undefined;

  constructor(modules: RunsModules) {
    this.#modules = modules;
  }

  /** Goes on with a run, or begins one if it is time. @throws WorkTableError, RunTextError, LedgerError */
  async round(sight: RunSight): Promise<RunRound> {
    const { books, ledger, store } = this.#modules;
    const closed = await ledger.closedSettlement();
    const heads = new TableHeads(books);
    const end = (kind: RunRound['kind'], now = closed, late: readonly FollowedBlock[] = []): RunRound => ({
      kind,
      late,
      closed: now,
      lastRunMs: this.#last?.timeMs,
    });
    const [record] = await books.get('settlement', [runKeyOf(closed + 1)]);
    let run = record && decodeRun(record.text);
    let late: readonly FollowedBlock[] = [];
    if (run === undefined) {
      const open = await this.#notCredited(sight, closed);
      if (open === undefined) return end('lost');
      await this.#learnLast(closed);
      const nowMs = await store.now();
      const isDue = this.#last === undefined || nowMs >= this.#last.timeMs + this.#modules.everyMs;
      if (!isDue && open.length < MAX_BLOCKS_IN_RUN) return end('done');
      const chosen = await this.#choose(open, sight, heads);
      late = chosen.late;
      if (chosen.blocks.length === 0) return end('done', closed, late);
      run = await this.#begin(closed + 1, nowMs, chosen.blocks);
      if (run === undefined) return end('lost');
    }
    const outcome = await postRun(run, heads, this.#modules);
    if (outcome === 'fenced' || outcome === 'changed') return end('lost');
    if (outcome !== 'done') {
      this.#modules.onTrouble(`settlement ${run.number} can't be posted: ${outcome}`);
      return end('done', closed, late);
    }
    this.#last = run;
    const credited = await this.#credit(run.blocks.map(({ hash }) => hash));
    return credited ? end('more', run.number, late) : end('lost', run.number);
  }

  /**
   * Blocks that the store says are credited, and that are in no run of the books, are to be credited: the books were set back.
   * @returns false if somebody else owns the task now
   */
  async lookAgain(fromMs: number): Promise<boolean> {
    const { store, books, turns } = this.#modules;
    const nowMs = await store.now();
    const credited: FollowedBlock[] = [];
    for await (const block of takenBetween(store, Math.max(fromMs, nowMs - LOOKED_AT_AGAIN_MS), nowMs)) {
      if (block.fate?.credited === true && earnedBy(block.fate) > 0n) credited.push(block);
      await turns.breathe();
    }
    const numbers = await this.#runsOf(credited, books);
    for (const [i, { hash, fate }] of credited.entries())
      if (numbers[i] === undefined && !(await this.#note(hash, { ...fate!, credited: false }))) return false;
    return true;
  }

  /** Those that are in no run. Ones that are in a complete one, or brought nothing, are noted as credited. */
  async #notCredited(
    { earned, fromMs }: RunSight,
    closed: number,
  ): Promise<readonly FollowedBlock[] | undefined> {
    const blocks = earned.filter(({ foundMs }) => foundMs >= fromMs);
    const numbers = await this.#runsOf(blocks, this.#modules.books);
    const open: FollowedBlock[] = [];
    for (const [i, block] of blocks.entries()) {
      const number = numbers[i];
      const isOver = number === undefined ? earnedBy(block.fate!) === 0n : number <= closed;
      if (!isOver) open.push(block);
      else if (!(await this.#note(block.hash, { ...block.fate!, credited: true }))) return undefined;
    }
    return open;
  }

  async #runsOf(
    blocks: readonly FollowedBlock[],
    books: Pick<Books, 'get'>,
  ): Promise<(number | undefined)[]> {
    const numbers: (number | undefined)[] = [];
    for (let at = 0; at < blocks.length; at += KEYS_AT_ONCE) {
      const keys = blocks.slice(at, at + KEYS_AT_ONCE).map(({ hash }) => blockKeyOf(hash));
      for (const record of await books.get('settlement', keys))
        numbers.push(record === undefined ? undefined : Number(record.text));
      await this.#modules.turns.breathe();
    }
    return numbers;
  }

  /** The oldest that can be shared out, and those that no table knows. */
  async #choose(
    open: readonly FollowedBlock[],
    sight: RunSight,
    heads: TableHeads,
  ): Promise<{ readonly blocks: readonly RunBlock[]; readonly late: readonly FollowedBlock[] }> {
    const { ledger, store, scheme, turns, onTrouble } = this.#modules;
    const nowMs = await store.now();
    const late: FollowedBlock[] = [];
    const blocks: RunBlock[] = [];
    const tables = new Set<string>();
    const [balance] = await ledger.balances(['reward']);
    let left = -balance!;
    let chars = 0;
    for (const followed of open) {
      if (!sight.isBooked(followed)) continue;
      const reward = earnedBy(followed.fate!);
      // What is not booked yet, of a block that pays the fund, can't be shared out.
      if (reward > left) {
        const sinceMs = followed.fate!.reward!.lockTimeMs;
        if (nowMs - sinceMs > BOOKED_WITHIN_MS)
          onTrouble(`block ${followed.hash} can't be credited: what it brought is not on the books`);
        continue;
      }
      const block = await store.block(followed.hash);
      if (block === undefined) continue;
      const { hash, chain, height, foundMs, worker } = block;
      const startMs = intervalStartOf(foundMs, sight.intervalMs);
      const found = scheme === 'solo' ? undefined : await heads.tableOf(hash, foundMs);
      if (scheme !== 'solo' && found === undefined) {
        if (startMs + sight.intervalMs <= sight.throughMs) late.push(followed);
        continue;
      }
      const place =
        found === undefined
          ? { interval: startMs, window: 0, finder: worker.account }
          : { ...placeOf(found.table.key), window: found.window };
      if (found !== undefined) tables.add(found.table.key);
      const one: RunBlock = { hash, chain, height, ...place, reward };
      chars += JSON.stringify({ ...one, reward: String(reward) }).length + 1;
      if (tables.size > MAX_TABLES_IN_RUN || chars > MAX_RUN_CHARS) break;
      blocks.push(one);
      left -= reward;
      if (blocks.length === MAX_BLOCKS_IN_RUN) break;
      await turns.breathe();
    }
    return { blocks, late };
  }

  /** Fixes a run in the books. @returns undefined if somebody else owns the task now */
  async #begin(number: number, timeMs: number, blocks: readonly RunBlock[]): Promise<Run | undefined> {
    const { books, scheme, feeMillionths, fence } = this.#modules;
    const run: Run = { number, timeMs, scheme, feeMillionths, part: CREDITS_IN_PART, blocks };
    const owned = fence();
    if (owned === undefined || !(await this.#keepFinders(blocks, owned))) return undefined;
    const records = [
      { key: runKeyOf(number), text: encodeRun(run) },
      ...blocks.map(({ hash }) => ({ key: blockKeyOf(hash), text: `${number}` })),
    ].map((record): BookRecordWrite => ({ table: 'settlement', version: 0, ...record }));
    return (await books.commit({ fence: owned, append: [], records })) === 'done' ? run : undefined;
  }

  /** Addresses of finders are kept here: without tables nobody else does. */
  async #keepFinders(blocks: readonly RunBlock[], fence: BookFence): Promise<boolean> {
    const { store, books, turns } = this.#modules;
    const addresses: [account: string, address: string][] = [];
    for (const { hash, finder } of blocks) {
      const block = finder === undefined ? undefined : await store.block(hash);
      if (block !== undefined) addresses.push([finder!, block.address]);
    }
    return keepAddresses(books, fence, new Map(addresses), turns);
  }

  async #credit(hashes: readonly string[]): Promise<boolean> {
    for (const hash of hashes) {
      const fate = (await this.#modules.store.block(hash))?.fate;
      // One that the store has lost comes back with its journal, and is noted then.
      const isDue = fate !== undefined && !fate.credited && fate.matured;
      if (isDue && !(await this.#note(hash, { ...fate, credited: true }))) return false;
      await this.#modules.turns.breathe();
    }
    return true;
  }

  /** @returns false if somebody else owns the task now */
  async #note(hash: string, fate: BlockFate): Promise<boolean> {
    const { store, storeFence } = this.#modules;
    const fence = storeFence();
    if (fence === undefined) return false;
    return (await store.noteFate(hash, { ...fate, number: fate.number + 1 }, fence)) !== 'fenced';
  }

  async #learnLast(closed: number): Promise<void> {
    if (closed === 0) this.#last = undefined;
    else if (this.#last?.number !== closed) {
      const [record] = await this.#modules.books.get('settlement', [runKeyOf(closed)]);
      this.#last = record && decodeRun(record.text);
    }
  }
}

/** Interval and number of a table, from its key. */
function placeOf(key: string): { readonly interval: number; readonly late?: number } {
  const [interval, late] = key.slice(1).split('+').map(Number);
  return { interval: interval!, ...(late !== undefined && { late }) };
}

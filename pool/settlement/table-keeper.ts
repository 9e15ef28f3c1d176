/**
 * Writes the tables of work of ended intervals with finds, one after the other, once all journals have passed them.
 *
 * ```
 * cursor --> next find that a node took --> its interval has ended, all journals have passed it --> table --> cursor at its end
 * ```
 * A table is written whole before its head is, and the head with the cursor: what stops in between begins again.
 * @module
 */
import { findsBySlice, type Scheme, sliceStartOf } from '../credit/windows.js';
import type { FollowedBlock } from '../domain/block-fate.js';
import type { BookFence, BookRecord, BookRecordWrite, Books } from '../ports/books.js';
import type { JournalMark, Store } from '../ports/store.js';
import { creditedFinds, lastTakenBefore, takenBetween } from './finds.js';
import { type IntervalMs, intervalStartOf, tableKeyOf } from './interval.js';
import { type JournalStanding, standingOf } from './journal-standing.js';
import { encodeTableHead, keepChunks } from './kept-table.js';
import { decodeLateWork, encodeLateWork, type LateWork, lateWorkAt, NO_LATE_WORK } from './late-work.js';
import { makeTable } from './make-table.js';
import { keepAddresses } from './miner-addresses.js';
import { SliceReader } from './slice-reader.js';
import {
  ABANDON_PREFIX,
  abandonedMsOf,
  decodeState,
  firstState,
  LATE_KEY,
  noteWrite,
  type SettlementState,
  STATE_KEY,
} from './state-note.js';
import type { Turns } from './turns.js';
import { WorkerAccounts } from './worker-accounts.js';

/** Time after an interval's end before its table is made, ms: a journal that began in it is known by then. */
const GRACE_MS = 5_000;

/** The oldest slices that are looked at, before now, ms: no store keeps them for longer. */
export const OLDEST_SLICES_MS = 28 * 86_400_000;

/** Time between two notes of how it stands, ms. */
const NOTE_EVERY_MS = 60_000;

/** Journals that the operator gave up, which are read. */
const MAX_ABANDONED = 1_000;

export interface TableKeeperModules {
  readonly store: Pick<
    Store,
    'now' | 'journals' | 'slices' | 'workersById' | 'foundBetween' | 'foundBefore' | 'block'
  >;
  readonly books: Books;
  readonly scheme: Scheme;
  readonly silentJournalMs: number | undefined;
  readonly turns: Turns;
  /** Of the books' lease, while both leases are held. */
  readonly fence: () => BookFence | undefined;
  readonly onNotice: (message: string) => void;
}

/** How tables stand after a round. */
export interface TableRound {
  readonly state: SettlementState;
  readonly standing: JournalStanding;
}

/** Notes as they are kept, for one round. */
interface Notes {
  state: SettlementState;
  stateRecord: BookRecord | undefined;
  readonly late: LateWork;
  readonly lateRecord: BookRecord | undefined;
}

/** What a round knows of the store. */
interface Sight {
  readonly marks: readonly JournalMark[];
  readonly standing: JournalStanding;
  readonly nowMs: number;
  readonly intervalMs: IntervalMs;
}

export class TableKeeper {
  readonly #modules: TableKeeperModules;

  constructor(modules: TableKeeperModules) {
    this.#modules = modules;
  }

  /**
   * Writes what is due.
   * @param late - finds of before the cursor that are in no table
   * @param runs - complete settlements, for the note
   * @returns undefined if somebody else owns the task now
   */
  async round(
    intervalMs: IntervalMs,
    late: readonly FollowedBlock[],
    runs: number,
  ): Promise<TableRound | undefined> {
    const { store, scheme } = this.#modules;
    const nowMs = await store.now();
    const marks = await store.journals();
    const abandoned = await this.#abandoned();
    const standing = standingOf(marks, {
      abandoned: new Map([...abandoned].map(([journal, { text }]) => [journal, abandonedMsOf(text)])),
      silentJournalMs: this.#modules.silentJournalMs,
      nowMs,
    });
    const sight: Sight = { marks, standing, nowMs, intervalMs };
    if (!(await this.#forgetAbandoned(abandoned, standing.back))) return undefined;
    let notes = await this.#notes(nowMs);
    const reachedMs = scheme === 'solo' ? nowMs : Math.min(nowMs - GRACE_MS, standing.throughMs);
    const dueMs = intervalStartOf(reachedMs, intervalMs);
    while (notes.state.throughMs < dueMs) {
      const find = scheme === 'solo' ? undefined : await this.#firstFind(notes.state.throughMs, dueMs);
      if (find === undefined) {
        notes = { ...notes, state: { ...notes.state, throughMs: dueMs } };
        break;
      }
      const startMs = intervalStartOf(find.foundMs, intervalMs);
      const fromMs = Math.max(startMs, notes.state.throughMs);
      // One that has a table was begun while intervals were shorter.
      const key = await this.#freeKey(startMs, 0);
      if (!(await this.#table(key, fromMs, startMs + intervalMs, notes, sight))) return undefined;
      notes = await this.#notes(nowMs);
    }
    if (late.length > 0 && !(await this.#lateTables(late, notes, sight))) return undefined;
    const state = await this.#note(notes, sight, runs);
    return state && { state, standing };
  }

  async #firstFind(fromMs: number, toMs: number): Promise<FollowedBlock | undefined> {
    for await (const block of takenBetween(this.#modules.store, fromMs, toMs)) return block;
    return undefined;
  }

  async #notes(nowMs: number): Promise<Notes> {
    const [stateRecord, lateRecord] = await this.#modules.books.get('note', [STATE_KEY, LATE_KEY]);
    return {
      state: stateRecord === undefined ? firstState(nowMs) : decodeState(stateRecord.text),
      stateRecord,
      late: lateRecord === undefined ? NO_LATE_WORK : decodeLateWork(lateRecord.text),
      lateRecord,
    };
  }

  /** Finds in [fromMs, endMs) become a table, and the cursor goes to the end. */
  async #table(key: string, fromMs: number, endMs: number, notes: Notes, sight: Sight): Promise<boolean> {
    const { store } = this.#modules;
    const { marks, standing, nowMs } = sight;
    const late = lateWorkAt(notes.late, marks, standing.without, endMs, nowMs - OLDEST_SLICES_MS);
    const blocks: FollowedBlock[] = [];
    for await (const block of takenBetween(store, fromMs, endMs)) blocks.push(block);
    const state = { ...notes.state, atMs: nowMs, throughMs: endMs };
    const writes = [noteWrite(STATE_KEY, notes.stateRecord, JSON.stringify(state))];
    const lateText = encodeLateWork(late);
    if (lateText !== encodeLateWork(notes.late)) writes.push(noteWrite(LATE_KEY, notes.lateRecord, lateText));
    return this.#write(key, blocks, late, nowMs, writes);
  }

  /** Makes and writes a table. @returns false if somebody else owns the task now, or wrote something in between */
  async #write(
    key: string,
    blocks: readonly FollowedBlock[],
    late: LateWork,
    nowMs: number,
    writes: readonly BookRecordWrite[],
  ): Promise<boolean> {
    const { store, books, scheme, turns, fence, onNotice } = this.#modules;
    if (scheme === 'solo') return false;
    const oldestMs = sliceStartOf(nowMs - OLDEST_SLICES_MS);
    const groups = findsBySlice(await creditedFinds(store, blocks, turns));
    const records = [...writes];
    if (groups.length > 0) {
      const lastMs = scheme === 'prop' ? await lastTakenBefore(store, groups[0]!.startMs) : undefined;
      const accounts = new WorkerAccounts(store, turns);
      const made = await makeTable(
        {
          scheme,
          groups,
          oldestMs,
          lastSliceMs: lastMs === undefined ? undefined : sliceStartOf(lastMs),
        },
        { reader: new SliceReader(store, late, turns), accounts, turns },
      );
      if (made.unknownWorkers > 0)
        onNotice(`work of ${made.unknownWorkers} workers is credited to nobody: the store has lost them`);
      const owned = fence();
      if (owned === undefined || !(await keepAddresses(books, owned, accounts.addresses, turns)))
        return false;
      if (!(await keepChunks(books, owned, key, made.table, turns))) return false;
      records.push({ table: 'work', key, version: 0, text: encodeTableHead(made.table.head, made.finds) });
    }
    const owned = fence();
    return owned !== undefined && (await books.commit({ fence: owned, append: [], records })) === 'done';
  }

  /** Finds that became known after their table was made: each interval of them has one more. */
  async #lateTables(late: readonly FollowedBlock[], notes: Notes, sight: Sight): Promise<boolean> {
    if (this.#modules.scheme === 'solo') return true;
    const byStart = new Map<number, FollowedBlock[]>();
    for (const block of late) {
      const startMs = intervalStartOf(block.foundMs, sight.intervalMs);
      byStart.set(startMs, [...(byStart.get(startMs) ?? []), block]);
    }
    for (const [startMs, blocks] of byStart) {
      const key = await this.#freeKey(startMs, 1);
      if (!(await this.#write(key, blocks, notes.late, sight.nowMs, []))) return false;
    }
    return true;
  }

  /** @param from - the first number that may be taken */
  async #freeKey(startMs: number, from: number): Promise<string> {
    for (let number = from; ; number++) {
      const key = tableKeyOf(startMs, number);
      if ((await this.#modules.books.get('work', [key]))[0] === undefined) return key;
    }
  }

  /** Notes how it stands, if that is news or the last note is old. */
  async #note(
    { state, stateRecord }: Notes,
    { standing, nowMs }: Sight,
    runs: number,
  ): Promise<SettlementState | undefined> {
    const { books, fence } = this.#modules;
    const { blockedBy, sinceMs } = standing;
    const { sinceMs: _, ...rest } = state;
    const next = { ...rest, atMs: nowMs, blockedBy, runs, ...(sinceMs !== undefined && { sinceMs }) };
    const isNews =
      stateRecord === undefined || state.runs !== runs || state.blockedBy.join() !== blockedBy.join();
    if (!isNews && nowMs - state.atMs < NOTE_EVERY_MS) return next;
    const owned = fence();
    if (owned === undefined) return undefined;
    const records = [noteWrite(STATE_KEY, stateRecord, JSON.stringify(next))];
    const outcome = await books.commit({ fence: owned, append: [], records });
    return outcome === 'done' ? next : undefined;
  }

  async #abandoned(): Promise<ReadonlyMap<string, BookRecord>> {
    const records = await this.#modules.books.page('note', { prefix: ABANDON_PREFIX, limit: MAX_ABANDONED });
    return new Map(records.map((record) => [record.key.slice(ABANDON_PREFIX.length), record]));
  }

  async #forgetAbandoned(
    abandoned: ReadonlyMap<string, BookRecord>,
    back: readonly string[],
  ): Promise<boolean> {
    if (back.length === 0) return true;
    const { books, fence } = this.#modules;
    const owned = fence();
    if (owned === undefined) return false;
    const records = back.map((journal): BookRecordWrite => {
      const { key, version } = abandoned.get(journal)!;
      return { table: 'note', key, version, text: undefined };
    });
    return (await books.commit({ fence: owned, append: [], records })) === 'done';
  }
}

/**
 * A store for tests of what brings batches to one: only what journals need of it, in memory or in a folder, and it can
 * be away, lose its answers, and go back.
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from '../../pool/domain/batch.js';
import { decodeBatch, encodeBatch } from '../../pool/journal/batch-file.js';
import {
  type ApplyOutcome,
  type JournalMark,
  type PoolEvent,
  type Store,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnavailableError,
} from '../../pool/ports/store.js';
import { createMemoryBooks } from './memory-books.js';

export interface MemoryStoreSettings {
  /** Where to keep what is applied; while there is a file `away` in it, the store is. */
  readonly folder?: string;
  /** How much its clock is ahead, ms. */
  readonly offsetMs?: number;
}

interface JournalState {
  number: number;
  throughMs: number;
  finished: boolean;
  batches: Batch[];
}

/** What a store thread opens. */
export async function openStore(settings: MemoryStoreSettings): Promise<Store> {
  if (settings.folder !== undefined && existsSync(join(settings.folder, 'mismatch')))
    throw new StoreMismatchError('another pool');
  return memoryStore(settings);
}

/** A store and the means to trouble it. */
export interface MemoryStore extends Store {
  readonly state: Map<string, JournalState>;
  /** Calls so far, by name. */
  readonly calls: string[];
  away: boolean;
  /** The next so many answers to `apply` are lost after it was done. */
  loseAnswers: number;
  /** Whether a gap was allowed, for each batch applied. */
  readonly gaps: boolean[];
  /** A copy of the state, and back to it. */
  snapshot(): ReadonlyMap<string, JournalState>;
  restore(snapshot: ReadonlyMap<string, JournalState>): void;
  /** Shares of all batches. */
  shares(): number;
}

export function memoryStore({ folder, offsetMs = 0 }: MemoryStoreSettings = {}): MemoryStore {
  const state = load(folder);
  const listeners = new Set<(event: PoolEvent) => void>();
  const reach = (what: string): void => {
    store.calls.push(what);
    if (store.away || (folder !== undefined && existsSync(join(folder, 'away'))))
      throw new StoreUnavailableError('away');
  };
  const of = (id: string): JournalState => {
    const known = state.get(id) ?? { number: 0, throughMs: 0, finished: false, batches: [] };
    state.set(id, known);
    return known;
  };
  const notHere = async (): Promise<never> => {
    throw new Error('not in this store');
  };
  const marks = (): JournalMark[] =>
    [...state].map(([journal, { number, throughMs, finished }]) => ({
      journal,
      number,
      throughMs,
      finished,
    }));
  const store: MemoryStore = {
    state,
    calls: [],
    away: false,
    loseAnswers: 0,
    gaps: [],
    snapshot: () => structuredClone(state),
    restore: (snapshot) => {
      state.clear();
      for (const [id, journal] of structuredClone(snapshot)) state.set(id, journal);
    },
    shares: () =>
      [...state.values()]
        .flatMap(({ batches }) => batches.flatMap(({ slices }) => slices.flatMap(({ entries }) => entries)))
        .reduce((sum, { shares }) => sum + shares, 0),
    now: async () => {
      reach('now');
      return Date.now() + offsetMs;
    },
    claimNodeIdentity: async (identity) => {
      if (identity.networkId !== 0) throw new StoreMismatchError(`network ${identity.networkId}`);
      return identity;
    },
    nodeIdentity: async () => ({}),
    marks: async (journals) => {
      reach('marks');
      return marks().filter(({ journal }) => journals.includes(journal));
    },
    journals: async () => marks(),
    apply: async (batch, allowGap = false): Promise<ApplyOutcome> => {
      reach(`apply ${batch.number}`);
      const journal = of(batch.journal);
      if (batch.number <= journal.number) return 'already';
      if (batch.number > journal.number + 1 && !allowGap) return 'gap';
      journal.number = batch.number;
      journal.throughMs = Math.max(journal.throughMs, batch.throughMs);
      journal.batches.push(batch);
      store.gaps.push(allowGap);
      if (folder !== undefined) save(folder, batch);
      if (store.loseAnswers > 0) {
        store.loseAnswers -= 1;
        throw new StoreUnavailableError('the answer was lost');
      }
      return 'applied';
    },
    reportThrough: async (id, throughMs, finished) => {
      reach('reportThrough');
      const journal = of(id);
      journal.throughMs = Math.max(journal.throughMs, throughMs);
      journal.finished = finished;
    },
    leaseExtranonces: notHere,
    renewExtranonces: notHere,
    releaseExtranonces: notHere,
    releaseAllExtranonces: notHere,
    takeLease: notHere,
    renewLease: notHere,
    releaseLease: notHere,
    bans: async () => [{ address: '192.0.2.1', untilMs: 5, reason: 'test' }],
    addBan: async () => {
      throw new StoreRefusedError('no bans here');
    },
    removeBan: notHere,
    publish: async (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    worker: async ({ name }) => {
      // How a test ends the thread that it runs in.
      if (name === 'die') process.exit(7);
      return undefined;
    },
    workersOf: notHere,
    workersById: notHere,
    slices: notHere,
    noteFate: notHere,
    followed: notHere,
    foundBefore: notHere,
    foundBetween: notHere,
    blocks: notHere,
    countBlocks: notHere,
    block: notHere,
    series: notHere,
    fund: {
      load: notHere,
      piece: notHere,
      putPiece: notHere,
      keepSnapshot: notHere,
      addEntries: notHere,
      entries: notHere,
      reserve: notHere,
      release: notHere,
      addFind: notHere,
    },
    books: createMemoryBooks(),
    backup: async () => {
      throw new StoreRefusedError('no backup');
    },
    prune: async () => {},
    close: async () => {},
  };
  return store;
}

/** The batches that a store in a folder has, in no order. */
export function storedBatches(folder: string): Batch[] {
  return [...load(folder).values()].flatMap(({ batches }) => batches);
}

function load(folder: string | undefined): Map<string, JournalState> {
  const state = new Map<string, JournalState>();
  if (folder === undefined) return state;
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.applied'))) {
    const batch = decodeBatch(readFileSync(join(folder, name)));
    const journal = state.get(batch.journal) ?? { number: 0, throughMs: 0, finished: false, batches: [] };
    journal.number = Math.max(journal.number, batch.number);
    journal.batches.push(batch);
    state.set(batch.journal, journal);
  }
  return state;
}

/** At once or not at all, and refused if it is there: so that one that is applied twice is noticed. */
function save(folder: string, batch: Batch): void {
  const path = join(folder, `${batch.journal}-${batch.number}.applied`);
  if (existsSync(path)) throw new Error(`${path} is applied twice`);
  writeFileSync(`${path}.tmp`, encodeBatch(batch));
  renameSync(`${path}.tmp`, path);
}

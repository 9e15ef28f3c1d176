/**
 * The embedded store: SQLite in a file, for a pool of one process. Its methods do their work before they return, so it
 * belongs in a thread of its own.
 *
 * Integers that are summed are columns of SQLite, limbs for work; nothing is summed by `sum()`. A batch is one
 * transaction with its journal's mark in it.
 * @module
 */
import type { Batch } from '../../domain/batch.js';
import type {
  BlockFate,
  BlockListing,
  FateOutcome,
  FateStage,
  FollowedBlock,
} from '../../domain/block-fate.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import type { Books } from '../../ports/books.js';
import { EventListeners } from '../../ports/event-listeners.js';
import type { FundRecords } from '../../ports/fund-records.js';
import type {
  ApplyOutcome,
  BackupPart,
  Ban,
  ExtranonceLease,
  JournalMark,
  NotedNodeIdentity,
  Page,
  PoolEvent,
  SeriesPoint,
  SeriesScope,
  SeriesStep,
  Store,
  StoredBlock,
  StoredSlice,
  StoredWorker,
  StoredWorkerId,
} from '../../ports/store.js';
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import { checkPage } from '../page.js';
import { DEFAULT_RETENTION, type Retention } from '../retention.js';
import { extranonceBlocks } from '../store-identity.js';
import type { EmbeddedStoreSettings, StoreNotice } from '../store-settings.js';
import { applyBatch, reportThrough } from './apply-batch.js';
import { addBan, readBans } from './bans.js';
import { embeddedBooks, LateBooks } from './embedded-books.js';
import { embeddedFundRecords } from './embedded-fund-records.js';
import {
  leaseExtranonces,
  releaseAllExtranonces,
  releaseExtranonces,
  renewExtranonces,
} from './extranonces.js';
import { noteFate, readFollowed, readFoundBefore, readFoundBetween } from './fates.js';
import { releaseLease, renewLease, takeLease } from './leases.js';
import { claimNodeIdentity, openDatabase, readNodeIdentity } from './open-database.js';
import { prune } from './prune.js';
import {
  countBlocks,
  readBlock,
  readBlocks,
  readMarks,
  readSeries,
  readSlices,
  readWorker,
  readWorkersById,
  readWorkersOf,
} from './reading.js';
import { EMBEDDED_SCHEMA, type EmbeddedSchema } from './schema.js';
import type { Sql } from './sql.js';
import { WatchedDatabase } from './watched-database.js';

/** What is given to the store from outside. */
export interface EmbeddedStoreModules {
  /** ms since the epoch. */
  readonly clock?: () => number;
  readonly schema?: EmbeddedSchema;
  /** Stored workers of one account. */
  readonly maxWorkersOfAccount?: number;
  readonly maxBans?: number;
  /** How often the file is looked at, ms. */
  readonly lookEveryMs?: number;
  readonly onNotice?: (notice: StoreNotice) => void;
}

/**
 * Opens the store, which stays locked to this process until it is closed.
 * @throws StoreInUseError, StoreMismatchError, StoreUnavailableError
 */
export function openEmbeddedStore(
  settings: EmbeddedStoreSettings,
  modules: EmbeddedStoreModules = {},
): Store {
  const { path, identity } = settings;
  const database = new WatchedDatabase({
    path,
    open: () => openDatabase(path, identity, modules.schema ?? EMBEDDED_SCHEMA),
    onNotice: modules.onNotice ?? (() => {}),
    ...(modules.lookEveryMs === undefined ? {} : { lookEveryMs: modules.lookEveryMs }),
  });
  return new EmbeddedStore(database, settings, modules);
}

class EmbeddedStore implements Store {
  readonly fund: FundRecords;
  readonly books: Books;
  readonly #openedBooks: LateBooks;
  readonly #database: WatchedDatabase;
  readonly #clock: () => number;
  readonly #retention: Retention;
  readonly #extranonceBlocks: number;
  readonly #maxWorkers: number | undefined;
  readonly #maxBans: number | undefined;
  readonly #listeners = new EventListeners();

  constructor(database: WatchedDatabase, settings: EmbeddedStoreSettings, modules: EmbeddedStoreModules) {
    this.#database = database;
    this.#clock = modules.clock ?? Date.now;
    this.#retention = { ...DEFAULT_RETENTION, ...settings.retention };
    this.#extranonceBlocks = extranonceBlocks(settings.identity.extranonceBytes);
    this.#maxWorkers = modules.maxWorkersOfAccount;
    this.#maxBans = modules.maxBans;
    this.fund = embeddedFundRecords(database);
    this.#openedBooks = new LateBooks(settings.path, settings.identity);
    this.books = embeddedBooks(() => this.#openedBooks.open(), this.#clock);
  }

  get #sql(): Sql {
    return this.#database.sql;
  }

  async now(): Promise<number> {
    return this.#clock();
  }

  async claimNodeIdentity(identity: UpstreamIdentity, replace = false): Promise<NotedNodeIdentity> {
    return this.#sql.transaction(() => claimNodeIdentity(this.#sql, identity, replace));
  }

  async nodeIdentity(): Promise<NotedNodeIdentity> {
    return readNodeIdentity(this.#sql);
  }

  async marks(journals: readonly string[]): Promise<readonly JournalMark[]> {
    return readMarks(this.#sql, journals);
  }

  async journals(): Promise<readonly JournalMark[]> {
    return readMarks(this.#sql);
  }

  async apply(batch: Batch, allowGap = false): Promise<ApplyOutcome> {
    this.#database.look();
    return applyBatch(this.#sql, batch, allowGap, this.#maxWorkers);
  }

  async reportThrough(journal: string, throughMs: number, finished: boolean): Promise<void> {
    reportThrough(this.#sql, journal, 0, throughMs, finished);
  }

  async leaseExtranonces(owner: string, count: number, ttlMs: number): Promise<readonly ExtranonceLease[]> {
    return leaseExtranonces(this.#sql, this.#clock(), this.#extranonceBlocks, owner, count, ttlMs);
  }

  async renewExtranonces(
    owner: string,
    blocks: readonly number[],
    ttlMs: number,
  ): Promise<readonly number[]> {
    return renewExtranonces(this.#sql, this.#clock(), owner, blocks, ttlMs);
  }

  async releaseExtranonces(owner: string, blocks: readonly number[]): Promise<void> {
    releaseExtranonces(this.#sql, this.#clock(), owner, blocks);
  }

  async releaseAllExtranonces(owner: string): Promise<void> {
    releaseAllExtranonces(this.#sql, this.#clock(), owner);
  }

  async takeLease(name: LeaseName, owner: string, ttlMs: number): Promise<TaskLease | undefined> {
    return takeLease(this.#sql, this.#clock(), name, owner, ttlMs);
  }

  async renewLease(name: LeaseName, fence: number, ttlMs: number): Promise<TaskLease | undefined> {
    return renewLease(this.#sql, this.#clock(), name, fence, ttlMs);
  }

  async releaseLease(name: LeaseName, fence: number): Promise<void> {
    releaseLease(this.#sql, name, fence);
  }

  async noteFate(hash: string, fate: BlockFate, fence: number): Promise<FateOutcome> {
    return noteFate(this.#sql, hash, fate, fence);
  }

  async followed(stage: Exclude<FateStage, 'done'>, page: Page): Promise<readonly FollowedBlock[]> {
    checkPage(page);
    return readFollowed(this.#sql, stage, page);
  }

  async foundBefore(beforeMs: number, limit: number): Promise<readonly FollowedBlock[]> {
    checkPage({ offset: 0, limit });
    return readFoundBefore(this.#sql, beforeMs, limit);
  }

  async foundBetween(fromMs: number, toMs: number, page: Page): Promise<readonly FollowedBlock[]> {
    checkPage(page);
    return readFoundBetween(this.#sql, fromMs, toMs, page);
  }

  async bans(): Promise<readonly Ban[]> {
    return readBans(this.#sql, this.#clock());
  }

  async addBan(ban: Ban): Promise<void> {
    addBan(this.#sql, this.#clock(), ban, this.#maxBans);
  }

  async removeBan(address: string): Promise<void> {
    this.#sql.run('DELETE FROM bans WHERE address = ?', address);
  }

  async publish(event: PoolEvent): Promise<void> {
    this.#database.requireOpen();
    // As from a server: never from within the caller's own call.
    queueMicrotask(() => this.#listeners.tell(event));
  }

  subscribe(listener: (event: PoolEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async worker(identity: WorkerIdentity): Promise<StoredWorker | undefined> {
    return readWorker(this.#sql, identity);
  }

  async workersOf(account: string, page: Page): Promise<readonly StoredWorker[]> {
    checkPage(page);
    return readWorkersOf(this.#sql, account, page);
  }

  async workersById(ids: readonly StoredWorkerId[]): Promise<readonly StoredWorker[]> {
    return readWorkersById(this.#sql, ids);
  }

  async slices(fromMs: number, toMs: number): Promise<readonly StoredSlice[]> {
    return readSlices(this.#sql, fromMs, toMs);
  }

  async blocks(page: Page, listed?: readonly BlockListing[]): Promise<readonly StoredBlock[]> {
    checkPage(page);
    return readBlocks(this.#sql, page, listed);
  }

  async countBlocks(listed?: readonly BlockListing[]): Promise<number> {
    return countBlocks(this.#sql, listed);
  }

  async block(hash: string): Promise<StoredBlock | undefined> {
    return readBlock(this.#sql, hash);
  }

  async series(
    scope: SeriesScope,
    step: SeriesStep,
    fromMs: number,
    toMs: number,
  ): Promise<readonly SeriesPoint[]> {
    return readSeries(this.#sql, scope, step, fromMs, toMs);
  }

  async backup(path: string, of: BackupPart = 'store'): Promise<boolean> {
    if (of === 'books') return this.#openedBooks.backup(path);
    await this.#database.backup(path);
    return true;
  }

  async prune(nowMs: number): Promise<void> {
    prune(this.#sql, Math.floor(nowMs), this.#retention);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#openedBooks.close();
    this.#database.close();
  }
}

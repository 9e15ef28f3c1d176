/**
 * The store in Redis, for any number of front ends. What must be atomic is a Lua script; all keys of a pool are in one
 * slot of a cluster.
 *
 * What a batch adds to a slice is inserted as it is; totals of workers and charts are integers in strings, which
 * BITFIELD adds to. Times of leases and bans are Redis' own.
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
import {
  type ApplyOutcome,
  type Ban,
  type ExtranonceLease,
  type JournalMark,
  type NotedNodeIdentity,
  type Page,
  type PoolEvent,
  type SeriesPoint,
  type SeriesScope,
  type SeriesStep,
  type Store,
  type StoredBlock,
  type StoredSlice,
  type StoredWorker,
  type StoredWorkerId,
  StoreRefusedError,
} from '../../ports/store.js';
import type { LeaseName, TaskLease } from '../../ports/task-leases.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import { checkPage } from '../page.js';
import {
  DEFAULT_RETENTION,
  MAX_BAN_MS,
  MAX_BANS,
  MAX_WORKERS_OF_ACCOUNT,
  type Retention,
} from '../retention.js';
import { extranonceBlocks } from '../store-identity.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
import { applyBatch } from './apply-batch.js';
import { DurableScripts } from './durable-scripts.js';
import {
  leaseExtranonces,
  releaseAllExtranonces,
  releaseExtranonces,
  renewExtranonces,
} from './extranonces.js';
import { noteFate } from './fates.js';
import type { StoreKeys } from './keys.js';
import { releaseLease, renewLease, takeLease } from './leases.js';
import { claimNodeIdentity, readNodeIdentity } from './node-identity.js';
import { openLink } from './open-link.js';
import { prune } from './prune.js';
import { RedisReading } from './reading.js';
import { RedisBooks } from './redis-books.js';
import { RedisFundRecords } from './redis-fund-records.js';
import type { RedisLink } from './redis-link.js';
import { REDIS_SCHEMA, type RedisSchema } from './redis-schema.js';
import { WorkerNumbers } from './worker-numbers.js';

/** What tests change. */
export interface RedisStoreModules {
  readonly schema?: RedisSchema;
  readonly maxWorkersOfAccount?: number;
  readonly maxBans?: number;
}

/**
 * Connects to Redis, and makes or migrates the pool's store there.
 * @throws StoreMismatchError if it is another network's, or of another schema or extranonce length
 * @throws StoreUnavailableError if it can't be reached, is a replica, or too old
 */
export async function openRedisStore(
  settings: RedisStoreSettings,
  events: StoreEvents,
  modules: RedisStoreModules = {},
): Promise<Store> {
  const listeners = new EventListeners();
  const schema = modules.schema ?? REDIS_SCHEMA;
  let numbers: WorkerNumbers | undefined;
  const { link, keys } = await openLink({
    settings,
    events,
    onMessage: (message) => listeners.tell(JSON.parse(message) as PoolEvent),
    onConnect: () => numbers?.forget(),
    schema,
  });
  numbers = new WorkerNumbers(link, keys, modules.maxWorkersOfAccount ?? MAX_WORKERS_OF_ACCOUNT);
  return new RedisStore(link, keys, numbers, listeners, settings, schema, modules);
}

class RedisStore implements Store {
  readonly fund: FundRecords;
  readonly books: Books;
  readonly #durable: DurableScripts;
  readonly #link: RedisLink;
  readonly #keys: StoreKeys;
  readonly #numbers: WorkerNumbers;
  readonly #reading: RedisReading;
  readonly #listeners: EventListeners;
  readonly #retention: Retention;
  readonly #extranonceBlocks: number;
  readonly #schema: number;
  readonly #maxBans: number;

  constructor(
    link: RedisLink,
    keys: StoreKeys,
    numbers: WorkerNumbers,
    listeners: EventListeners,
    settings: RedisStoreSettings,
    schema: RedisSchema,
    modules: RedisStoreModules,
  ) {
    this.fund = new RedisFundRecords(link, keys);
    this.#durable = new DurableScripts(link, settings);
    this.books = new RedisBooks(link, keys, this.#durable);
    this.#link = link;
    this.#keys = keys;
    this.#numbers = numbers;
    this.#reading = new RedisReading(link, keys);
    this.#listeners = listeners;
    this.#retention = { ...DEFAULT_RETENTION, ...settings.retention };
    this.#extranonceBlocks = extranonceBlocks(settings.identity.extranonceBytes);
    this.#schema = schema.version;
    this.#maxBans = modules.maxBans ?? MAX_BANS;
  }

  async now(): Promise<number> {
    const [seconds, micros] = await this.#link.run((client) => client.time());
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  async claimNodeIdentity(identity: UpstreamIdentity, replace = false): Promise<NotedNodeIdentity> {
    return claimNodeIdentity(this.#link, this.#keys, identity, replace);
  }

  nodeIdentity(): Promise<NotedNodeIdentity> {
    return readNodeIdentity(this.#link, this.#keys);
  }

  marks(journals: readonly string[]): Promise<readonly JournalMark[]> {
    return this.#reading.marks(journals);
  }

  journals(): Promise<readonly JournalMark[]> {
    return this.#reading.journals();
  }

  apply(batch: Batch, allowGap = false): Promise<ApplyOutcome> {
    const modules = { link: this.#link, keys: this.#keys, numbers: this.#numbers, schema: this.#schema };
    return applyBatch(modules, batch, allowGap);
  }

  async reportThrough(journal: string, throughMs: number, finished: boolean): Promise<void> {
    await this.#link.script(
      'report-through-1',
      [this.#keys.journals],
      [journal, throughMs, finished ? 1 : 0],
    );
  }

  leaseExtranonces(owner: string, count: number, ttlMs: number): Promise<readonly ExtranonceLease[]> {
    return leaseExtranonces(this.#link, this.#keys, this.#extranonceBlocks, owner, count, ttlMs);
  }

  renewExtranonces(owner: string, blocks: readonly number[], ttlMs: number): Promise<readonly number[]> {
    return renewExtranonces(this.#link, this.#keys, owner, blocks, ttlMs);
  }

  releaseExtranonces(owner: string, blocks: readonly number[]): Promise<void> {
    return releaseExtranonces(this.#link, this.#keys, owner, blocks);
  }

  releaseAllExtranonces(owner: string): Promise<void> {
    return releaseAllExtranonces(this.#link, this.#keys, owner);
  }

  takeLease(name: LeaseName, owner: string, ttlMs: number): Promise<TaskLease | undefined> {
    return takeLease(this.#link, this.#keys, name, owner, ttlMs);
  }

  renewLease(name: LeaseName, fence: number, ttlMs: number): Promise<TaskLease | undefined> {
    return renewLease(this.#link, this.#keys, name, fence, ttlMs);
  }

  releaseLease(name: LeaseName, fence: number): Promise<void> {
    return releaseLease(this.#link, this.#keys, name, fence);
  }

  noteFate(hash: string, fate: BlockFate, fence: number): Promise<FateOutcome> {
    return noteFate(this.#link, this.#keys, hash, fate, fence);
  }

  async followed(stage: Exclude<FateStage, 'done'>, page: Page): Promise<readonly FollowedBlock[]> {
    checkPage(page);
    return this.#reading.followed(stage, page);
  }

  async foundBefore(beforeMs: number, limit: number): Promise<readonly FollowedBlock[]> {
    checkPage({ offset: 0, limit });
    return this.#reading.foundBefore(beforeMs, limit);
  }

  async foundBetween(fromMs: number, toMs: number, page: Page): Promise<readonly FollowedBlock[]> {
    checkPage(page);
    return this.#reading.foundBetween(fromMs, toMs, page);
  }

  async bans(): Promise<readonly Ban[]> {
    return this.#reading.bans(await this.now());
  }

  async addBan({ address, untilMs, reason }: Ban): Promise<void> {
    await this.#link.script('add-ban-2', this.#banKeys, [
      address,
      Math.ceil(untilMs),
      reason,
      MAX_BAN_MS,
      this.#maxBans,
    ]);
  }

  async removeBan(address: string): Promise<void> {
    await this.#link.script('remove-bans-2', this.#banKeys, [address, 0]);
  }

  async publish(event: PoolEvent): Promise<void> {
    await this.#link.run((client) => client.publish(this.#keys.events, JSON.stringify(event)));
  }

  subscribe(listener: (event: PoolEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  worker(identity: WorkerIdentity): Promise<StoredWorker | undefined> {
    return this.#reading.worker(identity);
  }

  async workersOf(account: string, page: Page): Promise<readonly StoredWorker[]> {
    checkPage(page);
    return this.#reading.workersOf(account, page);
  }

  workersById(ids: readonly StoredWorkerId[]): Promise<readonly StoredWorker[]> {
    return this.#reading.workersById(ids);
  }

  slices(fromMs: number, toMs: number): Promise<readonly StoredSlice[]> {
    return this.#reading.slices(fromMs, toMs);
  }

  async blocks(page: Page, listed?: readonly BlockListing[]): Promise<readonly StoredBlock[]> {
    checkPage(page);
    return this.#reading.blocks(page, listed);
  }

  countBlocks(listed?: readonly BlockListing[]): Promise<number> {
    return this.#reading.countBlocks(listed);
  }

  block(hash: string): Promise<StoredBlock | undefined> {
    return this.#reading.block(hash);
  }

  series(
    scope: SeriesScope,
    step: SeriesStep,
    fromMs: number,
    toMs: number,
  ): Promise<readonly SeriesPoint[]> {
    return this.#reading.series(scope, step, fromMs, toMs);
  }

  async backup(): Promise<boolean> {
    throw new StoreRefusedError('redis store: it is backed up by its own means');
  }

  prune(nowMs: number): Promise<void> {
    return prune(this.#link, this.#keys, this.#reading, nowMs, this.#retention);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#durable.close();
    await this.#link.close();
  }

  get #banKeys(): readonly string[] {
    return [this.#keys.bans, this.#keys.banReasons];
  }
}

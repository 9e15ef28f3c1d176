/**
 * The store in Redis, for any number of front ends. What must be atomic is a Lua script; all keys of a pool are in one
 * slot of a cluster.
 *
 * What a batch adds to a slice is inserted as it is; totals of workers and charts are integers in strings, which
 * BITFIELD adds to. Times of leases and bans are Redis' own.
 * @module
 */
import type { Batch } from '../../domain/batch.js';
import type { BlockState } from '../../domain/block-record.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import { EventListeners } from '../../ports/event-listeners.js';
import type { FundRecords } from '../../ports/fund-records.js';
import {
  type ApplyOutcome,
  type Ban,
  type ExtranonceLease,
  type JournalMark,
  type LeaseName,
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
  type TaskLease,
} from '../../ports/store.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import { checkPage } from '../page.js';
import {
  DEFAULT_RETENTION,
  MAX_BAN_MS,
  MAX_BANS,
  MAX_WORKERS_OF_ACCOUNT,
  type Retention,
} from '../retention.js';
import {
  checkIdentity,
  extranonceBlocks,
  matchIdentity,
  matchNetwork,
  matchSchema,
} from '../store-identity.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
import { applyBatch } from './apply-batch.js';
import { checkServer } from './check-server.js';
import {
  leaseExtranonces,
  releaseAllExtranonces,
  releaseExtranonces,
  renewExtranonces,
} from './extranonces.js';
import { type StoreKeys, storeKeys } from './keys.js';
import { releaseLease, renewLease, takeLease } from './leases.js';
import { claimNodeIdentity, readNodeIdentity } from './node-identity.js';
import { prune } from './prune.js';
import { RedisReading } from './reading.js';
import { RedisFundRecords } from './redis-fund-records.js';
import { RedisLink } from './redis-link.js';
import { migrate, REDIS_SCHEMA, type RedisSchema } from './redis-schema.js';
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
  checkIdentity(settings.identity);
  const listeners = new EventListeners();
  const link = new RedisLink(settings, events, (message) => listeners.tell(JSON.parse(message) as PoolEvent));
  const keys = storeKeys(settings.identity.poolId);
  const schema = modules.schema ?? REDIS_SCHEMA;
  const numbers = new WorkerNumbers(link, keys, modules.maxWorkersOfAccount ?? MAX_WORKERS_OF_ACCOUNT);
  await link.open(keys.events, async () => {
    numbers.forget();
    for (const info of await link.info())
      for (const message of checkServer(info)) events.onNotice({ type: 'notDurable', message });
    await checkStore(link, keys, settings, schema);
  });
  return new RedisStore(link, keys, numbers, listeners, settings, schema, modules);
}

/** Notes what the store is for, or compares it. */
async function checkStore(
  link: RedisLink,
  keys: StoreKeys,
  settings: RedisStoreSettings,
  schema: RedisSchema,
): Promise<void> {
  const { identity } = settings;
  const [version, extranonceBytes, network] = (await link.script(
    'open-store-1',
    [keys.meta],
    [schema.version, identity.extranonceBytes, identity.networkId ?? ''],
  )) as [string, string, string];
  const networkId = network === '' ? undefined : Number(network);
  matchSchema(Number(version), schema.version);
  matchIdentity({ poolId: identity.poolId, networkId, extranonceBytes: Number(extranonceBytes) }, identity);
  await migrate(link, keys, Number(version), schema);
  if (identity.networkId !== undefined) await claimNetwork(link, keys, identity.networkId);
}

async function claimNetwork(link: RedisLink, keys: StoreKeys, networkId: number): Promise<void> {
  matchNetwork(Number(await link.script('claim-network-1', [keys.meta], [networkId])), networkId);
}

class RedisStore implements Store {
  readonly fund: FundRecords;
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

  async blocks(page: Page, states?: readonly BlockState[]): Promise<readonly StoredBlock[]> {
    checkPage(page);
    return this.#reading.blocks(page, states);
  }

  countBlocks(states?: readonly BlockState[]): Promise<number> {
    return this.#reading.countBlocks(states);
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

  async backup(): Promise<void> {
    throw new StoreRefusedError('redis store: it is backed up by its own means');
  }

  prune(nowMs: number): Promise<void> {
    return prune(this.#link, this.#keys, this.#reading, nowMs, this.#retention);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#link.close();
  }

  get #banKeys(): readonly string[] {
    return [this.#keys.bans, this.#keys.banReasons];
  }
}

/**
 * The content of a batch in a store's terms, with the store's numbers of its workers: summed by worker, by account and
 * for the pool, its slices as bytes. Pure: the same batch and numbers give the same content.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import type { Batch, WorkerActivity } from '../domain/batch.js';
import { REJECT_REASON_NAMES } from '../domain/reject-reasons.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import type { SeriesStep, StoredSliceEntry, StoredWorkerId } from '../ports/store.js';
import { bucketOf, DAY_MS, TEN_MINUTES_MS } from './series-buckets.js';
import { encodeSlice } from './slice-codec.js';

/** Workers beyond an account's limit are summed under this name. No miner can have it. */
export const OVERFLOW_WORKER = '*';

/** A worker as the store knows it: `name` is OVERFLOW_WORKER if its account is full. */
export interface WorkerRef {
  readonly id: StoredWorkerId;
  readonly name: string;
}

export interface Earned {
  shares: number;
  work: bigint;
}

/** What a batch adds to one stored worker. */
export interface WorkerDelta {
  readonly id: StoredWorkerId;
  readonly identity: WorkerIdentity;
  readonly address: string;
  /** Undefined if the batch holds only the worker's rejects. */
  readonly last: LastShare | undefined;
  readonly shares: number;
  readonly work: bigint;
  /** Pairs of index into REJECT_REASON_NAMES and count. */
  readonly rejects: readonly (readonly [reason: number, count: number])[];
  /** By start of the bucket. */
  readonly tenMinutes: ReadonlyMap<number, Earned>;
}

export interface LastShare {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly work: bigint;
  readonly bestHash: Uint8Array;
}

export interface SeriesDelta {
  /** Account, or undefined for the pool. */
  readonly account: string | undefined;
  readonly step: SeriesStep;
  readonly startMs: number;
  readonly earned: Earned;
}

export interface BatchContent {
  readonly workers: readonly WorkerDelta[];
  readonly slices: readonly { readonly startMs: number; readonly content: Uint8Array }[];
  readonly series: readonly SeriesDelta[];
}

/** Workers with an accepted share in the batch: a store gives each of them a number. */
export function earningWorkers(batch: Batch): boolean[] {
  const earning = batch.workers.map(({ lastShareMs }) => lastShareMs !== undefined);
  for (const { entries } of batch.slices) for (const { worker } of entries) earning[worker] = true;
  return earning;
}

/**
 * @param refs - stored workers by index of the batch's workers; undefined for workers that are not stored: they have only rejects
 * @throws Error if a worker with shares has no stored worker
 */
export function batchContent(batch: Batch, refs: readonly (WorkerRef | undefined)[]): BatchContent {
  const sums = new Map<StoredWorkerId, WorkerSum>();
  for (const [i, activity] of batch.workers.entries()) {
    const ref = refs[i];
    if (ref === undefined) continue;
    const sum = sums.get(ref.id);
    if (sum === undefined) sums.set(ref.id, new WorkerSum(ref, activity));
    else sum.addActivity(activity);
  }
  const series = new SeriesSums();
  const slices = batch.slices.map(({ startMs, entries, targets }) => {
    const merged = new Map<number, StoredSliceEntry>();
    for (const { worker, chain, shares, work, workSquared } of entries) {
      const sum = sums.get(refs[worker]?.id ?? 0);
      if (sum === undefined)
        throw new Error(`batch ${batch.journal}/${batch.number}: a worker without number`);
      sum.earn(startMs, shares, work);
      series.earn(sum.identity.account, startMs, shares, work);
      const key = sum.id * CHAINS + chain;
      const same = merged.get(key);
      merged.set(key, {
        worker: sum.id,
        chain,
        shares: shares + (same?.shares ?? 0),
        work: work + (same?.work ?? 0n),
        workSquared: workSquared + (same?.workSquared ?? 0n),
      });
    }
    return { startMs, content: encodeSlice({ entries: [...merged.values()], targets }) };
  });
  return { workers: [...sums.values()], slices, series: series.deltas() };
}

/** Sums the batch for one stored worker. Several workers share the number of OVERFLOW_WORKER. */
class WorkerSum implements WorkerDelta {
  readonly id: StoredWorkerId;
  readonly identity: WorkerIdentity;
  address: string;
  shares = 0;
  work = 0n;
  readonly tenMinutes = new Map<number, Earned>();
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #lastWork = 0n;
  #bestHash: Uint8Array | undefined;
  readonly #rejects = new Map<number, number>();

  constructor(ref: WorkerRef, activity: WorkerActivity) {
    this.id = ref.id;
    this.identity = { account: activity.identity.account, name: ref.name };
    this.address = activity.address;
    this.addActivity(activity);
  }

  addActivity({ address, lastShareMs, lastWork, bestHash, rejects }: WorkerActivity): void {
    if (lastShareMs !== undefined && (this.#lastMs === undefined || lastShareMs >= this.#lastMs)) {
      this.address = address;
      this.#lastMs = lastShareMs;
      this.#lastWork = lastWork ?? 0n;
    }
    if (bestHash !== undefined && (this.#bestHash === undefined || isLess(bestHash, this.#bestHash)))
      this.#bestHash = bestHash;
    for (const [reason, name] of REJECT_REASON_NAMES.entries()) {
      const count = rejects[name] ?? 0;
      if (count > 0) this.#rejects.set(reason, (this.#rejects.get(reason) ?? 0) + count);
    }
  }

  earn(sliceMs: number, shares: number, work: bigint): void {
    this.#firstMs = Math.min(this.#firstMs ?? sliceMs, sliceMs);
    this.shares += shares;
    this.work += work;
    add(this.tenMinutes, bucketOf(sliceMs, TEN_MINUTES_MS), shares, work);
  }

  get last(): LastShare | undefined {
    const lastMs = this.#lastMs ?? this.#firstMs;
    if (lastMs === undefined) return undefined;
    return {
      firstMs: Math.min(this.#firstMs ?? lastMs, lastMs),
      lastMs,
      work: this.#lastWork,
      bestHash: this.#bestHash ?? WORST_HASH,
    };
  }

  get rejects(): (readonly [number, number])[] {
    return [...this.#rejects].toSorted(([a], [b]) => a - b);
  }
}

const WORST_HASH = new Uint8Array(32).fill(0xff);

/** Sums for the charts of accounts and of the pool. */
class SeriesSums {
  readonly #sums = new Map<string | undefined, Map<SeriesStep, Map<number, Earned>>>();

  earn(account: string, timeMs: number, shares: number, work: bigint): void {
    for (const scope of [account, undefined]) {
      let steps = this.#sums.get(scope);
      if (steps === undefined) {
        steps = new Map([
          [TEN_MINUTES_MS, new Map()],
          [DAY_MS, new Map()],
        ]);
        this.#sums.set(scope, steps);
      }
      for (const [step, buckets] of steps) add(buckets, bucketOf(timeMs, step), shares, work);
    }
  }

  deltas(): SeriesDelta[] {
    return [...this.#sums].flatMap(([account, steps]) =>
      [...steps].flatMap(([step, buckets]) =>
        [...buckets].map(([startMs, earned]) => ({ account, step, startMs, earned })),
      ),
    );
  }
}

function add(buckets: Map<number, Earned>, startMs: number, shares: number, work: bigint): void {
  const bucket = buckets.get(startMs);
  if (bucket === undefined) {
    buckets.set(startMs, { shares, work });
  } else {
    bucket.shares += shares;
    bucket.work += work;
  }
}

/** Whether one hash is less than another, as big-endian numbers. */
export function isLess(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return a[i]! < b[i]!;
  }
  return false;
}

/**
 * Meters of the pool, its chains, accounts and workers, fed with slices.
 * @module
 */
import { ALL_CHAINS } from '../../protocol/chain.js';
import { SLICE_MS } from '../domain/batch.js';
import type { StoredSlice, StoredWorker, StoredWorkerId } from '../ports/store.js';
import { Meter, type WorkSum } from './meter.js';

/** Most workers with a meter of their own, some 250 MB at 5 KB each; others count with their account only. */
const MAX_METERED_WORKERS = 50_000;

/** Most workers whose account is known, some 30 MB; others count with their chain and the pool only. */
const MAX_KNOWN_WORKERS = 200_000;

/** Most accounts with a meter; others count with their chain and the pool only. */
const MAX_METERED_ACCOUNTS = 25_000;

/** Most workers and accounts that are measured; tests set other limits. */
const BOUNDS = {
  meteredWorkers: MAX_METERED_WORKERS,
  knownWorkers: MAX_KNOWN_WORKERS,
  accounts: MAX_METERED_ACCOUNTS,
};

export interface MeteredWorker {
  readonly name: string;
  readonly account: MeteredAccount | undefined;
  readonly meter: Meter | undefined;
  newestMs: number;
}

export interface MeteredAccount {
  /** `Account.key`. */
  readonly key: string;
  /** Address to pay of one of its workers, canonical text. */
  readonly address: string;
  readonly meter: Meter;
  /** Workers by name. */
  readonly workers: Map<string, MeteredWorker>;
}

export class HashrateBoard {
  readonly pool = new Meter();
  readonly chains: readonly Meter[] = ALL_CHAINS.map(() => new Meter());
  readonly #workers = new Map<StoredWorkerId, MeteredWorker>();
  readonly #accounts = new Map<string, MeteredAccount>();
  readonly #bounds: typeof BOUNDS;
  #metered = 0;

  constructor(bounds: typeof BOUNDS = BOUNDS) {
    this.#bounds = bounds;
  }

  get workers(): number {
    return this.#workers.size;
  }

  get accounts(): ReadonlyMap<string, MeteredAccount> {
    return this.#accounts;
  }

  /** The unknown workers of some slices: to be asked for at the store and told to `learn`. */
  unknownIn(slices: readonly StoredSlice[]): StoredWorkerId[] {
    if (this.#workers.size >= this.#bounds.knownWorkers) return [];
    const unknown = new Set<StoredWorkerId>();
    for (const { entries } of slices)
      for (const { worker } of entries) if (!this.#workers.has(worker)) unknown.add(worker);
    return [...unknown];
  }

  learn(workers: readonly StoredWorker[]): void {
    for (const { id, identity, address } of workers) {
      if (this.#workers.size >= this.#bounds.knownWorkers) return;
      const account = this.#accountOf(identity.account, address);
      const metered = account !== undefined && this.#metered < this.#bounds.meteredWorkers;
      if (metered) this.#metered++;
      const worker = {
        name: identity.name,
        account,
        meter: metered ? new Meter() : undefined,
        newestMs: 0,
      };
      this.#workers.set(id, worker);
      if (metered) account.workers.set(identity.name, worker);
    }
  }

  /**
   * Counts slices, summed first: there are far fewer sums than entries, and to count one costs more than to sum.
   * @param lengthMs - what is summed together, a multiple of SLICE_MS: windows with finer buckets leave it out
   */
  add(slices: readonly StoredSlice[], lengthMs: number = SLICE_MS): void {
    const groups = new Map<number, StoredSlice[]>();
    for (const slice of slices) {
      const startMs = Math.floor(slice.startMs / lengthMs) * lengthMs;
      const group = groups.get(startMs);
      if (group === undefined) groups.set(startMs, [slice]);
      else group.push(slice);
    }
    for (const [startMs, parts] of groups) this.#count(sumsOf(parts), startMs, lengthMs);
  }

  #count({ byChain, byWorker }: Sums, startMs: number, lengthMs: number): void {
    const pool = emptySum();
    for (const [chain, sum] of byChain) {
      this.chains[chain]?.add(startMs, sum, lengthMs);
      addSum(pool, sum, sum.firstMs);
    }
    this.pool.add(startMs, pool, lengthMs);
    const byAccount = new Map<MeteredAccount, Sum>();
    for (const [id, sum] of byWorker) {
      const worker = this.#workers.get(id);
      if (worker === undefined) continue;
      worker.newestMs = Math.max(worker.newestMs, startMs);
      worker.meter?.add(startMs, sum, lengthMs);
      if (worker.account !== undefined) addSum(sumIn(byAccount, worker.account), sum, sum.firstMs);
    }
    for (const [account, sum] of byAccount) account.meter.add(startMs, sum, lengthMs);
  }

  /** Forgets workers and accounts without a share since a time, ms since the epoch. */
  forgetBefore(timeMs: number): void {
    for (const [id, { newestMs, meter, account, name }] of this.#workers) {
      if (newestMs >= timeMs) continue;
      this.#workers.delete(id);
      account?.workers.delete(name);
      if (meter !== undefined) this.#metered--;
    }
    for (const [key, { meter }] of this.#accounts) if (meter.newestMs < timeMs) this.#accounts.delete(key);
  }

  #accountOf(key: string, address: string): MeteredAccount | undefined {
    let account = this.#accounts.get(key);
    if (account === undefined && this.#accounts.size < this.#bounds.accounts) {
      account = { key, address, meter: new Meter(), workers: new Map() };
      this.#accounts.set(key, account);
    }
    return account;
  }
}

type Sum = Mutable<WorkSum>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Sums {
  readonly byChain: ReadonlyMap<number, Sum>;
  readonly byWorker: ReadonlyMap<StoredWorkerId, Sum>;
}

function sumsOf(slices: readonly StoredSlice[]): Sums {
  const byChain = new Map<number, Sum>();
  const byWorker = new Map<StoredWorkerId, Sum>();
  for (const { entries, startMs } of slices)
    for (const entry of entries) {
      addSum(sumIn(byChain, entry.chain), entry, startMs);
      addSum(sumIn(byWorker, entry.worker), entry, startMs);
    }
  return { byChain, byWorker };
}

function emptySum(): Sum {
  return { shares: 0, work: 0n, workSquared: 0n, firstMs: Number.POSITIVE_INFINITY };
}

function sumIn<K>(sums: Map<K, Sum>, key: K): Sum {
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = emptySum();
    sums.set(key, sum);
  }
  return sum;
}

function addSum(to: Sum, { shares, work, workSquared }: Omit<WorkSum, 'firstMs'>, firstMs: number): void {
  to.shares += shares;
  to.work += work;
  to.workSquared += workSquared;
  to.firstMs = Math.min(to.firstMs, firstMs);
}

/**
 * Hashrates of the pool, its chains, accounts and workers, of all front ends, kept up to date from the store's slices.
 * They survive restarts, since the slices do.
 *
 * They run where a slow moment hurts nobody: beside the store, never in the stratum loop.
 * @module
 */
import type { Store } from '../ports/store.js';
import { HashrateBoard, type MeteredAccount } from './hashrate-board.js';
import { HORIZON_MS, SliceFollower } from './slice-follower.js';

/** Time between two looks for new slices, ms. */
const POLL_MS = 2_000;

/** Most workers that the store is asked for at once. */
const WORKERS_AT_ONCE = 1_000;

export interface StatisticsModules {
  readonly store: Pick<Store, 'journals' | 'slices' | 'workersById' | 'now'>;
  /** Called with a failure of the store, once for failures in a row. */
  readonly onError?: (error: Error) => void;
}

export class Statistics {
  readonly board = new HashrateBoard();
  readonly #modules: StatisticsModules;
  readonly #follower: SliceFollower;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #failing = false;
  #pollMs = 0;
  #ranking: { readonly untilMs: number; readonly accounts: readonly MeteredAccount[] } = {
    untilMs: -1,
    accounts: [],
  };

  constructor(modules: StatisticsModules) {
    const { store } = modules;
    this.#modules = modules;
    this.#follower = new SliceFollower(store, async (slices, togetherMs) => {
      const unknown = this.board.unknownIn(slices);
      // All workers are known before anything is counted, so a store that fails in between leaves nothing half counted.
      for (let i = 0; i < unknown.length; i += WORKERS_AT_ONCE)
        this.board.learn(await store.workersById(unknown.slice(i, i + WORKERS_AT_ONCE)));
      this.board.add(slices, togetherMs);
    });
  }

  /** End of the slices that count, ms since the epoch; undefined until something was read. */
  get untilMs(): number | undefined {
    return this.#follower.untilMs;
  }

  /** Since when everything is counted, ms since the epoch: windows that begin before are not whole yet. */
  get sinceMs(): number {
    return this.#follower.sinceMs;
  }

  /** How far back anything matters: `sinceMs` once all is read. ms since the epoch */
  get horizonMs(): number {
    return this.#follower.horizonMs;
  }

  /** Whether something of the past is still to be read. */
  get catchingUp(): boolean {
    return this.#follower.catchingUp;
  }

  /** Accounts with work in the last day, most work first. The list is kept until the windows move on, since it looks at all accounts. */
  ranking(): readonly MeteredAccount[] {
    const untilMs = this.untilMs ?? 0;
    if (this.#ranking.untilMs === untilMs) return this.#ranking.accounts;
    const accounts = [...this.board.accounts.values()]
      .map((account) => ({ account, work: account.meter.figures(untilMs).day.work }))
      .filter(({ work }) => work > 0n)
      .toSorted((a, b) => compareWork(b.work, a.work) || (a.account.key < b.account.key ? -1 : 1))
      .map(({ account }) => account);
    // Reading the past changes the order without moving the windows.
    if (!this.catchingUp) this.#ranking = { untilMs, accounts };
    return accounts;
  }

  /** Begins to read, and goes on until it is closed. */
  start(): void {
    if (this.#timer === undefined && !this.#closed) this.#next(0);
  }

  /** Reads new slices, and a step of the past if some of it is still to be read. @throws what the store throws */
  async update(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#pollMs >= POLL_MS || !this.#follower.catchingUp) {
      this.#pollMs = nowMs;
      await this.#follower.poll(await this.#modules.store.now());
      this.board.forgetBefore((this.#follower.untilMs ?? 0) - HORIZON_MS);
    }
    if (this.#follower.catchingUp) await this.#follower.readPast();
  }

  /** Ends the reading, after the call that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#run().then((nextMs) => {
        if (!this.#closed) this.#next(nextMs);
      });
    }, delayMs).unref();
  }

  /** @returns when to run again, ms */
  async #run(): Promise<number> {
    const startMs = performance.now();
    try {
      await this.update();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#modules.onError?.(error as Error);
      this.#failing = true;
      return POLL_MS;
    }
    // Reading the past may take half of the time at most: the store has other work to do.
    return this.#follower.catchingUp ? performance.now() - startMs : POLL_MS;
  }
}

function compareWork(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

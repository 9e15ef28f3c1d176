/**
 * Keeps the lease of a task that runs once in the pool: tries to take it, renews it, and says whether it is held now.
 *
 * ```
 * free --taken--> held --renewed in time--> held --store away too long, or taken by another--> free
 *                  \--given back at the end--> over
 * ```
 * This front end takes the lease for over a little before the store does: then no two owners work at the same time,
 * except where a process stood still in between. Against that, what the task writes carries the lease's fence.
 * @module
 */
import { StoreUnavailableError } from '../ports/store.js';
import type { LeaseName, TaskLeases } from '../ports/task-leases.js';

export interface LeaseKeeperModules {
  readonly store: TaskLeases;
  readonly name: LeaseName;
  /** 1 to 64 characters, unique among the living processes of the pool. */
  readonly owner: string;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** The lease is held from now on. @param fence - as `TaskLease` has it */
  readonly onTaken: (fence: number) => void;
  /** The lease is held no more: the task has to stop at once. */
  readonly onLost: () => void;
  /** The store refused a request; that it is away is no fault. */
  readonly onFault: (error: Error) => void;
}

/** Length of the lease, ms: so long a task rests when its owner is gone without a word. */
export const TASK_LEASE_MS = 30_000;

/** Time between two requests, ms. */
const ASK_EVERY_MS = TASK_LEASE_MS / 3;

/** Time after which a store that was away is asked again, ms. */
const RETRY_MS = 2_000;

/** Time before its end from which a lease is taken for over here, ms: no two clocks run alike. */
const MARGIN_MS = 3_000;

interface Held {
  readonly fence: number;
  /** When it is taken for over here, on the monotonic clock, ms. */
  readonly untilMs: number;
}

export class LeaseKeeper {
  readonly #modules: LeaseKeeperModules;
  #held: Held | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #closed = false;

  constructor(modules: LeaseKeeperModules) {
    this.#modules = modules;
  }

  /** Fence of the lease while it is held; undefined while it is not. To be asked before each write of the task. */
  get fence(): number | undefined {
    return this.#held !== undefined && this.#modules.now() < this.#held.untilMs
      ? this.#held.fence
      : undefined;
  }

  /** Does what is due. To be called every second. */
  tick(): void {
    if (this.#held !== undefined && this.fence === undefined) this.#lose();
    const nowMs = this.#modules.now();
    if (this.#closed || this.#asking !== undefined || nowMs - this.#askedMs < ASK_EVERY_MS) return;
    this.#askedMs = nowMs;
    this.#asking = this.#ask(nowMs)
      .catch((error: Error) => {
        // The recorder tells of a store that is away. The lease may run out meanwhile.
        if (error instanceof StoreUnavailableError) this.#askedMs += RETRY_MS - ASK_EVERY_MS;
        else this.#modules.onFault(error);
      })
      .finally(() => {
        this.#asking = undefined;
      });
  }

  /** Gives the lease back. The task has to be at its end. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    // A lease that is just being taken would be held by nobody until it runs out.
    await this.#asking;
    const held = this.#held;
    this.#held = undefined;
    const { store, name } = this.#modules;
    if (held !== undefined) await store.releaseLease(name, held.fence).catch(() => {});
  }

  /** @param nowMs - the lease runs from then at the latest */
  async #ask(nowMs: number): Promise<void> {
    const { store, name, owner, now, onTaken } = this.#modules;
    const before = this.#held;
    const lease =
      before === undefined
        ? await store.takeLease(name, owner, TASK_LEASE_MS)
        : await store.renewLease(name, before.fence, TASK_LEASE_MS);
    // Lost while the store was asked: a lease that was renewed all the same is taken anew with the next request.
    if (before !== this.#held) return;
    if (lease === undefined) {
      if (before !== undefined) this.#lose();
      return;
    }
    const untilMs = nowMs + TASK_LEASE_MS - MARGIN_MS;
    // An answer this late is no news any more: the next request brings a new fence.
    if (before === undefined && now() >= untilMs) return;
    this.#held = { fence: lease.fence, untilMs };
    if (before === undefined && !this.#closed) onTaken(lease.fence);
  }

  #lose(): void {
    this.#held = undefined;
    // Free for others or soon to be: it is tried again at the next tick.
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#modules.onLost();
  }
}

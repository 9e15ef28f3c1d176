/**
 * Leases of tasks that run once in a pool: who may run one now, and by which number its writes are told from those of an
 * earlier owner.
 * @module
 */

/** The tasks that run once in a pool, on whichever process holds their lease. `ledger`: what the operator has done to it by hand. */
export const LEASE_NAMES = ['settlement', 'payer', 'polw-fund', 'ledger'] as const;

export type LeaseName = (typeof LEASE_NAMES)[number];

/** A lease on a task that may run only once in the pool. */
export interface TaskLease {
  /**
   * Number of this taking, from 1 up to 2^53. Each taking of a name has a greater number than all before, also after
   * expiries, restarts, and a store that lost its newest writes while its clock went on. What is written under a lease
   * carries it, so that a write of an earlier owner can be told and refused.
   */
  readonly fence: number;
  /** When the lease runs out unless renewed, ms since the epoch. */
  readonly expiresMs: number;
}

/** Takes, renews and gives back leases: one owner in the pool for a task that may run only once. */
export interface TaskLeases {
  /**
   * Takes the lease of a task, unless another owner holds it. An owner that holds it already, such as an earlier run of
   * the same front end, gets a new one: the earlier fence holds no more.
   * @param owner - 1 to 64 characters, unique among the living processes of the pool
   * @param ttlMs - whole ms, 1 to MAX_TASK_LEASE_MS
   * @returns undefined if another owner holds the lease
   * @throws RangeError if owner or ttlMs is out of range
   */
  takeLease(name: LeaseName, owner: string, ttlMs: number): Promise<TaskLease | undefined>;
  /**
   * Renews a lease, also one that ran out, as long as nobody took it since.
   * @param fence - as it was taken
   * @param ttlMs - from now on, whole ms, 1 to MAX_TASK_LEASE_MS
   * @returns undefined if this fence holds no more: the lease was taken anew, or given back
   * @throws RangeError if ttlMs is out of range
   */
  renewLease(name: LeaseName, fence: number, ttlMs: number): Promise<TaskLease | undefined>;
  /** Gives a lease back; does nothing if this fence holds no more. */
  releaseLease(name: LeaseName, fence: number): Promise<void>;
}

/**
 * Who mines: a worker of an account.
 * @module
 */

/** A worker of an account. */
export interface WorkerIdentity {
  /** `Account.key`. */
  readonly account: string;
  /** 1 to 32 of A-Z a-z 0-9 _ . -; empty for a miner that named none. */
  readonly name: string;
}

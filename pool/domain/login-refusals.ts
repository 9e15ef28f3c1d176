/**
 * Why a login is refused: a closed set.
 * @module
 */

/** The message for the miner, and the remedy for the pool's operator. */
export interface LoginRefusalFacts {
  readonly message: string;
  readonly remedy: string;
}

export const LOGIN_REFUSALS = {
  noUser: {
    message: 'params: expected ["ADDRESS.WORKER", "PASSWORD"]',
    remedy: 'the miner sends no user: set it to ADDRESS.WORKER',
  },
  noAddress: {
    message: 'no address that can be paid: expected ADDRESS.WORKER',
    remedy: "set the miner's user to ADDRESS.WORKER, with a payable Alephium address",
  },
  noNode: {
    message: 'the pool has no full node yet',
    remedy: 'see what the pool says of its nodes: without one it does not know whom blocks pay',
  },
  accountFull: {
    message: 'too many workers of this account are connected',
    remedy: 'limits.workersPerAccount allows more, or give several machines one name',
  },
  addressFull: {
    message: 'too many workers from your address are connected',
    remedy: 'limits.workersPerAddress allows more, limits.trusted any number',
  },
  connectionFull: {
    message: 'no more than 64 workers on one connection',
    remedy: 'the proxy in front of these workers must open more connections',
  },
} as const satisfies Record<string, LoginRefusalFacts>;

export type LoginRefusal = keyof typeof LOGIN_REFUSALS;

/** A login that was refused, for the operator. */
export interface RefusedLogin {
  /** Remote address. */
  readonly address: string;
  readonly agent: string;
  /** The user that was sent, cleaned and cut. */
  readonly sent: string;
  readonly reason: LoginRefusal;
  /** How often this address was refused for this reason. */
  readonly count: number;
  /** The last time, ms since the epoch. */
  readonly lastMs: number;
}

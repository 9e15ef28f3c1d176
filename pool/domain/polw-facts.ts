/**
 * How a front end stands under Proof of Less Work. Plain data, amounts as decimal attoALPH.
 * @module
 */

/** Words for where a chain stands. */
export const POLW_STATES = [
  /** No template has come. */
  'none',
  /** Nothing is burnt. */
  'plain',
  /** Nothing is burnt yet: over half of the threshold; within 20 % of it; within 5 %. */
  'inSight',
  'near',
  'close',
  /** The node burns coins itself. */
  'nodeBuilt',
  /** Mined with the pool's coins. */
  'funded',
  /** Its template is new, and is waited for. */
  'waiting',
  /** Not mined: there are no coins for it, or another reason that is told. */
  'unfunded',
] as const;

export type PolwState = (typeof POLW_STATES)[number];

export interface PolwChainFacts {
  readonly state: PolwState;
  /** Why it is not mined, or will not be beyond the threshold: a word, and for people. */
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  /** By its next block, of the pool's coins. */
  readonly burnt: string | undefined;
  /** Coins at its burn address that its next block can spend: how many, and what they hold; undefined while that is not known. */
  readonly coins: number | undefined;
  readonly visible: string | undefined;
  /** On the way to it: not to be spent yet. */
  readonly sent: string | undefined;
  /** At its burn address altogether, locked coins included. */
  readonly held: string;
}

/** Balances of the fund. */
export interface PolwAccounts {
  readonly fund: string;
  readonly locked: string;
  readonly pending: string;
  readonly earned: string;
  readonly reserved: string;
  readonly burnt: string;
  readonly gas: string;
  readonly paid: string;
}

export interface PolwFacts {
  /** By chain index. */
  readonly chains: readonly PolwChainFacts[];
  readonly accounts: PolwAccounts;
  /** Whether the history of the burn addresses is read: before it, nothing is burnt. */
  readonly caughtUp: boolean;
  /** Finds whose end is not final, by where they stand. */
  readonly finds: Readonly<Record<'open' | 'main' | 'uncle' | 'orphan' | 'void', number>>;
  /** Withdrawals on their way. */
  readonly withdrawals: readonly { readonly id: string; readonly amount: string; readonly coins: number }[];
  /** Blocks with other transactions that all nodes refused, since the start. */
  readonly refusedLists: number;
}

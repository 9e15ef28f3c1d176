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
  /** Of it, what is not locked, nor set aside for a withdrawal: in how many coins, and what they hold. Known of every chain. */
  readonly unlockedCoins: number;
  readonly unlocked: string;
  /** What must be unlocked until what the chain burns now comes back, at the present rate; 0 where nothing was burnt of late. */
  readonly needed: string;
  /** Hours that its coins last at that rate; undefined where nothing was burnt of late, or `endless`. */
  readonly hoursLeft: number | undefined;
  /** Whether what comes back is as much as what is burnt. */
  readonly endless: boolean;
  /** What comes back in an hour less what is burnt: below 0, coins drift to the opposite chain. */
  readonly driftPerHour: string;
  /** At its burn address beyond what is at that of the opposite chain. */
  readonly imbalance: string;
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
  /** Held by burn addresses of before; undefined where there are none. */
  readonly retired: string | undefined;
  /** Whether the history of the burn addresses is read: before it, nothing is burnt. */
  readonly caughtUp: boolean;
  /** Found blocks whose end is not final, by where they stand; refused ones are none of them. */
  readonly finds: Readonly<Record<'open' | 'main' | 'uncle' | 'orphan' | 'void', number>>;
  /** Withdrawals on their way. */
  readonly withdrawals: readonly { readonly id: string; readonly amount: string; readonly coins: number }[];
  /** Blocks with other transactions that all nodes refused, since the start. */
  readonly refusedLists: number;
  /**
   * The fund beside what nodes list at its addresses: lists compared since the start, outputs that differ for longer, addresses
   * of which not all outputs are told.
   */
  readonly outputs: { readonly checks: number; readonly differences: number; readonly incomplete: number };
}

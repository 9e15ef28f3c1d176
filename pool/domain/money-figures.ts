/**
 * Where the pool's money is, as metrics tell it. Plain data: amounts are decimal attoALPH, as text.
 * @module
 */

/** Sums that metrics tell, in an order for people. */
export const MONEY_SUMS = [
  /** Owed to miners: credited, and not on its way. */
  'owed',
  /** Left balances in payments that are not confirmed yet. */
  'inFlight',
  /** Brought by blocks, and in no settlement yet. */
  'unsettled',
  /** The pool's fee, and what is left where shares are rounded down. */
  'fee',
  'remainder',
  /** Paid in by the operator, and taken out. */
  'operator',
  'withdrawals',
  /** Came from nobody knows where, and gone. */
  'unexplained',
  'loss',
  /** Fees of transactions that the pool bore. */
  'networkFees',
  /** On its way from one group of the wallet to another. */
  'inTransit',
  /** Credited to miners so far, and arrived at them. */
  'credited',
  'paid',
] as const;

export type MoneySum = (typeof MONEY_SUMS)[number];

/** Of one group of the wallet. */
export interface WalletFigures {
  readonly immature: string;
  readonly spendable: string;
}

/** What the payer has noted of itself. */
export interface PayerFigures {
  /** When, ms since the epoch. */
  readonly atMs: number;
  /** Its last round. */
  readonly lastRoundMs: number | undefined;
  /** Its last check of the ledger, and what it found. */
  readonly lastCheck: { readonly timeMs: number; readonly faults: number } | undefined;
  /** Transactions that have been on their way for two hours or more. */
  readonly stuck: number;
}

export interface MoneyFigures {
  /** When they were read, ms since the epoch, on the store's clock. */
  readonly atMs: number;
  readonly sums: Readonly<Record<MoneySum, string>>;
  /** By group, 0 to 3. */
  readonly wallet: readonly WalletFigures[];
  /** When the last payment was made, ms since the epoch; undefined before the first. */
  readonly lastPaymentMs: number | undefined;
  /** Undefined where no payer has run. */
  readonly payer: PayerFigures | undefined;
  /** Whether payments are held. */
  readonly isPaused: boolean;
}

/**
 * Withdrawals from the fund of a pool. Plain data.
 * @module
 */

/** What is to be withdrawn. Amounts as decimal attoALPH. */
export interface PolwWithdrawalOrder {
  /** Whom to pay: an address; a groupless one with its group. */
  readonly to: string;
  /** What is to arrive; fees come on top. */
  readonly amount: string;
  /** Least that is left in unlocked coins at each address that pays. */
  readonly keep: string;
  /** Whether also what was not earned may be taken: coins that blocks are to burn. */
  readonly fromFund: boolean;
}

/** `planned`: its coins are set aside, on all front ends within seconds. `refused`: nothing has changed. */
export type PolwWithdrawalOutcome =
  | {
      readonly type: 'planned';
      /** Names it. */
      readonly id: string;
      /** File that is to be signed, `polw-withdrawal` of docs/POLW.md. */
      readonly file: string;
    }
  | { readonly type: 'refused'; readonly why: string };

/**
 * What a check of the ledger has found, by name.
 * @module
 */

/**
 * `log`: entries of the log are missing. `entry`: one can't be read, or stands under another key. `unbalanced`: a transaction does not sum
 * to 0, or its outputs are not what it posts. `coin`: a transaction makes an output that is there, or spends one that is not.
 * `balance`: an account's record is not what the log comes to. `output`: an output's record is not. `record`: a record can't be read.
 * `wallet`: accounts of the wallet are not what its outputs hold. `sum`: all balances do not sum to 0. `debts`: more is owed than
 * is there. `missing`: the node has not an output that is expected. `amount`: it has another amount. `truncated`: the node did not tell
 * of all outputs.
 */
export type CheckFault =
  | 'log'
  | 'entry'
  | 'unbalanced'
  | 'coin'
  | 'balance'
  | 'output'
  | 'record'
  | 'wallet'
  | 'sum'
  | 'debts'
  | 'missing'
  | 'amount'
  | 'truncated';

/** A fault, in words. */
export interface FoundFault {
  readonly fault: CheckFault;
  /** What it is about, one line. */
  readonly words: string;
}

/** Faults that a check names; it counts the others. */
export const MAX_NAMED_FAULTS = 100;

/** Faults as they are found. */
export class CheckFaults {
  readonly named: FoundFault[] = [];
  count = 0;

  note(fault: CheckFault, words: string): void {
    this.count++;
    if (this.named.length < MAX_NAMED_FAULTS) this.named.push({ fault, words });
  }
}

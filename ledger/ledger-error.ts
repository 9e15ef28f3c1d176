/**
 * A promise of the ledger's that does not hold.
 * @module
 */

/**
 * `differs`: what was posted under a key is something else. `torn`: of transactions that belong together, some were posted and some
 * not. `unsettled`: a settlement that was to be complete has not shared out what it took. `order`: a settlement is not the next one.
 * `busy`: others wrote to the same accounts each time. `row`: a record can't be read. `month`: a month can't be closed, or its file is another
 * one.
 */
export type LedgerFault = 'differs' | 'torn' | 'unsettled' | 'order' | 'busy' | 'row' | 'month';

/** The ledger can't do what it was asked, and would not do it again: a fault of this program, or of what the books hold. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code = 'ERR_LEDGER';
  readonly fault: LedgerFault;

  constructor(fault: LedgerFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

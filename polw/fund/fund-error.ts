/**
 * Errors of the fund.
 * @module
 */

/**
 * `unlinked`: blocks do not follow from those that the fund has. `final`: they would replace a block that is final. `full`: a
 * table is full. `unbalanced`: accounts and outputs differ, which is a fault of this program. `foreign`: a snapshot is of another
 * network or other addresses.
 */
export type FundFault = 'unlinked' | 'final' | 'full' | 'unbalanced' | 'foreign';

/** The fund can't take what it was given, or is not what it should be. It is as it was before. */
export class FundError extends Error {
  override readonly name = 'FundError';
  readonly code = 'ERR_POLW_FUND';
  readonly fault: FundFault;

  constructor(fault: FundFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

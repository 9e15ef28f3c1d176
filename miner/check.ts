/**
 * What a check of the doctor's says.
 * @module
 */

/** The outcome of one check. `warn`: mining works without it, worse or elsewhere. */
export interface Check {
  readonly name: string;
  readonly outcome: 'ok' | 'warn' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do about it, where there is something to do. */
  readonly remedy?: string;
}

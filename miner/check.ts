/**
 * The result of one check of `lesswork doctor`.
 * @module
 */

/** The outcome of one check. `warn`: mining works without it, worse or elsewhere. */
export interface Check {
  readonly name: string;
  readonly outcome: 'ok' | 'warn' | 'failed';
  /** The finding, in words. */
  readonly detail: string;
  /** What to do about the finding, where there is something to do. */
  readonly remedy?: string;
}

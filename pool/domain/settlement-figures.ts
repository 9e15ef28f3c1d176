/**
 * How settlement stands, for metrics.
 * @module
 */

export interface SettlementFigures {
  /** Silent journals that tables of work wait for. */
  readonly blockedBy: number;
  /** For how long the first of them has been silent, ms; 0 if there is none. */
  readonly blockedForMs: number;
  /** Time since the end of the last interval whose work is fixed, ms. */
  readonly throughAgoMs: number;
  /** Complete settlements since ever. */
  readonly runs: number;
  /** When the last of them was begun, on the store's clock, ms since the epoch. */
  readonly lastRunMs: number | undefined;
}

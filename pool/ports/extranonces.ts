/**
 * Where extranonces come from.
 * @module
 */

/** Where extranonces come from, as hex digits. */
export interface Extranonces {
  /** @returns undefined if none is left */
  take(): string | undefined;
  /** @param used - whether a share was accepted under it */
  release(extranonce: string, used: boolean): void;
}

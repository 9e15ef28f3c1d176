/**
 * Where extranonces come from.
 * @module
 */

/** Why a miner gets none: none is left, or its address has as many as it may. */
export type ExtranonceRefusal = 'noExtranonce' | 'addressExtranonces';

export type ExtranonceAnswer =
  /** As hex digits. */
  | { readonly type: 'taken'; readonly extranonce: string }
  | { readonly type: 'refused'; readonly reason: ExtranonceRefusal };

/** Who asks for an extranonce. */
export interface ExtranonceTaker {
  readonly remoteAddress: string;
  /** Whether that address is free of its limits. */
  readonly trusted: boolean;
}

/** Where extranonces come from. */
export interface Extranonces {
  take(taker: ExtranonceTaker): ExtranonceAnswer;
  /** @param used - whether a share was accepted under it @param remoteAddress - of whom it was given to */
  release(extranonce: string, used: boolean, remoteAddress: string): void;
}

/**
 * What of a fund is final: all that must be kept. The rest is read again from the chain.
 * @module
 */
import type { ChainPoint } from './block-tree.js';
import type { RetiredAddress } from './burn-addresses.js';
import type { Find } from './finds.js';
import type { Verdict } from './judge.js';
import type { LedgerContent } from './ledger.js';

/** A fund up to its final blocks. */
export interface FundSnapshot {
  /** Burn addresses by chain index. */
  readonly addresses: readonly (string | undefined)[];
  /** Burn addresses of before. */
  readonly retired?: readonly RetiredAddress[];
  /** By chain index: the last final block, behind which reading goes on; undefined where nothing was read. */
  readonly cursors: readonly (ChainPoint | undefined)[];
  readonly ledger: LedgerContent;
  /** On transactions of blocks that are not final, by id. */
  readonly verdicts: readonly (readonly [id: string, verdict: Verdict])[];
  /** Outputs that were spent last, by key. */
  readonly spent: readonly string[];
}

/** What a store keeps of a fund. */
export interface FundKept {
  readonly snapshot: FundSnapshot | undefined;
  /** Where the snapshot that was kept is of other addresses, and the fund is read anew: those that it had. */
  readonly retired?: readonly RetiredAddress[];
  readonly reservations: readonly Reservation[];
  /** Those without a final end. */
  readonly finds: readonly Find[];
}

/** Coins set aside for a withdrawal. */
export interface Reservation {
  /** 1 to 64 letters, digits, `-`. */
  readonly id: string;
  /** What pays it. */
  readonly payer: 'fund' | 'earned';
  /** What will leave, gas included, attoALPH; the rest of the coins comes back as change. */
  readonly amount: bigint;
  /** Keys of the coins. */
  readonly keys: readonly string[];
}

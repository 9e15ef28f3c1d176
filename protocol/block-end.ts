/**
 * What becomes of a block that was found: one rule for whoever asks it of the chains.
 *
 * ```
 * open --> main | uncle | orphan | void     each may change into each other, and back to open, until it is final
 * ```
 * @module
 */
import type { ChainIndex } from './chain.js';
import { MAX_UNCLE_AGE } from './emission.js';

/**
 * `main`: on the main chain. `uncle`: a block there pays it. `orphan`: neither, and too late for it. `void`: on the main chain,
 * but its coinbase has no effect: it earned and burnt nothing.
 */
export const BLOCK_ENDS = ['main', 'uncle', 'orphan', 'void'] as const;

export type BlockEnd = (typeof BLOCK_ENDS)[number];

/** A block, and where it is. */
export interface BlockPlace {
  /** 64 hex digits. */
  readonly hash: string;
  readonly chain: ChainIndex;
  /** From 0, which is the genesis block. */
  readonly height: number;
}

/** What is known of the chains. */
export interface ChainWitness {
  isMain(hash: string): boolean;
  /** The block of a main chain that pays this one as an uncle: not one whose coinbase has no effect. */
  payerOf(hash: string): { readonly chain: ChainIndex; readonly height: number } | undefined;
  /** Whether a main-chain block's coinbase has no effect. @param likely - whether that counts, too, while nothing has decided */
  isVoid(hash: string, likely: boolean): boolean;
  /** Of a main chain, -1 if unknown. */
  tipHeight(chain: ChainIndex): number;
  /** Up to which height nothing can change. */
  finalHeight(chain: ChainIndex): number;
}

/** What became of a block. */
export interface BlockOutcome {
  /** `open`: none of the ends yet. */
  readonly state: 'open' | BlockEnd;
  /** Whether it can't change any more. */
  readonly final: boolean;
}

/** Blocks that must follow on one before it is believed never to be undone: some eight minutes. */
export const FINAL_DEPTH = 60;

export function outcomeOf({ hash, chain, height }: BlockPlace, witness: ChainWitness): BlockOutcome {
  const finalHeight = witness.finalHeight(chain);
  if (witness.isMain(hash)) {
    const final = height <= finalHeight;
    return { state: witness.isVoid(hash, final) ? 'void' : 'main', final };
  }
  const payer = witness.payerOf(hash);
  if (payer !== undefined) return { state: 'uncle', final: payer.height <= witness.finalHeight(payer.chain) };
  // Later blocks can't name it as an uncle any more.
  const last = height + MAX_UNCLE_AGE;
  if (witness.tipHeight(chain) < last) return { state: 'open', final: false };
  return { state: 'orphan', final: last <= finalHeight };
}

/**
 * Blocks that we found, and what became of them.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';

/** Finds that may be without a final end at a time: some 150 of the main network's 16 chains for each of 100 blocks. */
export const MAX_OPEN_FINDS = 16384;

/** Heights that follow a block after which nobody can name it as an uncle any more. */
const UNCLE_HEIGHTS = 7;

/** A block that we found. */
export interface Find {
  readonly hash: string;
  readonly chain: ChainIndex;
  readonly height: number;
}

/**
 * `main`: on the main chain. `uncle`: a block there pays it. `orphan`: neither, and too late for it. `void`: on the main chain,
 * but its coinbase has no effect: it earned and burnt nothing. `open`: none of these yet.
 */
export type FindState = 'open' | 'main' | 'uncle' | 'orphan' | 'void';

/** What became of a find. */
export interface FindEnd extends Find {
  readonly state: FindState;
  /** Whether it can't change any more. */
  readonly final: boolean;
}

/** What is known of the chains. */
export interface FindWitness {
  isMain(hash: string): boolean;
  /** The block of a main chain that pays this one as an uncle. */
  payerOf(hash: string): { readonly chain: ChainIndex; readonly height: number } | undefined;
  /** Whether a main-chain block's coinbase has no effect. @param likely - whether that counts, too, while nothing has decided */
  isVoid(hash: string, likely: boolean): boolean;
  /** Of a main chain, -1 if unknown. */
  tipHeight(chain: ChainIndex): number;
  /** Up to which height nothing can change. */
  finalHeight(chain: ChainIndex): number;
}

export function endOf(find: Find, witness: FindWitness): FindEnd {
  const { hash, chain, height } = find;
  const finalHeight = witness.finalHeight(chain);
  if (witness.isMain(hash)) {
    const final = height <= finalHeight;
    return { ...find, state: witness.isVoid(hash, final) ? 'void' : 'main', final };
  }
  const payer = witness.payerOf(hash);
  if (payer !== undefined)
    return { ...find, state: 'uncle', final: payer.height <= witness.finalHeight(payer.chain) };
  const last = height + UNCLE_HEIGHTS;
  if (witness.tipHeight(chain) < last) return { ...find, state: 'open', final: false };
  return { ...find, state: 'orphan', final: last <= finalHeight };
}

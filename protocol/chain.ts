/**
 * The 4 groups and 16 chains of Alephium.
 * @module
 */

/** Number of groups. */
export const GROUPS = 4;

/** Number of chains: one for each ordered pair of groups. */
export const CHAINS = GROUPS * GROUPS;

/** Index of a chain, 0 to 15: `from * 4 + to`. */
export type ChainIndex = number;

/** Index of chain (from, to). @param from - group, 0 to 3 @param to - group, 0 to 3 */
export function chainIndex(from: number, to: number): ChainIndex {
  return from * GROUPS + to;
}

/** Sending group of a chain, 0 to 3. */
export function fromGroupOf(chain: ChainIndex): number {
  return Math.floor(chain / GROUPS);
}

/** Receiving group of a chain, 0 to 3. */
export function toGroupOf(chain: ChainIndex): number {
  return chain % GROUPS;
}

/** A chain as people write it: `from-to`. */
export function chainName(chain: ChainIndex): string {
  return `${fromGroupOf(chain)}-${toGroupOf(chain)}`;
}

/** All 16 chain indices, ascending. */
export const ALL_CHAINS: readonly ChainIndex[] = Array.from({ length: CHAINS }, (_, chain) => chain);

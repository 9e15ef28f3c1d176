/**
 * Which 7 blocks a new block depends on, as it was seen on a running node of the Danube rules.
 *
 * - The tip of another group g is the tip of its chain (g, g).
 * - Of its own group a block of chain (g, t) sees the tip of (g, g), its own parent, and of the other two chains what
 *   the tip of (g, g) saw. A block of (g, g) itself takes in the tips of all four chains of its group.
 *
 * So what one chain of a group finds reaches its siblings only through a block of (g, g).
 * @module
 */
import { type ChainIndex, chainIndex, fromGroupOf, GROUPS, toGroupOf } from '../protocol/chain.js';
import type { Block } from './block.js';

/** Place of a chain's own parent among its deps. */
export function parentDepOf(chain: ChainIndex): number {
  return GROUPS - 1 + toGroupOf(chain);
}

/** Chain that each of the 7 deps of a block belongs to. */
export function depChainsOf(chain: ChainIndex): ChainIndex[] {
  const own = fromGroupOf(chain);
  const groups = Array.from({ length: GROUPS }, (_, group) => group);
  return [
    ...groups.filter((group) => group !== own).map((group) => chainIndex(group, group)),
    ...groups.map((to) => chainIndex(own, to)),
  ];
}

/**
 * The deps of the next block of a chain.
 * @param tipOf - the newest main-chain block of a chain
 * @param genesisOf - the first block of a chain
 * @returns 7 hashes
 */
export function depsOf(
  chain: ChainIndex,
  tipOf: (chain: ChainIndex) => Block,
  genesisOf: (chain: ChainIndex) => Block,
): Uint8Array[] {
  const own = fromGroupOf(chain);
  const intra = chainIndex(own, own);
  const intraTip = tipOf(intra);
  return depChainsOf(chain).map((depChain) => {
    if (fromGroupOf(depChain) !== own || depChain === chain || depChain === intra || chain === intra)
      return tipOf(depChain).hash;
    if (intraTip.height === 0) return genesisOf(depChain).hash;
    return intraTip.header.deps[parentDepOf(depChain)]!;
  });
}

/**
 * The newest ancestor of a tip, or itself, that is as old as a time or older.
 * @param parentOf - undefined where it is not kept any more
 * @param atMs - ms since the epoch
 */
export function tipBefore(tip: Block, atMs: number, parentOf: (block: Block) => Block | undefined): Block {
  let block = tip;
  while (block.height > 0 && Number(block.header.timestamp) > atMs) {
    const parent = parentOf(block);
    if (!parent) break;
    block = parent;
  }
  return block;
}

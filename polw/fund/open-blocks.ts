/**
 * Main-chain blocks that are not final and that touch our addresses, or decide about such.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { FundBlock } from './fund-block.js';
import { FundError } from './fund-error.js';
import { byBlockAge } from './judge.js';

/** Blocks that are not final, of all chains: as many as all have in a day in which one of them stands still. */
const MAX_OPEN_BLOCKS = 65536;

export class OpenBlocks {
  readonly #chains: readonly FundBlock[][] = Array.from({ length: CHAINS }, () => []);
  readonly #byHash = new Map<string, FundBlock>();

  get(hash: string): FundBlock | undefined {
    return this.#byHash.get(hash);
  }

  /** Of a chain, lowest first. */
  of(chain: ChainIndex): readonly FundBlock[] {
    return this.#chains[chain]!;
  }

  /** Of all chains, so that a block comes after those whose outputs it spends; otherwise oldest first. */
  inOrder(): readonly FundBlock[] {
    return inOrder(this.#byHash.values());
  }

  /** @throws FundError if there is no room for so many */
  check(blocks: readonly FundBlock[]): void {
    if (this.#byHash.size + blocks.length > MAX_OPEN_BLOCKS)
      throw new FundError('full', `expected at most ${MAX_OPEN_BLOCKS} blocks that are not final, got more`);
  }

  replace(chain: ChainIndex, fromHeight: number, blocks: readonly FundBlock[]): void {
    const open = this.#chains[chain]!;
    const kept = open.findIndex(({ height }) => height >= fromHeight);
    if (kept >= 0) for (const { hash } of open.splice(kept)) this.#byHash.delete(hash);
    for (const block of blocks) {
      const { transactions, conflicted, undecided } = block;
      if (transactions.length === 0 && conflicted.length === 0 && undecided !== true) continue;
      open.push(block);
      this.#byHash.set(block.hash, block);
    }
  }

  /** Removes those that have become final. */
  drop(chain: ChainIndex, finalHeight: number): void {
    const open = this.#chains[chain]!;
    const kept = open.findIndex(({ height }) => height > finalHeight);
    for (const { hash } of open.splice(0, kept < 0 ? open.length : kept)) this.#byHash.delete(hash);
  }
}

/** Blocks so that each comes after those whose outputs it spends; otherwise oldest first. */
function inOrder(blocks: Iterable<FundBlock>): readonly FundBlock[] {
  const sorted = [...blocks].sort(byBlockAge);
  const makers = new Map<string, FundBlock>();
  for (const block of sorted)
    for (const { outputs } of block.transactions) for (const { key } of outputs) makers.set(key, block);
  const ordered = new Set<FundBlock>();
  const entered = new Set<FundBlock>();
  const enter = (block: FundBlock): void => {
    if (entered.has(block)) return;
    entered.add(block);
    for (const { spends } of block.transactions)
      for (const key of spends) {
        const maker = makers.get(key);
        if (maker !== undefined) enter(maker);
      }
    ordered.add(block);
  };
  for (const block of sorted) enter(block);
  return [...ordered];
}

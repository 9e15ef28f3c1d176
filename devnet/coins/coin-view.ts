/**
 * What a block can see of the coins, by its deps.
 *
 * - An output counts iff its block is an ancestor of, or the same as, (a) the dep of its chain, where it is of the
 *   viewer's own group, or (b) the tip of its chain as the dep of its group sees it.
 * - Two blocks of sibling chains, (g, x) and (g, y), may spend the same coin: neither sees the other. The next block of
 *   (g, g) that takes both in settles it: the transaction of the later block is void, whole. What a block of (g, g) itself
 *   spent before that is settled already.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex, fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import { type Block, type BlockId, blockId } from '../block.js';
import type { ChainState } from '../chain-state.js';
import { depChainsOf, parentDepOf } from '../deps.js';
import type { BlockRef, Coin, CoinEntry, CoinSource, Place } from './coin.js';

export function blockRefOf(block: Block): BlockRef {
  return { block: block.id, chain: block.chain, height: block.height };
}

/** Whether a block is an ancestor of a tip of its chain, or the tip itself. @param tip - undefined if it was forgotten */
export function isOnBranch(state: ChainState, ref: BlockRef, tip: Block | undefined): boolean {
  if (!tip || ref.height > tip.height) return false;
  const isMain = state.mainAt(ref.chain, ref.height)?.id === ref.block;
  let current: Block | undefined = tip;
  while (current && current.height > ref.height) {
    if (state.isMain(current)) return isMain;
    current = state.get(current.parent);
  }
  return current?.id === ref.block;
}

/** Whether a block of (g, g) has taken another one of its group in. It has decided about none but those. */
export function hasTakenIn(state: ChainState, judge: BlockRef, ref: BlockRef): boolean {
  const block = state.get(judge.block);
  return block !== undefined && isOnBranch(state, ref, seenBy(state, block, ref.chain));
}

/** The coins as seen from a block's deps. */
export class CoinView {
  readonly #state: ChainState;
  readonly #index: CoinSource;
  readonly #group: number;
  /** Tip of each chain that is seen. */
  readonly #tips = new Map<ChainIndex, Block | undefined>();
  /** The tip of chain (o, o) that is seen of each group o. */
  readonly #intraTips: (Block | undefined)[] = [];
  #newlyVoid: ReadonlySet<string> | undefined;

  /** @param deps - of the viewer, 7 hashes */
  constructor(state: ChainState, index: CoinSource, chain: ChainIndex, deps: readonly Uint8Array[]) {
    this.#state = state;
    this.#index = index;
    this.#group = fromGroupOf(chain);
    for (const [i, depChain] of depChainsOf(chain).entries()) {
      const dep = state.get(blockId(deps[i]!));
      this.#tips.set(depChain, dep);
      const group = fromGroupOf(depChain);
      if (group === toGroupOf(depChain)) this.#intraTips[group] = dep;
      if (group === this.#group) continue;
      for (let to = 0; to < GROUPS; to++) {
        const other = chainIndex(group, to);
        if (to !== group) this.#tips.set(other, dep && seenBy(state, dep, other));
      }
    }
  }

  /** Transactions that the viewer, were it of chain (g, g), would find void: of blocks that its dep (g, g) does not see. Ids in hex. */
  get newlyVoid(): ReadonlySet<string> {
    this.#newlyVoid ??= this.#resolve();
    return this.#newlyVoid;
  }

  /** Whether a block is seen. */
  contains(ref: BlockRef): boolean {
    return isOnBranch(this.#state, ref, this.#tips.get(ref.chain));
  }

  /** A coin of the viewer's group that can be spent, locked ones among them. @param key - hex */
  coin(key: string): Coin | undefined {
    const entry = this.#index.get(key);
    return entry && this.#isUnspent(entry) ? entry.coin : undefined;
  }

  /** Coins of a lockup script that can be spent, locked ones among them, in the order in which they were seen. */
  coinsOf(lockupScript: Uint8Array): Coin[] {
    const entries = this.#index.ofScript(lockupScript);
    return entries.filter((entry) => this.#isUnspent(entry)).map(({ coin }) => coin);
  }

  #isUnspent({ coin, createdBy, spentBy }: CoinEntry): boolean {
    const counts = (place: Place): boolean => this.#counts(place) && !this.newlyVoid.has(place.transaction);
    return coin.group === this.#group && createdBy.some(counts) && !spentBy.some(counts);
  }

  /** Whether what a transaction did is seen, as far as it was settled before. */
  #counts(place: Place): boolean {
    return (place.final || this.contains(place)) && !this.isSettledVoid(place);
  }

  /** Whether a block that is seen found a transaction void, in this very block. */
  isSettledVoid(place: Place): boolean {
    const verdicts = this.#index.verdicts(place.transaction);
    if (verdicts.length === 0) return false;
    const tip = this.#intraTips[fromGroupOf(place.chain)];
    return verdicts.some(
      ({ by, final }) => final || (isOnBranch(this.#state, by, tip) && hasTakenIn(this.#state, by, place)),
    );
  }

  /** Goes through what the dep (g, g) has not taken in, the older first. */
  #resolve(): Set<string> {
    const voids = new Set<string>();
    const waiting = this.#waiting();
    if (waiting.length === 0) return voids;
    const notYet = new Set<BlockId>(waiting.map(({ id }) => id));
    const counts = (place: Place): boolean =>
      !notYet.has(place.block) && this.#counts(place) && !voids.has(place.transaction);
    const canBeSpent = (key: Uint8Array): boolean => {
      const entry = this.#index.get(bytesToHex(key));
      return entry?.createdBy.some(counts) === true && !entry.spentBy.some(counts);
    };
    for (const block of waiting) {
      const isVoid = (transaction: Transaction): boolean =>
        !transaction.unsigned.inputs.every(({ key }) => canBeSpent(key));
      for (const transaction of block.transactions.filter(isVoid)) voids.add(bytesToHex(transaction.id));
      notYet.delete(block.id);
    }
    return voids;
  }

  /** Blocks of the viewer's own group that it sees and its dep (g, g) does not, by time. */
  #waiting(): Block[] {
    const group = this.#group;
    const intra = this.#intraTips[group];
    if (!intra) return [];
    const blocks: Block[] = [];
    for (let to = 0; to < GROUPS; to++)
      if (to !== group) blocks.push(...notTakenIn(this.#state, intra, this.#tips.get(chainIndex(group, to))));
    return blocks.sort((a, b) => Number(a.header.timestamp - b.header.timestamp) || (a.id < b.id ? -1 : 1));
  }
}

/**
 * Blocks that a block of (g, g) does not build on, newest first.
 * @param tip - the newest, of another chain of group g; undefined if it was forgotten
 */
export function notTakenIn(state: ChainState, intra: Block, tip: Block | undefined): Block[] {
  const blocks: Block[] = [];
  const seen = tip && seenBy(state, intra, tip.chain);
  let block = tip;
  while (block && block.height > 0 && !(seen && isOnBranch(state, blockRefOf(block), seen))) {
    blocks.push(block);
    block = state.get(block.parent);
  }
  return blocks;
}

/** The tip of a chain of group g as a block of (g, g) sees it; undefined if it was forgotten. */
function seenBy(state: ChainState, intra: Block, chain: ChainIndex): Block | undefined {
  if (intra.height === 0) return state.genesis(chain);
  return state.get(blockId(intra.header.deps[parentDepOf(chain)]!));
}

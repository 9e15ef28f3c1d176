/**
 * Which transactions of main-chain blocks have an effect.
 *
 * Blocks of chains of one group may spend the same output; which of them counts is decided when a block of (from, from) takes
 * them in. Until then the fund takes the one that the network's rule prefers: one that was taken in already, that of chain (from, from),
 * else the earlier one.
 * What is decided holds for the block that was taken in: the same transaction in another block, which took its place, is open again.
 * A transaction that spends what one without effect made has none either; nor has one that no block has taken in yet and that spends
 * what is on no main chain any more.
 * @module
 */
import { type ChainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { FundBlock, FundTransaction } from './fund-block.js';

/** A transaction, and where it is. */
export interface PlacedTransaction {
  readonly block: FundBlock;
  readonly transaction: FundTransaction;
}

/** A block of (from, from) that decided against a transaction. */
export interface Verdict {
  readonly chain: ChainIndex;
  readonly height: number;
}

/** What is known from before the blocks that are judged. */
export interface Before {
  /** By transaction id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Whether an output was spent by a block that is final. */
  isSpent(key: string): boolean;
  /** Whether a block of (from, from) has taken a block in. */
  isTakenIn(block: FundBlock): boolean;
  /** Whether the one that decided has taken this block in: also where that is not known any more. */
  isAbout(verdict: Verdict, block: FundBlock): boolean;
  /** Whether an output that no main-chain block here makes was made by one that has left its chain: not by one from before. */
  isGone(key: string): boolean;
}

/** Transactions without effect: by id, the verdict on each, or undefined where none is known. */
export type Void = ReadonlyMap<string, Verdict | undefined>;

/** @param blocks - of main chains, in any order */
export function judge(blocks: Iterable<FundBlock>, before: Before): Void {
  return new Judge(blocks, before).result();
}

class Judge {
  readonly #before: Before;
  /** By transaction id: those of the blocks that are judged. */
  readonly #verdicts = new Map<string, Verdict[]>();
  readonly #transactions: PlacedTransaction[] = [];
  /** The transaction that makes an output, by the output's key. */
  readonly #makers = new Map<string, PlacedTransaction>();
  /** The transactions that spend an output, by its key: only of outputs that several spend. */
  readonly #rivals = new Map<string, PlacedTransaction[]>();
  /** By transaction id; undefined while it is being found out. */
  readonly #valid = new Map<string, boolean | undefined>();

  constructor(blocks: Iterable<FundBlock>, before: Before) {
    this.#before = before;
    const spenders = new Map<string, PlacedTransaction>();
    for (const block of blocks) {
      for (const id of block.conflicted)
        this.#verdicts.set(id, [
          ...(this.#verdicts.get(id) ?? []),
          { chain: block.chain, height: block.height },
        ]);
      for (const transaction of block.transactions) {
        const placed = { block, transaction };
        this.#transactions.push(placed);
        for (const { key } of transaction.outputs) this.#makers.set(key, placed);
        for (const key of transaction.spends) this.#noteSpender(spenders, key, placed);
      }
    }
    for (const rivals of this.#rivals.values()) rivals.sort((a, b) => this.#preference(a, b));
  }

  result(): Void {
    const without = new Map<string, Verdict | undefined>();
    // Oldest first: what a transaction spends was judged before it, as a rule.
    for (const placed of this.#transactions.sort(byAge)) {
      if (!this.#isValid(placed)) without.set(placed.transaction.id, this.#verdictOn(placed));
    }
    return without;
  }

  /** Below 0 if the first one is preferred. */
  #preference(a: PlacedTransaction, b: PlacedTransaction): number {
    const isTakenIn = ({ block }: PlacedTransaction): number => Number(this.#before.isTakenIn(block));
    const isWithin = ({ block }: PlacedTransaction): number => Number(isWithinGroup(block));
    return isTakenIn(b) - isTakenIn(a) || isWithin(b) - isWithin(a) || byAge(a, b);
  }

  #noteSpender(spenders: Map<string, PlacedTransaction>, key: string, placed: PlacedTransaction): void {
    const other = spenders.get(key);
    if (other === undefined) spenders.set(key, placed);
    else {
      const rivals = this.#rivals.get(key);
      if (rivals === undefined) this.#rivals.set(key, [other, placed]);
      else rivals.push(placed);
    }
  }

  #verdictOn({ block, transaction }: PlacedTransaction): Verdict | undefined {
    const { id } = transaction;
    const before = this.#before.verdicts.get(id);
    if (before !== undefined && this.#before.isAbout(before, block)) return before;
    return this.#verdicts.get(id)?.find((verdict) => this.#before.isAbout(verdict, block));
  }

  #isValid(placed: PlacedTransaction): boolean {
    const { id } = placed.transaction;
    // One that is being found out depends on itself: no chain holds such a thing.
    if (this.#valid.has(id)) return this.#valid.get(id) ?? false;
    this.#valid.set(id, undefined);
    const valid =
      this.#verdictOn(placed) === undefined &&
      placed.transaction.spends.every((key) => this.#maySpend(key, placed));
    this.#valid.set(id, valid);
    return valid;
  }

  /** On a network whose chains agree such a block leaves with what it spends; until it has, nothing of it counts. */
  #isAstray(key: string, { block }: PlacedTransaction): boolean {
    return !this.#before.isTakenIn(block) && this.#before.isGone(key);
  }

  #maySpend(key: string, placed: PlacedTransaction): boolean {
    if (this.#before.isSpent(key)) return false;
    const maker = this.#makers.get(key);
    if (maker === undefined ? this.#isAstray(key, placed) : !this.#isValid(maker)) return false;
    for (const rival of this.#rivals.get(key) ?? []) {
      if (rival === placed) return true;
      if (this.#isValid(rival)) return false;
    }
    return true;
  }
}

/** Blocks oldest first, in one order whatever order they came in. */
export function byBlockAge(a: FundBlock, b: FundBlock): number {
  return a.timestampMs - b.timestampMs || a.chain - b.chain || a.height - b.height;
}

function byAge(a: PlacedTransaction, b: PlacedTransaction): number {
  return byBlockAge(a.block, b.block);
}

/** Whether a block is of a chain (f, f): it takes in what other chains of its group hold. */
export function isWithinGroup({ chain }: Pick<FundBlock, 'chain'>): boolean {
  return fromGroupOf(chain) === toGroupOf(chain);
}

/**
 * All coins by their keys and by whom they pay, and all that blocks did with them: of every branch that is kept. Nothing
 * is ever undone here: which of it counts is a question of the blocks that one looks from (coin-view.ts), so that a
 * reorganisation changes nothing.
 *
 * What blocks did that are forgotten, since they lie too deep, is final: it counts from everywhere, and what they spent
 * is gone.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Block } from '../block.js';
import type { ChainState } from '../chain-state.js';
import {
  type Coin,
  type CoinEntry,
  type CoinSource,
  coinsMadeBy,
  type Place,
  placeOf,
  type Verdict,
} from './coin.js';
import { blockRefOf, CoinView, hasTakenIn } from './coin-view.js';
import type { FinalCoin } from './saved-coins.js';

/** The coins. Blocks are believed here: they were judged before. */
export class CoinIndex implements CoinSource {
  readonly #state: ChainState;
  readonly #entries = new Map<string, CoinEntry>();
  readonly #keysOfScript = new Map<string, Set<string>>();
  readonly #verdicts = new Map<string, Verdict[]>();
  /** Transactions that each block of a chain (g, g) found void. */
  readonly #voidedBy = new Map<string, readonly string[]>();

  /** @param state - chains whose first blocks may hold coins; it tells of further ones from now on */
  constructor(state: ChainState, genesis: readonly Block[]) {
    this.#state = state;
    for (const block of genesis) this.#insert(block);
    state.watch({
      added: (block) => this.#add(block),
      forgotten: (block, main) => this.#forget(block, main),
    });
  }

  /** Coins that are kept, spent ones among them. */
  get size(): number {
    return this.#entries.size;
  }

  /** @param key - hex */
  get(key: string): CoinEntry | undefined {
    return this.#entries.get(key);
  }

  /** Coins that pay a lockup script, in the order in which they were seen. */
  ofScript(lockupScript: Uint8Array): CoinEntry[] {
    const keys = this.#keysOfScript.get(bytesToHex(lockupScript)) ?? [];
    return [...keys].map((key) => this.#entries.get(key)!);
  }

  /** Blocks that found a transaction void, of any branch. @param id - hex */
  verdicts(id: string): readonly Verdict[] {
    return this.#verdicts.get(id) ?? [];
  }

  /** The coins that the next block on some deps can see. @param deps - 7 hashes of known blocks */
  view(chain: number, deps: readonly Uint8Array[]): CoinView {
    return new CoinView(this.#state, this, chain, deps);
  }

  /**
   * Whether a main-chain block found a transaction void in this very block. One that was found void beside the main chain and is in
   * another block now has not been decided about there.
   */
  isVoidIn({ transaction, ...place }: Pick<Place, 'transaction' | 'block' | 'chain' | 'height'>): boolean {
    return this.verdicts(transaction).some(({ by, final }) => {
      if (final) return true;
      const isMain = this.#state.mainAt(by.chain, by.height)?.id === by.block;
      return isMain && hasTakenIn(this.#state, by, place);
    });
  }

  /** Unspent coins of blocks that are forgotten, or first ones. */
  finalCoins(): FinalCoin[] {
    return [...this.#entries.values()].flatMap(({ coin, createdBy }) => {
      const place = createdBy.find(({ final }) => final);
      return place ? [{ coin, place }] : [];
    });
  }

  /** Ids of transactions of kept blocks that forgotten ones found void, hex. */
  finalVoids(): string[] {
    return [...this.#verdicts]
      .filter(([, verdicts]) => verdicts.some(({ final }) => final))
      .map(([id]) => id);
  }

  /** Ids of transactions that a block of a chain (g, g) found void, hex. */
  voidedBy(block: Block): readonly string[] {
    return this.#voidedBy.get(block.id) ?? [];
  }

  /** Begins with what `finalCoins` and `finalVoids` gave, in place of what the first blocks hold. */
  restore(coins: readonly FinalCoin[], voids: readonly string[]): void {
    this.#entries.clear();
    this.#keysOfScript.clear();
    for (const { coin, place } of coins) this.#enter(coin, place);
    for (const id of voids) this.#verdicts.set(id, [{ by: { block: '', chain: 0, height: 0 }, final: true }]);
  }

  /** Sets what a block found void, whose ancestors were forgotten: here it cannot be told. @param voids - ids, hex */
  setVoidedBy(block: Block, voids: readonly string[]): void {
    if (this.voidedBy(block).length > 0) return;
    this.#note(block, voids);
  }

  #add(block: Block): void {
    if (fromGroupOf(block.chain) === toGroupOf(block.chain)) this.#decide(block);
    this.#insert(block);
  }

  /** What a block of chain (g, g) takes in is settled by it. */
  #decide(block: Block): void {
    this.#note(block, [...this.view(block.chain, block.header.deps).newlyVoid]);
  }

  #note(block: Block, voids: readonly string[]): void {
    if (voids.length === 0) return;
    this.#voidedBy.set(block.id, voids);
    for (const id of voids) {
      const verdict: Verdict = { by: blockRefOf(block), final: false };
      this.#verdicts.set(id, [...this.verdicts(id), verdict]);
    }
  }

  #insert(block: Block): void {
    for (const transaction of block.transactions) {
      const place = placeOf(block, transaction);
      for (const { key } of transaction.unsigned.inputs)
        this.#entries.get(bytesToHex(key))?.spentBy.push(place);
      for (const coin of coinsMadeBy(transaction)) {
        const known = this.#entries.get(coin.key);
        if (known) known.createdBy.push(place);
        else this.#enter(coin, place);
      }
    }
  }

  #enter(coin: Coin, place: Place): void {
    this.#entries.set(coin.key, { coin, createdBy: [place], spentBy: [] });
    const script = bytesToHex(coin.output.lockupScript);
    const keys = this.#keysOfScript.get(script);
    if (keys) keys.add(coin.key);
    else this.#keysOfScript.set(script, new Set([coin.key]));
  }

  #forget(block: Block, main: boolean): void {
    for (const transaction of block.transactions) {
      const id = bytesToHex(transaction.id);
      const counts = main && !this.isVoidIn({ ...blockRefOf(block), transaction: id });
      for (const { key } of transaction.unsigned.inputs) {
        const entry = this.#entries.get(bytesToHex(key));
        if (!entry) continue;
        if (counts) this.#drop(entry);
        else entry.spentBy = entry.spentBy.filter((place) => place.block !== block.id);
      }
      for (const coin of coinsMadeBy(transaction)) {
        const entry = this.#entries.get(coin.key);
        if (!entry) continue;
        if (counts) {
          for (const place of entry.createdBy) if (place.block === block.id) place.final = true;
        } else {
          entry.createdBy = entry.createdBy.filter((place) => place.block !== block.id);
          if (entry.createdBy.length === 0) this.#drop(entry);
        }
      }
      this.#verdicts.delete(id);
    }
    for (const id of this.#voidedBy.get(block.id) ?? []) this.#settle(id, block, main);
    this.#voidedBy.delete(block.id);
  }

  /** A block that found a transaction void is forgotten. */
  #settle(id: string, block: Block, main: boolean): void {
    const verdicts = this.#verdicts.get(id);
    if (!verdicts) return;
    const own = verdicts.find(({ by }) => by.block === block.id);
    if (own && main) own.final = true;
    else this.#verdicts.set(id, [...verdicts.filter((verdict) => verdict !== own)]);
  }

  #drop({ coin }: CoinEntry): void {
    this.#entries.delete(coin.key);
    const script = bytesToHex(coin.output.lockupScript);
    const keys = this.#keysOfScript.get(script);
    keys?.delete(coin.key);
    if (keys?.size === 0) this.#keysOfScript.delete(script);
  }
}

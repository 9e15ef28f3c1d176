/**
 * Coins as one transaction of a block after the other sees them.
 * @module
 */
import { type ChainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import { type Coin, coinsMadeBy } from './coin.js';
import type { CoinView } from './coin-view.js';

/** A block's view, and in a block of chain (g, g) what its transactions made so far. */
export class CoinsWithinBlock {
  readonly #view: Pick<CoinView, 'coin'>;
  readonly #group: number | undefined;
  readonly #made = new Map<string, Coin>();

  constructor(view: Pick<CoinView, 'coin'>, chain: ChainIndex) {
    this.#view = view;
    this.#group = fromGroupOf(chain) === toGroupOf(chain) ? fromGroupOf(chain) : undefined;
  }

  /** @param key - hex */
  coin(key: string): Coin | undefined {
    return this.#made.get(key) ?? this.#view.coin(key);
  }

  /** A good transaction is in the block, before what follows. */
  add(transaction: Transaction): void {
    if (this.#group === undefined) return;
    for (const coin of coinsMadeBy(transaction))
      if (coin.group === this.#group) this.#made.set(coin.key, coin);
  }
}

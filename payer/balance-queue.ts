/**
 * Balances that are to be paid, in their order.
 * @module
 */
import type { Address } from '../protocol/address.js';

/** What a miner is owed. */
export interface Balance {
  /** Name of its account in the books. */
  readonly account: string;
  readonly address: Address;
  /** attoALPH; nothing is paid below 0. */
  readonly amount: bigint;
  /** From which amount on it is paid: its own, or the pool's; attoALPH. */
  readonly minimum: bigint;
}

/** Those that were not looked at yet. */
export class BalanceQueue {
  #balances: readonly Balance[];
  #at = 0;

  constructor(balances: readonly Balance[]) {
    this.#balances = balances;
  }

  head(): Balance | undefined {
    return this.#balances[this.#at];
  }

  /** The first ones, so many at most. */
  first(count: number): readonly Balance[] {
    return this.#balances.slice(this.#at, this.#at + count);
  }

  /** Takes the first ones away. */
  drop(count: number): readonly Balance[] {
    const dropped = this.first(count);
    this.#at += dropped.length;
    return dropped;
  }

  /** Takes some away, wherever they are. */
  remove(balances: ReadonlySet<Balance>): void {
    this.#balances = this.#balances.slice(this.#at).filter((balance) => !balances.has(balance));
    this.#at = 0;
  }
}

/**
 * What the demo's pool has credited to its miner and paid so far.
 * @module
 */
import { describePayouts, type PayoutsSummary } from '../miner/report/summary.js';

/** Sums since the start, attoALPH. */
export interface PaySums {
  /** To balances. */
  readonly credited: bigint;
  /** That arrived at miners, as blocks tell. */
  readonly paid: bigint;
}

export class DemoPayTally {
  #sums: PaySums = { credited: 0n, paid: 0n };
  #told = '';

  note(sums: PaySums): void {
    this.#sums = sums;
  }

  /** One line about all so far, or undefined if there is nothing, or nothing new. */
  line(): string | undefined {
    const line = describePayouts(this.summary());
    if (this.#sums.credited === 0n || line === this.#told) return undefined;
    this.#told = line;
    return line;
  }

  summary(): PayoutsSummary {
    return { credited: `${this.#sums.credited}`, paid: `${this.#sums.paid}` };
  }
}

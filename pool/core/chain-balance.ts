/**
 * Which chain a miner works on next, so that the hashes of all chains stay level. Pure.
 *
 * Alephium raises the difficulty of a chain that gets more than its part. A miner works on one chain at a time and moves
 * only when a job is due anyway, so it is sent where the fewest hashes will have been done by the time it moves on:
 * those of the last ten minutes, and those that the miners who are there now will add. Big miners wander over all
 * chains, small ones fill the gaps that these leave.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';

/** What the balance knows of a miner; belongs to its connection, and is written to by the balance alone. */
export interface BalancedMiner {
  /** Hashes a second, 0 or more. */
  rate: number;
  /** Chain that it works on; -1 before the first job, and once it has gone. */
  chain: ChainIndex;
}

/** Bits 0 to 15: all chains may be chosen. */
export const EVERY_CHAIN = 2 ** CHAINS - 1;

/** Hashes weigh 1/e after this time, ms: a chain that was out of reach is not made up for much longer. */
const MEMORY_MS = 600_000;

/** How far ahead the hashes of the miners that are on a chain now are counted, ms: about as long as a miner stays. */
const AHEAD_MS = 12_000;

/** A miner of this rate, which works on no chain yet. */
export function balancedMiner(rate: number): BalancedMiner {
  return { rate, chain: -1 };
}

/** The balance of one front end. Those of several need not know each other: sums of level chains are level. */
export class ChainBalance {
  /** Hashes by chain, fading; in hashes a second times ms. */
  readonly #done = new Float64Array(CHAINS);
  /** Hashes a second that are on each chain now. */
  readonly #rates = new Float64Array(CHAINS);
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Hashes a second that work on a chain, as estimated. */
  rateOn(chain: ChainIndex): number {
    return this.#rates[chain]!;
  }

  /**
   * Sends a miner to a chain, which may be the one it is on. To be called only when it gets a job in any case.
   * @param usable - bit `c` is set when chain `c` has a job to give
   * @returns undefined if none has: the miner stays where it is
   */
  choose(miner: BalancedMiner, nowMs: number, usable: number): ChainIndex | undefined {
    this.#advance(nowMs);
    const done = this.#done;
    const rates = this.#rates;
    const { rate, chain } = miner;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < CHAINS; c++) {
      if (((usable >>> c) & 1) === 0) continue;
      const ahead = done[c]! + (c === chain ? rates[c]! - rate : rates[c]!) * AHEAD_MS;
      if (ahead < least) {
        least = ahead;
        best = c;
      }
    }
    if (best === -1) return undefined;
    if (best !== chain) {
      this.#book(chain, -rate);
      this.#book(best, rate);
      miner.chain = best;
    }
    return best;
  }

  /** A miner's estimated rate is another now. @param rate - hashes a second, 0 or more */
  setRate(miner: BalancedMiner, rate: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#book(miner.chain, rate - miner.rate);
    miner.rate = rate;
  }

  /** The miner works no more, or on no chain of ours. It may be given a chain again. */
  remove(miner: BalancedMiner, nowMs: number): void {
    this.#advance(nowMs);
    this.#book(miner.chain, -miner.rate);
    miner.chain = -1;
  }

  #book(chain: ChainIndex, rate: number): void {
    // Sums of floats that come and go leave a rest, which must not become a rate below 0.
    if (chain !== -1) this.#rates[chain] = Math.max(0, this.#rates[chain]! + rate);
  }

  /** Books the hashes since the last event. Jobs go out many to a tick, so this is mostly one comparison. */
  #advance(nowMs: number): void {
    const elapsedMs = nowMs - this.#nowMs;
    if (!(elapsedMs > 0)) return;
    this.#nowMs = nowMs;
    const fade = Math.exp(-elapsedMs / MEMORY_MS);
    for (let c = 0; c < CHAINS; c++) this.#done[c] = this.#done[c]! * fade + this.#rates[c]! * elapsedMs;
  }
}

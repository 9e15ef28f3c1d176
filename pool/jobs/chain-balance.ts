/**
 * Which chain a miner works on next, so that the hashes of all chains stay level. Pure.
 *
 * Alephium raises the difficulty of a chain that gets more than its part. A miner works on one chain at a time and moves
 * only when a job is due anyway, so it is sent where the fewest hashes will have been done: those of the last ten
 * minutes, and those that the miners who are there now will add before they move on. Big miners wander, small ones fill
 * the gaps that these leave.
 *
 * Rates are estimates, and a big miner whose rate is told wrong tilts the chains that it is on more than others. So big
 * miners are also kept level one by one: each chain gets its part of their time.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';

/** What the balance knows of a miner. It belongs to the miner's connection; only the balance writes to it. */
export interface BalancedMiner {
  /** Hashes a second, 0 or more. */
  rate: number;
  /** Chain that the miner works on; -1 before its first job, and after its removal. */
  chain: ChainIndex;
  /** When the miner was sent there. */
  sinceMs: number;
  /** Time on each chain, fading, in ms; only of a big miner. */
  times: Float64Array | undefined;
}

/** Bits 0 to 15: all chains may be chosen. */
export const EVERY_CHAIN = 2 ** CHAINS - 1;

/** Hashes weigh 1/e after this time, ms: for about so long a chain is favoured that had no work for a while. */
const MEMORY_MS = 600_000;

/** How long a miner stays on a chain, ms: until a refresh of a job of 10 s, or a new parent. */
const STAY_MS = 12_000;

/** A miner is big when it has more than one part in this many of all hashes. There are at most so many big miners. */
const BIG_MINERS = 512;

/** A miner of this rate, which works on no chain yet. @param rate - hashes a second, 0 or more */
export function balancedMiner(rate: number): BalancedMiner {
  return { rate, chain: -1, sinceMs: 0, times: undefined };
}

/** The balance of one front end. Several front ends need not know each other: sums of level chains are level. */
export class ChainBalance {
  /** Hashes by chain, fading. The unit, as of all sums of hashes here, is hashes a second times ms. */
  readonly #done = new Float64Array(CHAINS);
  /** Hashes a second of the miners on each chain. */
  readonly #rates = new Float64Array(CHAINS);
  /** Sum over the miners on each chain of rate times the time at which they are expected to move. */
  readonly #leaving = new Float64Array(CHAINS);
  #total = 0;
  #nowMs: number;

  /** @param nowMs - any clock that does not go back; all times here are of that clock */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Hashes a second of the miners on a chain, as estimated. */
  rateOn(chain: ChainIndex): number {
    return this.#rates[chain]!;
  }

  /**
   * Sends a miner to a chain, which may be the one it is on. To be called only when it gets a job in any case.
   * @param usable - bit `c` is set when chain `c` has a job to give
   * @returns undefined if no chain has a job: then the miner is on no chain
   */
  choose(miner: BalancedMiner, nowMs: number, usable: number): ChainIndex | undefined {
    this.remove(miner, nowMs);
    const done = this.#done;
    const rates = this.#rates;
    const leaving = this.#leaving;
    const { rate } = miner;
    const times = this.#timesOf(miner);
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < CHAINS; c++) {
      if (((usable >>> c) & 1) === 0) continue;
      let hashes = done[c]!;
      const ahead = leaving[c]! - rates[c]! * nowMs;
      // Below 0 when most miners of the chain are overdue: they may leave at any time.
      if (ahead > 0) hashes += ahead;
      if (times !== undefined) hashes += times[c]! * rate;
      if (hashes < least) {
        least = hashes;
        best = c;
      }
    }
    if (best === -1) return undefined;
    miner.chain = best;
    miner.sinceMs = nowMs;
    this.#book(miner, rate);
    return best;
  }

  /** Takes a new estimate of a miner's rate. @param rate - hashes a second, 0 or more */
  setRate(miner: BalancedMiner, rate: number, nowMs: number): void {
    this.#advance(nowMs);
    if (miner.chain !== -1) this.#book(miner, rate - miner.rate);
    miner.rate = rate;
  }

  /** The miner works on no chain any more. It may be sent to a chain again. */
  remove(miner: BalancedMiner, nowMs: number): void {
    this.#advance(nowMs);
    if (miner.chain === -1) return;
    this.#book(miner, -miner.rate);
    const { times, chain, sinceMs } = miner;
    if (times !== undefined) {
      const stayMs = nowMs - sinceMs;
      const fade = Math.exp(-stayMs / MEMORY_MS);
      for (let c = 0; c < CHAINS; c++) times[c] = times[c]! * fade;
      times[chain] = times[chain]! + stayMs;
    }
    miner.chain = -1;
  }

  #book({ chain, sinceMs }: BalancedMiner, rate: number): void {
    this.#rates[chain] = this.#rates[chain]! + rate;
    this.#leaving[chain] = this.#leaving[chain]! + rate * (sinceMs + STAY_MS);
    this.#total += rate;
  }

  /** Between big and half of it a miner stays what it was. The miner itself is not in the total here. */
  #timesOf(miner: BalancedMiner): Float64Array | undefined {
    const part = (miner.rate / (this.#total + miner.rate)) * BIG_MINERS;
    if (part > 1) miner.times ??= new Float64Array(CHAINS);
    else if (part < 0.5) miner.times = undefined;
    return miner.times;
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

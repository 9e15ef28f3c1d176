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

/** What the balance knows of a miner; belongs to its connection, and is written to by the balance alone. */
export interface BalancedMiner {
  /** Hashes a second, 0 or more. */
  rate: number;
  /** Chain that it works on; -1 before the first job, and once it was removed. */
  chain: ChainIndex;
  /** When it was sent there. */
  sinceMs: number;
  /** Of a big one its time on each chain, fading, in ms. */
  times: Float64Array | undefined;
}

/** Bits 0 to 15: all chains may be chosen. */
export const EVERY_CHAIN = 2 ** CHAINS - 1;

/** Hashes weigh 1/e after this time, ms: a chain that was out of reach is not made up for much longer. */
const MEMORY_MS = 600_000;

/** How long a miner stays on a chain, ms: until a refresh of a job of 10 s, or a new parent. */
const STAY_MS = 12_000;

/** A miner is big when it has more than one part in this many of all hashes, so that there are at most as many. */
const BIG_MINERS = 512;

/** A miner of this rate, which works on no chain yet. @param rate - hashes a second, 0 or more */
export function balancedMiner(rate: number): BalancedMiner {
  return { rate, chain: -1, sinceMs: 0, times: undefined };
}

/** The balance of one front end. Those of several need not know each other: sums of level chains are level. */
export class ChainBalance {
  /** Hashes by chain, fading. Like all sums of hashes here in hashes a second times ms. */
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
   * @returns undefined if none has: then the miner is on no chain
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
      // Below 0 when most of them are overdue: they may go at any time.
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

  /** A miner's estimated rate is another now. @param rate - hashes a second, 0 or more */
  setRate(miner: BalancedMiner, rate: number, nowMs: number): void {
    this.#advance(nowMs);
    if (miner.chain !== -1) this.#book(miner, rate - miner.rate);
    miner.rate = rate;
  }

  /** The miner works on no chain any more. It may be given one again. */
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

/**
 * Which chain is worked on next: the one with the least work over the last minute. Alephium raises the difficulty of a
 * chain that gets more than its share, so that uneven work earns less.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';

const WINDOW_S = 60;

/** Evens out work over the chains. Pure: time comes in as an argument, in ms, and never goes back. */
export class Scheduler {
  /** Work per chain and second of the last minute, in nonces; a ring over seconds. */
  readonly #buckets = Array.from({ length: CHAINS }, () => new Float64Array(WINDOW_S));
  readonly #work = new Float64Array(CHAINS);
  readonly #usable: boolean[] = new Array(CHAINS).fill(false);
  #second = 0;

  /** Says which chains have a template that may be worked on. A chain that comes back joins at the present minimum: it has no arrears to make up. */
  setUsable(chain: ChainIndex, usable: boolean, nowMs: number): void {
    if (this.#usable[chain] === usable) return;
    this.#advance(nowMs);
    if (usable) {
      const least = this.#least();
      // Second by second, as the other had it: a lump would go at once a minute later, and take all work with it.
      if (least !== undefined && this.#work[least]! > this.#work[chain]!) {
        this.#buckets[chain]!.set(this.#buckets[least]!);
        this.#work[chain] = this.#work[least]!;
      }
    }
    this.#usable[chain] = usable;
  }

  /** The chain that should be worked on, or undefined if none has a usable template. */
  next(nowMs: number): ChainIndex | undefined {
    this.#advance(nowMs);
    return this.#least();
  }

  /** Books work on a chain when it is given out. @param nonces - negative to take back what was not done */
  book(chain: ChainIndex, nonces: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#add(chain, nonces);
  }

  #least(): ChainIndex | undefined {
    let best: ChainIndex | undefined;
    for (let chain = 0; chain < CHAINS; chain++) {
      if (this.#usable[chain] && (best === undefined || this.#work[chain]! < this.#work[best]!)) best = chain;
    }
    return best;
  }

  #add(chain: ChainIndex, nonces: number): void {
    this.#buckets[chain]![this.#second % WINDOW_S]! += nonces;
    this.#work[chain]! += nonces;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const steps = Math.min(second - this.#second, WINDOW_S);
    for (let step = 1; step <= steps; step++) {
      const slot = (this.#second + step) % WINDOW_S;
      for (let chain = 0; chain < CHAINS; chain++) {
        const buckets = this.#buckets[chain]!;
        this.#work[chain]! -= buckets[slot]!;
        buckets[slot] = 0;
      }
    }
    if (second > this.#second) this.#second = second;
  }
}

/**
 * Sums the shares of a segment exactly: shares are counted by worker, chain and difficulty, and multiplied once at the end.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { SliceEntry } from '../domain/batch.js';

/** Upper bound, not reached, of a difficulty's number in a segment. */
const DIFFICULTIES = 2 ** 24;

/** Counts shares. */
export class SegmentSums {
  readonly #counts = new Map<number, number>();

  /** Counts a share. @param difficulty - the difficulty's number in the segment */
  add(worker: number, chain: ChainIndex, difficulty: number): void {
    // The key is below 2^24 * 2^4 * 2^24 = 2^52, so a number holds it exactly.
    const key = (worker * CHAINS + chain) * DIFFICULTIES + difficulty;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** One entry for each worker and chain with a share, by worker, then chain. @param works - of the difficulties */
  entries(works: readonly bigint[]): SliceEntry[] {
    const entries: { -readonly [K in keyof SliceEntry]: SliceEntry[K] }[] = [];
    for (const key of [...this.#counts.keys()].sort((a, b) => a - b)) {
      const count = this.#counts.get(key)!;
      const place = Math.floor(key / DIFFICULTIES);
      const worker = Math.floor(place / CHAINS);
      const chain = place % CHAINS;
      const work = works[key % DIFFICULTIES]!;
      let entry = entries.at(-1);
      if (entry?.worker !== worker || entry.chain !== chain) {
        entry = { worker, chain, shares: 0, work: 0n, workSquared: 0n };
        entries.push(entry);
      }
      entry.shares += count;
      entry.work += work * BigInt(count);
      entry.workSquared += work * work * BigInt(count);
    }
    return entries;
  }
}

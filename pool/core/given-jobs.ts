/**
 * What one connection was given: headers, each with its difficulty there.
 *
 * A difficulty belongs to (connection, header). It is fixed when the header is first sent; after that it may fall, and
 * then every share on that header counts at the lower value; it never rises. A miner that could choose between two
 * difficulties of one header after the fact would submit each hash under the one that pays more.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { ShareDifficulty } from './difficulty-table.js';
import type { PoolHeader } from './header-board.js';

export class GivenJobs {
  // Side by side: few entries, and as many connections as there are miners.
  readonly #headers: PoolHeader[] = [];
  readonly #difficulties: ShareDifficulty[] = [];

  /**
   * Notes that a header is sent at the difficulty that is wanted now, or at the lower one that it had.
   * @returns the one that it is sent at
   */
  give(header: PoolHeader, wanted: ShareDifficulty, nowMs: number): ShareDifficulty {
    const index = this.#headers.lastIndexOf(header);
    if (index !== -1) {
      const had = this.#difficulties[index]!;
      if (had.work <= wanted.work) return had;
      this.#difficulties[index] = wanted;
      return wanted;
    }
    this.#dropClosed(nowMs);
    this.#headers.push(header);
    this.#difficulties.push(wanted);
    return wanted;
  }

  /** The difficulty of a header here, or undefined if it was never sent. */
  difficultyOf(header: PoolHeader): ShareDifficulty | undefined {
    const index = this.#headers.lastIndexOf(header);
    return index === -1 ? undefined : this.#difficulties[index];
  }

  /** Newest header of a chain that was sent. */
  newestOf(chain: ChainIndex): PoolHeader | undefined {
    return this.#headers.findLast((header) => header.job.chain === chain);
  }

  /** Header that was sent last. */
  get last(): PoolHeader | undefined {
    return this.#headers.at(-1);
  }

  #dropClosed(nowMs: number): void {
    let kept = 0;
    for (let i = 0; i < this.#headers.length; i++) {
      if (!this.#headers[i]!.isOpen(nowMs)) continue;
      this.#headers[kept] = this.#headers[i]!;
      this.#difficulties[kept] = this.#difficulties[i]!;
      kept++;
    }
    this.#headers.length = kept;
    this.#difficulties.length = kept;
  }
}

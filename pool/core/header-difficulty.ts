/**
 * What a connection's share on a header counts: a difficulty belongs to (connection, header), and is fixed when the
 * header is first sent there. Pure.
 *
 * Whoever can have a hash counted by the better of two difficulties earns up to twice its work: the rare good hash at
 * the higher one, the rest at the lower. So a rise is for headers sent later, and so is a fall: a miner that kept back
 * what was too easy would hand it in after the fall. A fresh header is nearly always at hand: the newest refresh, or
 * another chain.
 * @module
 */
import type { Difficulty } from './difficulty.js';

/** A header as far as this is concerned: one object for each, which says when shares on it are refused. */
export interface ClosableHeader {
  readonly closed: boolean;
}

/** Headers of a connection on which it can hand in shares: a node forgets a header after some six minutes. */
const MAX_CONNECTION_HEADERS = 64;

/** Closed headers are let go when this many are held. */
const TIDY_HEADERS = 8;

/** The difficulties of one connection. */
export class HeaderDifficulties<
  H extends ClosableHeader = ClosableHeader,
  D extends Difficulty = Difficulty,
> {
  /** In the order in which they were first sent. */
  readonly #headers: H[] = [];
  readonly #difficulties: D[] = [];

  /** Headers held, the closed among them. */
  get size(): number {
    return this.#headers.length;
  }

  /**
   * A header is sent to the connection.
   * @param difficulty - what it shall have if it was not sent there before
   * @returns what it has: the difficulty to tell the miner
   */
  send(header: H, difficulty: D): D {
    const fixed = this.of(header);
    if (fixed !== undefined) return fixed;
    if (this.#headers.length >= TIDY_HEADERS) this.#tidy();
    this.#headers.push(header);
    this.#difficulties.push(difficulty);
    return difficulty;
  }

  /** What a share on a header counts, and must reach; undefined if the header was never sent there. */
  of(header: H): D | undefined {
    return this.#difficulties[this.#headers.lastIndexOf(header)];
  }

  /** Header that was first sent last. */
  get last(): H | undefined {
    return this.#headers.at(-1);
  }

  /** Newest of the headers that match. */
  findLast(matches: (header: H) => boolean): H | undefined {
    return this.#headers.findLast(matches);
  }

  /** Lets closed headers go, and the oldest of too many: shares on it are then shares on an unknown job. */
  #tidy(): void {
    const headers = this.#headers;
    let kept = 0;
    const skipped = headers.length - MAX_CONNECTION_HEADERS;
    for (let i = 0; i < headers.length; i++) {
      if (headers[i]!.closed || i <= skipped) continue;
      headers[kept] = headers[i]!;
      this.#difficulties[kept] = this.#difficulties[i]!;
      kept++;
    }
    headers.length = kept;
    this.#difficulties.length = kept;
  }
}

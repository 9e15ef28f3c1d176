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
  /** Header, difficulty, header, difficulty ..., in the order in which they were first sent: one small array for each miner. */
  readonly #entries: (H | D)[] = [];

  /** Headers held, the closed among them. */
  get size(): number {
    return this.#entries.length / 2;
  }

  /**
   * A header is sent to the connection.
   * @param difficulty - what it shall have if it was not sent there before
   * @returns what it has: the difficulty to tell the miner
   */
  send(header: H, difficulty: D): D {
    return this.of(header) ?? this.sendNew(header, difficulty);
  }

  /** A header that was never sent there is sent: as `send`, without looking. */
  sendNew(header: H, difficulty: D): D {
    if (this.#entries.length >= 2 * TIDY_HEADERS) this.#tidy();
    this.#entries.push(header, difficulty);
    return difficulty;
  }

  /** What a share on a header counts, and must reach; undefined if the header was never sent there. */
  of(header: H): D | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 2; i >= 0; i -= 2) if (entries[i] === header) return entries[i + 1] as D;
    return undefined;
  }

  /** Header that was first sent last. */
  get last(): H | undefined {
    return this.#entries.at(-2) as H | undefined;
  }

  /** Newest of the headers that match. */
  findLast(matches: (header: H) => boolean): H | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 2; i >= 0; i -= 2) if (matches(entries[i] as H)) return entries[i] as H;
    return undefined;
  }

  /** Lets closed headers go, and the oldest of too many: shares on it are then shares on an unknown job. */
  #tidy(): void {
    const entries = this.#entries;
    let kept = 0;
    const skipped = entries.length - 2 * MAX_CONNECTION_HEADERS;
    for (let i = 0; i < entries.length; i += 2) {
      if ((entries[i] as H).closed || i <= skipped) continue;
      entries[kept] = entries[i]!;
      entries[kept + 1] = entries[i + 1]!;
      kept += 2;
    }
    entries.length = kept;
  }
}

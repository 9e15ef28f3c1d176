/**
 * Blocks that could not be read: each is asked for again on its own, later each time.
 * @module
 */
import { type BackoffOptions, backoffMs } from '../node/backoff.js';
import { BoundedMap } from '../protocol/bounded-map.js';

/** Blocks that are noted. */
const MAX_FAILED = 1_024;

/** One that nobody has asked for again so long after its time is not needed any more, ms. */
const FORGOTTEN_MS = 10_000;

interface Failure {
  readonly tries: number;
  readonly untilMs: number;
}

/** Times are in ms since the epoch. */
export class FailedBlocks {
  readonly #backoff: BackoffOptions;
  readonly #random: () => number;
  readonly #failures = new BoundedMap<string, Failure>(MAX_FAILED);

  /** @param random - from 0 to 1 */
  constructor(backoff: BackoffOptions, random: () => number) {
    this.#backoff = backoff;
    this.#random = random;
  }

  /** Whether a block may be asked for. @param hash - hex */
  mayAsk(hash: string, nowMs: number): boolean {
    return nowMs >= (this.#failures.get(hash)?.untilMs ?? Number.NEGATIVE_INFINITY);
  }

  /** @returns how often it has failed */
  failed(hash: string, nowMs: number): number {
    const tries = (this.#failures.get(hash)?.tries ?? 0) + 1;
    this.#failures.renew(hash, { tries, untilMs: nowMs + backoffMs(tries, this.#random, this.#backoff) });
    return tries;
  }

  /** A block was read. Where it had failed before, the node is well again: the others may be asked for at once. */
  came(hash: string, nowMs: number): void {
    if (this.#failures.get(hash) === undefined) return;
    this.#failures.delete(hash);
    for (const [other, { tries }] of [...this.#failures])
      this.#failures.set(other, { tries, untilMs: nowMs });
  }

  /** Whether none fails that anybody asks for. */
  isOver(nowMs: number): boolean {
    for (const [hash, { untilMs }] of [...this.#failures])
      if (nowMs >= untilMs + FORGOTTEN_MS) this.#failures.delete(hash);
    return this.#failures.size === 0;
  }
}

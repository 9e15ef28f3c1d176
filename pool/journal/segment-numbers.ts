/**
 * What a segment has told so far: its numbers of workers and difficulties, and each worker's least hash. Dies with the
 * segment, so that the next one tells all of it again.
 * @module
 */
import type { Difficulty } from '../domain/difficulty.js';

const HASH_BYTES = 32;

/** Numbers of one segment. */
export class SegmentNumbers {
  /** Difficulty of each worker's last share, by the worker's number here, and that difficulty's number. */
  readonly #lastDifficulty: (Difficulty | undefined)[] = [];
  readonly #lastNumber: number[] = [];
  readonly #difficulties = new Map<Difficulty, number>();
  #best = new Uint8Array(256 * HASH_BYTES);

  /** Number of workers that have one. */
  get workers(): number {
    return this.#lastDifficulty.length;
  }

  addWorker(): number {
    const worker = this.#lastDifficulty.length;
    this.#lastDifficulty.push(undefined);
    this.#lastNumber.push(-1);
    const start = worker * HASH_BYTES;
    if (start === this.#best.length) {
      const best = new Uint8Array(start * 2);
      best.set(this.#best);
      this.#best = best;
    }
    // No hash is above this, so that the first one is told.
    this.#best.fill(0xff, start, start + HASH_BYTES);
    return worker;
  }

  /** Number of a difficulty that a worker has a share at, or -1 if it has none yet. */
  difficulty(worker: number, difficulty: Difficulty): number {
    // A miner's shares come at one difficulty for long: no look-up then.
    if (this.#lastDifficulty[worker] === difficulty) return this.#lastNumber[worker]!;
    const number = this.#difficulties.get(difficulty);
    if (number === undefined) return -1;
    this.#lastDifficulty[worker] = difficulty;
    this.#lastNumber[worker] = number;
    return number;
  }

  addDifficulty(difficulty: Difficulty): number {
    const number = this.#difficulties.size;
    this.#difficulties.set(difficulty, number);
    return number;
  }

  /** Whether a hash is below all that the worker had, and then remembers it. */
  improves(worker: number, hash: Uint8Array): boolean {
    const best = this.#best;
    const start = worker * HASH_BYTES;
    for (let i = 0; i < HASH_BYTES; i++) {
      const old = best[start + i]!;
      const byte = hash[i]!;
      if (byte > old) return false;
      if (byte < old) {
        for (let k = i; k < HASH_BYTES; k++) best[start + k] = hash[k]!;
        return true;
      }
    }
    return false;
  }
}

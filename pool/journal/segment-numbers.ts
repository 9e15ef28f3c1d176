/**
 * What a segment has defined so far: its numbers of workers and difficulties, and each worker's least hash. It ends with the
 * segment: the next segment defines everything again.
 * @module
 */
import type { Difficulty } from '../domain/difficulty.js';

const HASH_BYTES = 32;

/** The numbers of one segment. */
export class SegmentNumbers {
  /** Difficulty of each worker's last share, by the worker's number in the segment, and that difficulty's number. */
  readonly #lastDifficulty: (Difficulty | undefined)[] = [];
  readonly #lastNumber: number[] = [];
  readonly #difficulties = new Map<Difficulty, number>();
  #best = new Uint8Array(256 * HASH_BYTES);

  /** Workers that the segment defines. */
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
    // No hash is above this, so the first one is written.
    this.#best.fill(0xff, start, start + HASH_BYTES);
    return worker;
  }

  /** Number of the difficulty of a worker's share, or -1 if the segment does not define it yet. */
  difficulty(worker: number, difficulty: Difficulty): number {
    // A miner's shares keep one difficulty for long, which needs no look-up.
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

  /** Whether a hash is below all earlier ones of the worker. Remembers it then. */
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

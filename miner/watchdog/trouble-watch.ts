/**
 * When a miner is in trouble that it does not get out of by itself: a device that breaks down again and again or is given up,
 * or no work for a long time. Pure.
 * @module
 */
import { counted, formatDuration } from '../../protocol/quantity-text.js';

/** Breakdowns count together that are at most so far apart, ms: one a week is none. */
export const RESTARTS_WITHIN_MS = 3_600_000;

/** Longest step of the clock that counts as time without work, ms: while the whole machine sleeps nobody mines. */
const MAX_STEP_MS = 5_000;

export interface TroubleLimits {
  /** Restarts of one device within an hour that are no trouble yet. */
  readonly maxRestarts: number;
  /** Time without a hash that is trouble, ms; without it none is. */
  readonly noWorkMs?: number | undefined;
}

/** What is wrong. */
export type Trouble = {
  /** In words, one line. */
  readonly message: string;
} & (
  | { readonly kind: 'restarts'; readonly device: string; readonly restarts: number }
  | { readonly kind: 'given-up'; readonly device: string }
  | { readonly kind: 'no-work'; readonly seconds: number }
);

/** Time comes in as an argument, in ms, and never goes back. */
export class TroubleWatch {
  limits: TroubleLimits;
  /** Times of breakdowns within the last hour, by device. */
  readonly #breakdowns = new Map<string, number[]>();
  #hashes = 0;
  #lookedMs: number | undefined;
  #idleMs = 0;

  constructor(limits: TroubleLimits) {
    this.limits = limits;
  }

  /** A device has broken down, and is to be started again. @param why - in words */
  breakdown(device: string, why: string, nowMs: number): Trouble | undefined {
    const times = (this.#breakdowns.get(device) ?? []).filter((ms) => nowMs - ms < RESTARTS_WITHIN_MS);
    times.push(nowMs);
    this.#breakdowns.set(device, times);
    const restarts = times.length - 1;
    if (restarts < this.limits.maxRestarts) return undefined;
    // Counted anew: what is done about it may help.
    this.#breakdowns.delete(device);
    const message = `${device} has broken down after ${counted(restarts, 'restart')} within an hour: ${why}`;
    return { kind: 'restarts', device, restarts, message };
  }

  /** A device is not started again. @param why - in words */
  givenUp(device: string, why: string): Trouble {
    this.#breakdowns.delete(device);
    return { kind: 'given-up', device, message: `${device} has been given up: ${why}` };
  }

  /**
   * To be called every second or so.
   * @param hashes - made since the start
   * @param held - whether nothing is to be done: no work is no trouble then
   */
  look(hashes: number, held: boolean, nowMs: number): Trouble | undefined {
    const stepMs = Math.min(MAX_STEP_MS, nowMs - (this.#lookedMs ?? nowMs));
    this.#lookedMs = nowMs;
    if (held || hashes !== this.#hashes) this.#idleMs = 0;
    else this.#idleMs += stepMs;
    this.#hashes = hashes;
    const { noWorkMs } = this.limits;
    if (noWorkMs === undefined || this.#idleMs < noWorkMs) return undefined;
    this.#idleMs = 0;
    return {
      kind: 'no-work',
      seconds: Math.round(noWorkMs / 1000),
      message: `nothing has been hashed for ${formatDuration(noWorkMs)}`,
    };
  }
}

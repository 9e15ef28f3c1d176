/**
 * Jobs to miners that have proved nothing: a miner without an accepted share gets a job that is due in its turn, not at once.
 * Thousands that connect and never mine then take a small part of a core, and miners that mine wait for none of them. Their
 * remote networks have turns one after the other, so that a miner that has just come waits for a few others at most.
 * @module
 */

import { networkOf } from '../../protocol/remote-network.js';
import { fullBucket, type TokenBucket, takeToken } from '../../protocol/token-bucket.js';
import { FairQueue } from '../guard/fair-queue.js';
import type { Session } from '../sessions/session.js';

/** Jobs in one turn of the event loop: shares have their turns between. */
const MAX_JOBS_PER_TURN = 32;

/** Jobs a second, lastingly, and at once after a pause. */
const MAX_JOBS_PER_SECOND = 2_500;
const MAX_JOBS_AT_ONCE = 1_000;

/** Wait when these jobs are used up, ms. */
const PAUSE_MS = 10;

/** Most miners that wait. A further miner is due again with the next job. */
const MAX_WAITING = 32_768;

const BUDGET = { perSecond: MAX_JOBS_PER_SECOND, burst: MAX_JOBS_AT_ONCE };

export interface JobTurnsModules {
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Calls back once: after all input of this turn of the event loop for 0, else after some ms. */
  readonly later: (callback: () => void, afterMs: number) => void;
  /** Gives a miner its newest job. */
  readonly give: (session: Session, nowMs: number) => void;
}

export class JobTurns {
  readonly #modules: JobTurnsModules;
  readonly #waiting = new FairQueue<Session>(MAX_WAITING);
  readonly #budget: TokenBucket;
  readonly #onTurn = (): void => this.#turn();
  #planned = false;

  constructor(modules: JobTurnsModules) {
    this.#modules = modules;
    this.#budget = fullBucket(BUDGET, modules.now());
  }

  /** A miner is due for a job. Does nothing if it waits for its turn already. */
  add(session: Session): void {
    if (session.awaitsJob) return;
    if (!this.#waiting.add(networkOf(session.connection.remoteAddress), session)) return;
    session.awaitsJob = true;
    this.#plan(0);
  }

  #plan(afterMs: number): void {
    if (this.#planned) return;
    this.#planned = true;
    this.#modules.later(this.#onTurn, afterMs);
  }

  #turn(): void {
    this.#planned = false;
    const nowMs = this.#modules.now();
    for (let i = 0; i < MAX_JOBS_PER_TURN && this.#waiting.size > 0; i++) {
      if (!takeToken(this.#budget, BUDGET, nowMs)) {
        this.#plan(PAUSE_MS);
        return;
      }
      const session = this.#waiting.take()!;
      session.awaitsJob = false;
      if (!session.closed) this.#modules.give(session, nowMs);
    }
    if (this.#waiting.size > 0) this.#plan(0);
  }
}

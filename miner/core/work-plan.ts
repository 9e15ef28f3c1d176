/**
 * Which template is worked on next: the job board and the scheduler together, and which chains pause.
 * @module
 */
import { ALL_CHAINS, CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { JobBoard, type Template } from './job-board.js';
import { Scheduler } from './scheduler.js';
import type { SourceKind, SourceSession } from './source.js';

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class WorkPlan {
  readonly board: JobBoard;
  readonly #scheduler = new Scheduler();
  /** Generation on which each chain pauses, or undefined. */
  readonly #pausedGeneration: (number | undefined)[] = new Array(CHAINS).fill(undefined);

  constructor(kind: SourceKind) {
    this.board = new JobBoard(kind);
  }

  /** Takes the newest jobs of a session. @returns chains whose older work is stale */
  takeJobs(session: SourceSession, jobs: readonly Job[], nowMs: number): ChainIndex[] {
    const stale = this.board.update(session, jobs);
    for (const chain of ALL_CHAINS) this.#setUsable(chain, nowMs);
    return stale;
  }

  /** Forgets all jobs. @returns chains that had one */
  clear(nowMs: number): ChainIndex[] {
    const stale = this.board.clear();
    for (const chain of stale) this.#setUsable(chain, nowMs);
    return stale;
  }

  /** No work on a chain until its parent changes, or `resume`. */
  pause(chain: ChainIndex, nowMs: number): void {
    this.#pausedGeneration[chain] = this.board.generation(chain);
    this.#setUsable(chain, nowMs);
  }

  resume(chain: ChainIndex, nowMs: number): void {
    this.#pausedGeneration[chain] = undefined;
    this.#setUsable(chain, nowMs);
  }

  /** The template that should be worked on, or undefined if there is none. */
  next(nowMs: number): Template | undefined {
    const chain = this.#scheduler.next(nowMs);
    return chain === undefined ? undefined : this.board.current(chain);
  }

  /** Books work on a chain when it is given out. @param nonces - negative to take back what was not done */
  book(chain: ChainIndex, nonces: number, nowMs: number): void {
    this.#scheduler.book(chain, nonces, nowMs);
  }

  #setUsable(chain: ChainIndex, nowMs: number): void {
    const pauses = this.#pausedGeneration[chain] === this.board.generation(chain);
    this.#scheduler.setUsable(chain, this.board.current(chain) !== undefined && !pauses, nowMs);
  }
}

/**
 * Which template is worked on next: the job board and the scheduler together, and which chains have nothing to work on.
 *
 * A template whose block was taken gives no more work, nor does another template on its parent: the node's next template for
 * that chain has another parent. A chain whose node brings no such template is not mined, whatever the cause: not when old
 * templates come again, and not while the node goes on refusing.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { RefusalLimit } from '../../protocol/refusal-limit.js';
import { JobBoard, type Template } from './job-board.js';
import { Scheduler } from './scheduler.js';
import type { SourceKind, SourceSession } from './source.js';

/** Templates that are remembered as used up, and parents as won: as many as a node's cache has. */
const MAX_SPENT = 1_600;

/**
 * Why there is nothing to work on. `noJobs`: the node has none that are worth work. `taken`: it took a block of each of its
 * templates, found here, and has brought no others. `refused`: it refuses the blocks of those that are left, or their
 * verdicts are awaited.
 */
export type Idleness = 'noJobs' | 'taken' | 'refused';

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class WorkPlan {
  readonly board: JobBoard;
  readonly #scheduler = new Scheduler();
  /** Generation on which each chain pauses, or undefined. */
  readonly #pausedGeneration: (number | undefined)[] = new Array(CHAINS).fill(undefined);
  readonly #refusals = new RefusalLimit();
  /** Templates whose block was taken, and those on which too many were refused. */
  readonly #spent = new BoundedMap<string, 'taken' | 'refused'>(MAX_SPENT);
  /** Parents on which a node has taken a block of ours, and the node's name: another may not have it. */
  readonly #won = new BoundedMap<string, string>(MAX_SPENT);
  #session: SourceSession | undefined;

  constructor(kind: SourceKind) {
    this.board = new JobBoard(kind);
  }

  /** Jobs are of this kind from now on. @returns chains that had a job: their work is stale */
  change(kind: SourceKind, nowMs: number): ChainIndex[] {
    const stale = this.clear(nowMs);
    this.board.kind = kind;
    return stale;
  }

  /** Takes the newest jobs of a session. @returns chains whose older work is stale */
  takeJobs(session: SourceSession, jobs: readonly Job[], nowMs: number): ChainIndex[] {
    if (this.#session !== session) this.#refusals.forgetChains();
    this.#session = session;
    const stale = this.board.update(session, jobs);
    for (const chain of stale) this.#refusals.newParent(chain, nowMs);
    for (const chain of ALL_CHAINS) this.#setUsable(chain, nowMs);
    return stale;
  }

  /** Forgets all jobs. @returns chains that had a job */
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

  /** The node took the block of a template. */
  noteTaken(template: Template, nowMs: number): void {
    const { chain } = template.job;
    this.#spent.set(headerKey(template), 'taken');
    this.#won.renew(parentKey(template), template.session.name);
    this.#refusals.accepted(chain);
    this.#setUsable(chain, nowMs);
  }

  /**
   * The node refused a block of a template, or never answered, and nothing says why.
   * @returns whether that ends the work on the template
   */
  noteRefused(template: Template, nowMs: number): boolean {
    const { chain } = template.job;
    if (!this.#refusals.refused(chain, template.identity, nowMs)) return false;
    if (!this.isUsed(template)) this.#spent.set(headerKey(template), 'refused');
    this.#setUsable(chain, nowMs);
    return true;
  }

  /** Whether the node has taken a block of this very template. */
  isUsed(template: Template): boolean {
    return this.#spent.get(headerKey(template)) === 'taken';
  }

  /** Whether the template's node has taken a block of ours on its parent. */
  isWon(template: Template): boolean {
    return this.#won.get(parentKey(template)) === template.session.name;
  }

  /** Whether a block of this template is worth nothing, as far as the node's answers tell. */
  isSpent(template: Template): boolean {
    return (
      this.#spent.has(headerKey(template)) || !this.#refusals.mayWork(template.job.chain, template.identity)
    );
  }

  /** Chains that have something to work on. */
  get chainsWithWork(): ChainIndex[] {
    return ALL_CHAINS.filter((chain) => this.#hasWork(chain));
  }

  /** Why no chain has anything to work on; undefined while one has. */
  get idleness(): Idleness | undefined {
    if (this.chainsWithWork.length > 0) return undefined;
    const templates = ALL_CHAINS.flatMap((chain) => this.board.current(chain) ?? []);
    if (templates.length === 0) return 'noJobs';
    return templates.every((template) => this.isWon(template) || this.isUsed(template)) ? 'taken' : 'refused';
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
    this.#scheduler.setUsable(chain, this.#hasWork(chain), nowMs);
  }

  #hasWork(chain: ChainIndex): boolean {
    const current = this.board.current(chain);
    if (current === undefined || this.#pausedGeneration[chain] === this.board.generation(chain)) return false;
    return !this.isWon(current) && !this.isSpent(current);
  }
}

function headerKey({ job }: Template): string {
  return bytesToHex(job.headerBlob);
}

function parentKey({ job: { chain, headerBlob } }: Template): string {
  return `${chain} ${bytesToHex(parentOf(headerBlob, toGroupOf(chain)))}`;
}

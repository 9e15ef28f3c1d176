/**
 * Blocks and shares of one run: a source of the other kind may take over, and what was sent before is still answered.
 * @module
 */
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { ShareStatus } from './share-status.js';
import type { SourceKind, SourceSession } from './source.js';
import { type Find, noBlocks, type SubmissionCounts, type Submissions } from './submissions.js';

export class SubmissionsByKind implements Submissions {
  readonly #create: (kind: SourceKind) => Submissions;
  readonly #kinds = new Map<SourceKind, Submissions>();
  #present: Submissions;

  constructor(kind: SourceKind, create: (kind: SourceKind) => Submissions) {
    this.#create = create;
    this.#present = this.#of(kind);
  }

  /** Finds are of this kind from now on. */
  change(kind: SourceKind): void {
    this.#present = this.#of(kind);
  }

  get inFlight(): number {
    return this.#all.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  /** All that were found in this run. */
  get blocks(): SubmissionCounts {
    const sum = noBlocks();
    for (const { blocks } of this.#all)
      for (const name of Object.keys(sum) as (keyof SubmissionCounts)[]) sum[name] += blocks[name];
    return sum;
  }

  /** Of all pools of this run; undefined if there was none. */
  shares(nowMs: number): ShareStatus | undefined {
    return this.#kinds.get('pools')?.shares(nowMs);
  }

  add(find: Find, nowMs: number): void {
    this.#present.add(find, nowMs);
  }

  settle(blockHash: Uint8Array, refusal: Refusal | undefined, nowMs: number): boolean {
    return this.#all.some((one) => one.settle(blockHash, refusal, nowMs));
  }

  expire(nowMs: number): void {
    for (const one of this.#all) one.expire(nowMs);
  }

  endSession(session: SourceSession, nowMs: number): void {
    for (const one of this.#all) one.endSession(session, nowMs);
  }

  sendHeld(nowMs: number): void {
    this.#present.sendHeld(nowMs);
  }

  dropHeld(): void {
    for (const one of this.#all) one.dropHeld();
  }

  close(nowMs: number): void {
    for (const one of this.#all) one.close(nowMs);
  }

  get #all(): Submissions[] {
    return [...this.#kinds.values()];
  }

  #of(kind: SourceKind): Submissions {
    let known = this.#kinds.get(kind);
    if (known === undefined) {
      known = this.#create(kind);
      this.#kinds.set(kind, known);
    }
    return known;
  }
}

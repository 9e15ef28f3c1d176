/**
 * Hears whether transactions are signed: where whoever has the keys says no, that is told once, and where it stays so, payments are paused.
 * @module
 */
import type { BookFence, LedgerBooks } from '../../ledger/books-port.js';
import type { IssueOutcome } from '../intents/intent-desk-port.js';
import type { PayerEvent } from './payer-events.js';
import { writePause } from './payer-notes.js';

export interface SigningWatchModules {
  readonly books: LedgerBooks;
  /** Fence of the lease while it is held; undefined while it is not. */
  fence(): BookFence | undefined;
  /** ms since the epoch. */
  now(): number;
  onEvent(event: PayerEvent): void;
}

export class SigningWatch {
  readonly #modules: SigningWatchModules;
  readonly #apartMs: number;
  #why: string | undefined;
  /** When it was said first that it will stay so, ms since the epoch. */
  #sinceMs: number | undefined;

  /** @param apartMs - least time between two refusals that pause payments */
  constructor(modules: SigningWatchModules, apartMs: number) {
    this.#modules = modules;
    this.#apartMs = apartMs;
  }

  /** Why nothing is signed, in words; undefined while something is, or nothing was to be. */
  get trouble(): string | undefined {
    return this.#why;
  }

  /** @returns `paused` if payments are paused from now on; `unsigned` if it is tried again; undefined if that was not what became of it */
  async hear(outcome: IssueOutcome): Promise<'unsigned' | 'paused' | undefined> {
    const { books, fence, now, onEvent } = this.#modules;
    if (typeof outcome !== 'object') {
      if (outcome === 'sent') this.#forget();
      return undefined;
    }
    const { why, isLasting } = outcome;
    if (why !== this.#why) onEvent({ type: 'unsigned', why });
    this.#why = why;
    const nowMs = now();
    if (!isLasting) this.#sinceMs = undefined;
    else if (this.#sinceMs === undefined || nowMs < this.#sinceMs) this.#sinceMs = nowMs;
    else if (nowMs - this.#sinceMs >= this.#apartMs) {
      const held = fence();
      if (held === undefined) return 'unsigned';
      await writePause(books, held, { reason: `nothing is signed: ${why}`, sinceMs: nowMs, by: 'payer' });
      this.#forget();
      return 'paused';
    }
    return 'unsigned';
  }

  #forget(): void {
    this.#why = undefined;
    this.#sinceMs = undefined;
  }
}

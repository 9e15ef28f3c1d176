/**
 * Keeps a pool that goes on being wrong from filling the log.
 * @module
 */

/** Time in which the same notice is told once, ms. */
const REPEAT_MS = 60_000;

/** Notices of any kind in that time. */
const MAX_NOTICES = 10;

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class NoticeFilter {
  /** When each was told last. */
  readonly #told = new Map<string, number>();

  /** Whether a notice should be told now. */
  passes(message: string, nowMs: number): boolean {
    for (const [text, toldMs] of this.#told) if (nowMs - toldMs >= REPEAT_MS) this.#told.delete(text);
    if (this.#told.has(message) || this.#told.size >= MAX_NOTICES) return false;
    this.#told.set(message, nowMs);
    return true;
  }
}

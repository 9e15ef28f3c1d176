/**
 * What several processes say at the same time, told once.
 * @module
 */
import type { PoolServerEvent } from '../../domain/events.js';

type Notice = PoolServerEvent & { readonly type: 'notice' };

/** The same words within this time are the same news, ms. */
const SAME_NEWS_MS = 10_000;

/** Words that are remembered; beyond, the oldest are forgotten. */
const MAX_REMEMBERED = 100;

export class Notices {
  readonly #told = new Map<string, number>();

  /** Whether this is news. @param nowMs - monotonic */
  isNews({ level, name, message }: Notice, nowMs: number): boolean {
    const words = `${level} ${name} ${message}`;
    const toldMs = this.#told.get(words);
    if (toldMs !== undefined && nowMs - toldMs < SAME_NEWS_MS) return false;
    this.#told.delete(words);
    this.#told.set(words, nowMs);
    if (this.#told.size > MAX_REMEMBERED) this.#told.delete(this.#told.keys().next().value!);
    return true;
  }
}

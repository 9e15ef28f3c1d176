/**
 * Notices that several processes send at the same time, told once.
 * @module
 */
import { BoundedMap } from '../../../protocol/bounded-map.js';
import type { PoolServerEvent } from '../../domain/events.js';

type Notice = PoolServerEvent & { readonly type: 'notice' };

/** The same words within this time are the same news, ms. */
const SAME_NEWS_MS = 10_000;

/** Notices that are remembered; beyond, the oldest are forgotten. */
const MAX_REMEMBERED = 100;

export class Notices {
  readonly #told = new BoundedMap<string, number>(MAX_REMEMBERED);

  /** Whether this is news. @param nowMs - monotonic */
  isNews({ level, name, message }: Notice, nowMs: number): boolean {
    const words = `${level} ${name} ${message}`;
    const toldMs = this.#told.get(words);
    if (toldMs !== undefined && nowMs - toldMs < SAME_NEWS_MS) return false;
    this.#told.renew(words, nowMs);
    return true;
  }
}

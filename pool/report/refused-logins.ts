/**
 * The logins that were refused lately: they tell an operator why a machine does not mine.
 * @module
 */
import type { RefusedLogin } from '../domain/login-refusals.js';
import type { PeerEvent } from '../domain/peer-events.js';

/** Entries: an address and a reason. */
const MAX_REFUSED_LOGINS = 50;

/** Entries are forgotten after this time, ms: a day. */
const FORGET_MS = 86_400_000;

export class RefusedLogins {
  /** Refusals by address and reason, the latest last. */
  readonly #logins = new Map<string, RefusedLogin>();

  /** @param nowMs - since the epoch */
  note({ address, agent, sent, reason }: PeerEvent & { readonly what: 'loginRefused' }, nowMs: number): void {
    const key = `${address} ${reason}`;
    const count = (this.#logins.get(key)?.count ?? 0) + 1;
    this.#logins.delete(key);
    this.#logins.set(key, { address, agent, sent, reason, count, lastMs: nowMs });
    if (this.#logins.size > MAX_REFUSED_LOGINS) this.#logins.delete(this.#logins.keys().next().value!);
  }

  /** Refusals, the latest first. @param nowMs - since the epoch */
  recent(nowMs: number): readonly RefusedLogin[] {
    return [...this.#logins.values()].filter(({ lastMs }) => nowMs - lastMs < FORGET_MS).reverse();
  }
}

/** Refusals of several front ends, the latest first: at most as many as of one front end. */
export function refusedLoginsTogether(all: readonly (readonly RefusedLogin[])[]): readonly RefusedLogin[] {
  return all
    .flat()
    .toSorted((a, b) => b.lastMs - a.lastMs)
    .slice(0, MAX_REFUSED_LOGINS);
}

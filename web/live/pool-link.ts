/**
 * All that the page knows of the pool: answers that are kept fresh, events, and whether the pool is there.
 *
 * ```
 * feed (WebSocket) --event--> figures of the moment, and answers that it makes old are asked for
 * timers           ---------> each answer from time to time, more often without the feed
 * hidden page      ---------> nothing is asked; once it is seen, or the machine wakes, all of it at once
 * ```
 * @module
 */
import type { FeedEvent } from '../../pool/http/feed/feed-schema.js';
import type { Answer } from './ask.js';
import { Cell } from './cell.js';
import { Feed } from './feed.js';
import { Resource, type ResourceHost } from './resource.js';

/** Whether the pool answers; `sinceMs` is when that changed last, ms since the epoch. */
export type Standing =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'here' }
  | { readonly kind: 'away' | 'storeAway' | 'starting'; readonly sinceMs: number };

/** Figures of the feed, newer than those of the API. */
export interface Figures {
  readonly stats: (FeedEvent & { readonly type: 'poolStats' }) | undefined;
  /** Newest block of each chain, `from-to`. */
  readonly heights: Readonly<Record<string, number>>;
}

/** Answers that are kept beyond those in use. */
const KEPT_RESOURCES = 30;

/** A hidden page lets the feed go after this time, ms: others may need its place. */
const HIDDEN_MS = 60_000;

/** How often the clock is looked at, ms; a look that comes later than the second time shows that the machine slept. */
const LOOK_MS = 5_000;
const SLEPT_MS = 20_000;

/** Clocks that differ by less are taken for the same, ms: the pool tells whole seconds. */
const SAME_CLOCK_MS = 3_000;

export class PoolLink implements ResourceHost {
  readonly standing = new Cell<Standing>({ kind: 'waiting' });
  readonly figures = new Cell<Figures>({ stats: undefined, heights: {} });
  readonly feed: Feed;
  readonly #base: URL;
  readonly #resources = new Map<string, Resource<unknown>>();
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  /** What must be added to this machine's clock to have the pool's, ms. */
  #clockOffsetMs = 0;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  #lookedMs = Date.now();

  /** @param base - address that the page's links start from */
  constructor(base: URL) {
    this.#base = base;
    const url = new URL('api/feed', base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.feed = new Feed(url, (event) => this.#onEvent(event));
  }

  get awake(): boolean {
    return document.visibilityState !== 'hidden';
  }

  /** @param path - from the base */
  urlOf(path: string): URL {
    return new URL(path, this.#base);
  }

  get told(): boolean {
    return this.feed.open.value;
  }

  /** The pool's time, ms since the epoch. */
  now(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  start(): void {
    this.feed.start();
    document.addEventListener('visibilitychange', () => (this.awake ? this.#wake() : this.#sleep()));
    for (const type of ['online', 'pageshow']) addEventListener(type, () => this.#wake());
    setInterval(() => {
      const nowMs = Date.now();
      const slept = nowMs - this.#lookedMs > SLEPT_MS;
      this.#lookedMs = nowMs;
      if (slept && this.awake) {
        // Its connection may look open for minutes, and be none.
        this.feed.start();
        this.#wake();
      }
    }, LOOK_MS);
  }

  /** @param path - from the base @param everyMs - how often it is asked for without a reason */
  resource<T>(path: string, everyMs: number): Resource<T> {
    let resource = this.#resources.get(path);
    if (resource === undefined) {
      resource = new Resource<unknown>(this.urlOf(path), everyMs, this);
      this.#resources.set(path, resource);
      const unused = [...this.#resources].filter(([, one]) => one !== resource && !one.used);
      for (const [old] of unused.slice(0, Math.max(0, unused.length - KEPT_RESOURCES)))
        this.#resources.delete(old);
    }
    return resource as Resource<T>;
  }

  /** @returns ends the listening */
  listen(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onAnswer({ trouble, ...answer }: Answer<unknown>): void {
    const before = this.standing.value.kind;
    if (trouble?.kind === 'busy') return;
    const kind = trouble === undefined || trouble.kind === 'refused' ? 'here' : trouble.kind;
    const clockMs = 'clockMs' in answer ? answer.clockMs : undefined;
    if (clockMs !== undefined) {
      const offsetMs = clockMs - Date.now();
      this.#clockOffsetMs = Math.abs(offsetMs) < SAME_CLOCK_MS ? 0 : offsetMs;
    }
    if (kind === before) return;
    this.standing.set(kind === 'here' ? { kind } : { kind, sinceMs: this.now() });
    if (kind !== 'here' || before === 'waiting') return;
    // It is back: what it answers is asked for at once, and its feed opened.
    this.feed.resume();
    for (const resource of this.#resources.values())
      if (resource.state.value.trouble !== undefined) resource.refresh();
  }

  #onEvent(event: FeedEvent): void {
    const { stats, heights } = this.figures.value;
    if (event.type === 'poolStats') this.figures.set({ stats: event, heights });
    if (event.type === 'newHeight')
      this.figures.set({ stats, heights: { ...heights, [event.chain]: event.blockHeight } });
    for (const listener of this.#listeners) listener(event);
  }

  #wake(): void {
    clearTimeout(this.#hiddenTimer);
    if (!this.awake) return;
    this.feed.resume();
    for (const resource of this.#resources.values()) resource.refresh();
  }

  #sleep(): void {
    for (const resource of this.#resources.values()) resource.rest();
    clearTimeout(this.#hiddenTimer);
    this.#hiddenTimer = setTimeout(() => this.feed.stop(), HIDDEN_MS);
  }
}

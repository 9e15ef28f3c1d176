/**
 * An answer of the API that is kept fresh while somebody looks at it. What was there stays while the pool is away.
 * @module
 */
import { type Answer, ask, type Trouble } from './ask.js';
import { Cell } from './cell.js';

export interface ResourceState<T> {
  /** The last answer; undefined before the first. */
  readonly value: T | undefined;
  /** When it came, by the pool's clock, ms since the epoch. */
  readonly atMs: number | undefined;
  /** What became of the last request, where that was no answer. */
  readonly trouble: Trouble | undefined;
}

/** What a resource hears and tells. */
export interface ResourceHost {
  /** Whether anybody looks at the page. */
  readonly awake: boolean;
  /** Whether events tell what makes an answer old. */
  readonly told: boolean;
  /** The pool's time, ms since the epoch. */
  now(): number;
  onAnswer(answer: Answer<unknown>): void;
}

/** The API keeps answers for this time, ms: asking sooner shows nothing new. */
const KEPT_MS = 5_000;

/** Waits after requests in vain, ms: doubled from the first to the last. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 15_000;

/** Without events, answers are asked for three times as often, but for those that would be more often than this, ms. */
const LEAST_UNTOLD_MS = 10_000;

const FOR_EVER: ReadonlySet<Trouble['kind']> = new Set(['refused']);

export class Resource<T> {
  readonly state = new Cell<ResourceState<T>>({ value: undefined, atMs: undefined, trouble: undefined });
  readonly #url: URL;
  readonly #everyMs: number;
  readonly #host: ResourceHost;
  #users = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When it is asked for next, on the browser's clock. */
  #dueMs = Number.POSITIVE_INFINITY;
  #asking = false;
  /** Whether a refresh was asked for while an answer was on its way. */
  #again = false;
  #failures = 0;
  #askedMs = Number.NEGATIVE_INFINITY;

  /** @param everyMs - how often it is asked for without a reason */
  constructor(url: URL, everyMs: number, host: ResourceHost) {
    this.#url = url;
    this.#everyMs = everyMs;
    this.#host = host;
  }

  get used(): boolean {
    return this.#users > 0;
  }

  /** @returns ends the use */
  use(): () => void {
    if (++this.#users === 1) this.refresh();
    return () => {
      if (--this.#users === 0) this.rest();
    };
  }

  /** Asks as soon as an answer may be a new one, where that is sooner than it would anyway. @param scatterMs - and up to so much later */
  refresh(scatterMs = 0): void {
    if (!this.used || !this.#host.awake) return;
    this.#again = this.#asking;
    if (this.#asking) return;
    const freshMs = this.state.value.trouble === undefined ? KEPT_MS : 0;
    const waitMs = Math.max(0, this.#askedMs + freshMs - performance.now()) + Math.random() * scatterMs;
    // Events may come faster than answers: they must not put it off.
    if (performance.now() + waitMs < this.#dueMs) this.#schedule(waitMs);
  }

  /** Asks no more until `refresh`. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  #schedule(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#dueMs = performance.now() + waitMs;
    this.#timer = setTimeout(() => void this.#ask(), waitMs);
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#askedMs = performance.now();
    const answer = await ask<T>(this.#url);
    this.#asking = false;
    const { value, trouble } = answer;
    this.#failures = trouble === undefined ? 0 : this.#failures + 1;
    // First, since it may tell the pool's time.
    this.#host.onAnswer(answer);
    this.state.set(
      trouble === undefined
        ? { value, atMs: this.#host.now(), trouble }
        : // What it once was is of no use where there is no such thing any more.
          { ...(trouble.kind === 'refused' ? EMPTY : this.state.value), trouble },
    );
    if (!this.used || !this.#host.awake) return;
    if (this.#again && trouble === undefined) this.refresh();
    else this.#schedule(this.#waitMs(trouble));
  }

  /** A little scattered, so that pages that were opened at once do not ask at once. */
  #waitMs(trouble: Trouble | undefined): number {
    const scatter = 0.9 + Math.random() / 5;
    const everyMs = this.#host.told ? this.#everyMs : Math.max(this.#everyMs / 3, LEAST_UNTOLD_MS);
    if (trouble === undefined || FOR_EVER.has(trouble.kind)) return everyMs * scatter;
    const waitMs = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures - 1, 10));
    return Math.max(waitMs, trouble.kind === 'busy' ? trouble.waitMs : 0) * scatter;
  }
}

const EMPTY = { value: undefined, atMs: undefined } as const;

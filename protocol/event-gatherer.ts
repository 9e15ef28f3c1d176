/**
 * Keeps what a peer can cause from filling a log: events of one kind are told one by one while they are few, and
 * beyond that as one line a window, which tells the last of them and how many there were.
 *
 * ```
 * events of a kind   x x x x x x x x x x x x | x x x x x x x x x | x             |
 * told               x x x                  (9)                 (9)             x
 * ```
 * @module
 */
import { formatDuration } from './quantity-text.js';

/** How events of one kind are gathered. */
export interface GatheringRule {
  /** Events of the same kind are gathered together. */
  readonly kind: string;
  /** Events that are told one by one in a window, at least 0. */
  readonly alone: number;
  /** ms */
  readonly windowMs: number;
}

/** How many events one that is told stands for. */
export interface Gathered {
  /** At least 2: with itself. */
  readonly count: number;
  /** Time in which they came, ms. */
  readonly overMs: number;
}

/** How many events a line stands for, behind it: `(the last of 37 such in 10 s)`. */
export function describeGathered({ count, overMs }: Gathered): string {
  return `(the last of ${count} such in ${formatDuration(overMs)})`;
}

/** What two messages of the same kind have in common: not their counts, times, heights and hashes. */
export function withoutNumbers(message: string): string {
  return message.replace(/[0-9a-f]{8,}|\d+(?:\.\d+)?/g, '#');
}

/** Kinds that are kept apart. Further ones are gathered together. */
const MAX_KINDS = 256;

interface Window<E> {
  readonly rule: GatheringRule;
  startMs: number;
  /** Events that may yet be told one by one. */
  left: number;
  held: number;
  last: E | undefined;
}

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class EventGatherer<E> {
  readonly #ruleOf: (event: E) => GatheringRule | undefined;
  readonly #tell: (event: E, gathered?: Gathered) => void;
  readonly #windows = new Map<string, Window<E>>();

  /**
   * @param ruleOf - how an event is gathered; undefined if it is always told
   * @param tell - tells an event, or the last of several
   */
  constructor(
    ruleOf: (event: E) => GatheringRule | undefined,
    tell: (event: E, gathered?: Gathered) => void,
  ) {
    this.#ruleOf = ruleOf;
    this.#tell = tell;
  }

  take(event: E, nowMs: number): void {
    const rule = this.#ruleOf(event);
    if (rule === undefined) {
      this.#tell(event);
      return;
    }
    const window = this.#windowOf(rule, nowMs);
    if (window.left > 0) {
      window.left--;
      this.#tell(event);
      return;
    }
    window.held++;
    window.last = event;
  }

  /** Ends the windows that are over. To be called every second or so. */
  tick(nowMs: number): void {
    for (const [kind, window] of this.#windows) {
      if (nowMs - window.startMs >= window.rule.windowMs) this.#end(kind, window, nowMs);
    }
  }

  /** Tells all that is held. */
  flush(nowMs: number): void {
    for (const window of this.#windows.values()) this.#tellHeld(window, nowMs);
    this.#windows.clear();
  }

  #windowOf(rule: GatheringRule, nowMs: number): Window<E> {
    const known = this.#windows.has(rule.kind) || this.#windows.size < MAX_KINDS;
    const kind = known ? rule.kind : '';
    const window = this.#windows.get(kind);
    if (window !== undefined && nowMs - window.startMs >= window.rule.windowMs)
      this.#end(kind, window, nowMs);
    let present = this.#windows.get(kind);
    if (present === undefined) {
      present = { rule, startMs: nowMs, left: rule.alone, held: 0, last: undefined };
      this.#windows.set(kind, present);
    }
    return present;
  }

  /** A kind that goes on coming in numbers is gathered from the next window's first event on. */
  #end(kind: string, window: Window<E>, nowMs: number): void {
    const flood = window.held > window.rule.alone;
    this.#tellHeld(window, nowMs);
    if (!flood) this.#windows.delete(kind);
    else {
      window.startMs = nowMs;
      window.left = 0;
    }
  }

  #tellHeld(window: Window<E>, nowMs: number): void {
    const { held, last, startMs } = window;
    window.held = 0;
    window.last = undefined;
    if (last === undefined) return;
    if (held === 1) this.#tell(last);
    else this.#tell(last, { count: held, overMs: nowMs - startMs });
  }
}

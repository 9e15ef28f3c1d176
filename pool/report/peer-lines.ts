/**
 * Gathers what the other ends of connections do into few lines: whoever connects can cause events at any rate, and the log must
 * not grow with it.
 *
 * ```
 * event -> its kind and reason -> first of it, or of another address: told at once
 *                              -> else counted; one line with the count and the last of them when 10 s are over
 * ```
 * @module
 */
import type { PoolServerEvent } from '../domain/events.js';
import { levelOfPeerEvent, type PeerEvent } from '../domain/peer-events.js';
import type { PeerLog } from '../ports/peer-log.js';

/** Events of one kind and reason are gathered over this time, ms. */
const GATHER_MS = 10_000;

/** Lines of one kind and reason in that time: other addresses of a warning or a note, any event of level debug. */
const MAX_LINES = 10;
const MAX_DEBUG_LINES = 50;

interface Group {
  readonly sinceMs: number;
  lines: number;
  readonly addresses: Set<string>;
  /** Those that were not told, and the last of them. */
  more: number;
  last: PeerEvent | undefined;
}

export interface PeerLinesOptions {
  readonly detailed: boolean;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly tell: (event: PoolServerEvent) => void;
}

/** Its table holds a group for each kind and reason: a closed set. */
export class PeerLines implements PeerLog {
  readonly detailed: boolean;
  readonly #options: PeerLinesOptions;
  readonly #groups = new Map<string, Group>();
  #unrecorded = 0;
  #unrecordedMs = Number.NEGATIVE_INFINITY;

  constructor(options: PeerLinesOptions) {
    this.detailed = options.detailed;
    this.#options = options;
  }

  note(event: PeerEvent): void {
    const level = levelOfPeerEvent(event);
    if (level === 'debug' && !this.detailed) return;
    const key = `${event.what} ${'reason' in event && event.what !== 'malformed' ? event.reason : ''}`;
    const nowMs = this.#options.now();
    let group = this.#groups.get(key);
    if (group !== undefined && nowMs - group.sinceMs >= GATHER_MS) {
      this.#end(key, group);
      group = undefined;
    }
    if (group === undefined) {
      group = { sinceMs: nowMs, lines: 0, addresses: new Set(), more: 0, last: undefined };
      this.#groups.set(key, group);
    }
    const room =
      level === 'debug'
        ? group.lines < MAX_DEBUG_LINES
        : group.lines < MAX_LINES && !group.addresses.has(event.address);
    if (!room) {
      group.more++;
      group.last = event;
      return;
    }
    group.lines++;
    if (level !== 'debug') group.addresses.add(event.address);
    this.#tell(event, 0);
  }

  /** Shares were refused since they could not be recorded: told once, and then as sums. */
  noteUnrecorded(count: number): void {
    this.#unrecorded += count;
    this.#tellUnrecorded();
  }

  /** Tells what was gathered, if its time is over. To be called every second or so. */
  tick(): void {
    const nowMs = this.#options.now();
    for (const [key, group] of this.#groups) if (nowMs - group.sinceMs >= GATHER_MS) this.#end(key, group);
    this.#tellUnrecorded();
  }

  /** Tells all that was gathered. */
  close(): void {
    for (const [key, group] of this.#groups) this.#end(key, group);
    this.#unrecordedMs = Number.NEGATIVE_INFINITY;
    this.#tellUnrecorded();
  }

  #end(key: string, { more, last }: Group): void {
    this.#groups.delete(key);
    // The last one is told, and stands for the others.
    if (last !== undefined) this.#tell(last, more - 1);
  }

  #tell(event: PeerEvent, more: number): void {
    this.#options.tell({ type: 'peer', level: levelOfPeerEvent(event), ...event, more, overMs: GATHER_MS });
  }

  #tellUnrecorded(): void {
    const nowMs = this.#options.now();
    if (this.#unrecorded === 0 || nowMs - this.#unrecordedMs < GATHER_MS) return;
    this.#options.tell({ type: 'unrecorded', count: this.#unrecorded });
    this.#unrecorded = 0;
    this.#unrecordedMs = nowMs;
  }
}

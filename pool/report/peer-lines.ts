/**
 * Gathers events of connections into few lines: clients can cause events at any rate, and the log must not grow with it.
 *
 * ```
 * event -> its kind and reason -> first of it, or of another address: told at once
 *                              -> else counted; one line with the count and the last of them when 10 s are over,
 *                                 20 s, 40 s ... 10 min while it goes on
 * ```
 * @module
 */
import type { PoolServerEvent } from '../domain/events.js';
import { levelOfPeerEvent, type PeerEvent, type PeerEventLevel } from '../domain/peer-events.js';
import type { PeerLog } from '../ports/peer-log.js';

/** Events of one kind and reason are gathered over this time at first, ms; over twice as long while they go on. */
const GATHER_MS = 10_000;

/** Longest time over which they are gathered, ms. At level debug the time stays as at first: the reader waits for these events. */
const MAX_GATHER_MS = 600_000;

/** Lines of one kind and reason in that time: other addresses of a warning or a note, any event of level debug. */
const MAX_LINES = 10;
const MAX_DEBUG_LINES = 20;

/** Addresses of one kind and reason that are known to go on. */
const MAX_ADDRESSES = 100;

interface Group {
  readonly level: PeerEventLevel;
  sinceMs: number;
  gatherMs: number;
  lines: number;
  /** Addresses that were told, and the time of the last event of each. */
  readonly addresses: Map<string, number>;
  /** Events that were not told, and the last of them. */
  more: number;
  makeLast: (() => PeerEvent) | undefined;
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
    this.#gather(keyOf(event.what, 'reason' in event ? event.reason : ''), level, event.address, () => event);
  }

  detail(what: PeerEvent['what'], reason: string, make: () => PeerEvent): void {
    if (this.detailed) this.#gather(keyOf(what, reason), 'debug', '', make);
  }

  #gather(key: string, level: PeerEventLevel, address: string, make: () => PeerEvent): void {
    const nowMs = this.#options.now();
    let group = this.#groups.get(key);
    if (group !== undefined && nowMs - group.sinceMs >= group.gatherMs) {
      this.#endWindow(key, group, nowMs);
      group = this.#groups.get(key);
    }
    if (group === undefined) {
      group = {
        level,
        sinceMs: nowMs,
        gatherMs: GATHER_MS,
        lines: 0,
        addresses: new Map(),
        more: 0,
        makeLast: undefined,
      };
      this.#groups.set(key, group);
    }
    if (!takeLine(group, address, nowMs)) {
      group.more++;
      group.makeLast = make;
    } else this.#tell(make(), 0, group.gatherMs);
  }

  /** Shares were refused since they could not be recorded: told once, and then as sums. */
  noteUnrecorded(count: number): void {
    this.#unrecorded += count;
    this.#tellUnrecorded();
  }

  /** Tells the gathered events whose time is over. To be called every second or so. */
  tick(): void {
    const nowMs = this.#options.now();
    for (const [key, group] of this.#groups)
      if (nowMs - group.sinceMs >= group.gatherMs) this.#endWindow(key, group, nowMs);
    this.#tellUnrecorded();
  }

  /** Tells all gathered events. */
  close(): void {
    for (const group of this.#groups.values()) this.#tellMore(group);
    this.#groups.clear();
    this.#unrecordedMs = Number.NEGATIVE_INFINITY;
    this.#tellUnrecorded();
  }

  /** Tells the gathered events. Groups that go on are gathered for longer; others are forgotten. */
  #endWindow(key: string, group: Group, nowMs: number): void {
    this.#tellMore(group);
    if (group.more === 0 && group.lines === 0) {
      this.#groups.delete(key);
      return;
    }
    if (group.level !== 'debug') group.gatherMs = Math.min(2 * group.gatherMs, MAX_GATHER_MS);
    for (const [address, heardMs] of group.addresses)
      if (heardMs < group.sinceMs) group.addresses.delete(address);
    group.sinceMs = nowMs;
    group.lines = 0;
    group.more = 0;
    group.makeLast = undefined;
  }

  #tellMore({ more, makeLast, gatherMs }: Group): void {
    // The last event is told, and stands for the others.
    if (makeLast !== undefined) this.#tell(makeLast(), more - 1, gatherMs);
  }

  #tell(event: PeerEvent, more: number, overMs: number): void {
    this.#options.tell({ type: 'peer', level: levelOfPeerEvent(event), ...event, more, overMs });
  }

  #tellUnrecorded(): void {
    const nowMs = this.#options.now();
    if (this.#unrecorded === 0 || nowMs - this.#unrecordedMs < GATHER_MS) return;
    this.#options.tell({ type: 'unrecorded', count: this.#unrecorded });
    this.#unrecorded = 0;
    this.#unrecordedMs = nowMs;
  }
}

/** Whether an event is told at once. */
function takeLine(group: Group, address: string, nowMs: number): boolean {
  if (group.level === 'debug') {
    if (group.lines >= MAX_DEBUG_LINES) return false;
  } else {
    const known = group.addresses.has(address);
    if (!known && (group.lines >= MAX_LINES || group.addresses.size >= MAX_ADDRESSES)) return false;
    group.addresses.set(address, nowMs);
    if (known) return false;
  }
  group.lines++;
  return true;
}

function keyOf(what: PeerEvent['what'], reason: string): string {
  // The reason may hold text of the client: not a closed set.
  return reason === '' || what === 'malformed' ? what : `${what} ${reason}`;
}

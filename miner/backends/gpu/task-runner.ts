/**
 * A device's queue of tasks, on the side of what works it: cuts them into dispatches, keeps the device busy, and drops
 * what is stale. Under a limit of the device's load it rests whenever a burst of dispatches has come back.
 *
 * ```
 * add(task) --[at most the device's depth]--> dispatch --[2 in flight]--> report
 * ```
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { DispatchResult } from '../../../shaders/layout.js';
import type { NonceRange } from '../../../shaders/search.js';
import type { SearchReport, SearchTask } from '../../core/device.js';
import { LoadPacer } from '../../core/load-pacer.js';

/** What runs dispatches. */
export interface Dispatcher {
  /** Dispatches that can be given now. */
  readonly freeSlots: number;
  /** Nonces that a dispatch should have. */
  readonly dispatchNonces: number;
  dispatch(range: NonceRange): Promise<DispatchResult>;
  /** Time that the device was busy for with so many nonces, of the `ms` from giving them to having them back. */
  busyMs(nonces: number, ms: number): number;
}

/** A task that is this much larger than a dispatch should be is still done in one: sizes change while it waits. */
const TOLERANCE = 1.25;

/**
 * Dispatches that follow one another without a rest. The middle one shows how fast the device is without rests: the
 * first begins on a device that rested, the last is looked at by a host that has nothing else to do.
 */
const BURST = 3;

/** Below this load a burst is one dispatch, cut in pieces: the rest after whole ones would be longer than half a second. */
const PIECES_BELOW = 0.15;

interface Entry {
  readonly task: SearchTask;
  readonly finds: bigint[];
  stale: boolean;
  /** Nonces in flight when the task was abandoned. */
  staleHashes: number;
  /** Nonces given to the device. */
  given: number;
  /** Nonces in flight. */
  flying: number;
  overflow: number;
}

/** Works tasks off in order. */
export class TaskRunner {
  readonly #dispatcher: Dispatcher;
  readonly #onReport: (report: SearchReport) => void;
  readonly #onError: (error: unknown) => void;
  /** Tasks that are not all given to the device, and those that are and have not come back. */
  readonly #entries = new Set<Entry>();
  readonly #pacer = new LoadPacer();
  readonly #nowMs: () => number;
  /** Dispatches in flight, and those since the last rest. */
  #flying = 0;
  #burst = 0;
  #burstMs = 0;
  #burstNonces = 0;
  /** Nonces in flight. */
  #flyingNonces = 0;
  #rest: { readonly timer: ReturnType<typeof setTimeout>; readonly sinceMs: number } | undefined;

  /**
   * @param onError - a dispatch failed: the device is of no more use
   * @param nowMs - monotonic clock
   */
  constructor(
    dispatcher: Dispatcher,
    events: { onReport(report: SearchReport): void; onError(error: unknown): void },
    nowMs: () => number = () => performance.now(),
  ) {
    this.#nowMs = nowMs;
    this.#dispatcher = dispatcher;
    this.#onReport = (report) => events.onReport(report);
    this.#onError = (error) => events.onError(error);
  }

  add(task: SearchTask): void {
    this.#entries.add({ task, finds: [], stale: false, staleHashes: 0, given: 0, flying: 0, overflow: 0 });
    this.#pump();
  }

  /** @param load - part of its time that the device may be busy for, above 0, at most 1 */
  setLoad(load: number): void {
    // A limit counts from now on: what was done without it, for hours maybe, owes no rest.
    if (this.#pacer.load >= 1) {
      this.#burst = this.#flying;
      this.#burstMs = this.#nowMs();
      this.#burstNonces = this.#flyingNonces;
    }
    this.#pacer.load = load;
    if (load >= 1) this.#endRest();
    this.#pump();
  }

  /** Tasks of the chain with an older generation get no more dispatches; what is in flight still counts. */
  abandon(chain: ChainIndex, generation: number): void {
    let dropped = false;
    for (const entry of [...this.#entries]) {
      if (entry.task.chain !== chain || entry.task.generation >= generation) continue;
      if (!entry.stale) entry.staleHashes = entry.flying;
      entry.stale = true;
      this.#finishIfDone(entry);
      dropped = true;
    }
    if (!dropped || this.#rest === undefined) return;
    // What comes instead is on a new parent.
    this.#endRest();
    this.#pacer.hurry();
    this.#pump();
  }

  #pump(): void {
    if (this.#rest !== undefined) return;
    for (const entry of this.#entries) {
      while (!entry.stale && entry.given < entry.task.count) {
        if (this.#dispatcher.freeSlots === 0 || this.#burstIsFull) return;
        this.#dispatchNext(entry);
      }
    }
  }

  #dispatchNext(entry: Entry): void {
    const { task } = entry;
    const left = task.count - entry.given;
    const { dispatchNonces } = this.#dispatcher;
    const size = this.#pacer.load < PIECES_BELOW ? Math.ceil(dispatchNonces / BURST) : dispatchNonces;
    const count = left <= size * TOLERANCE ? left : size;
    const start = BigInt.asUintN(64, task.start + BigInt(entry.given));
    entry.given += count;
    entry.flying += count;
    if (this.#flying === 0) this.#burstMs = this.#nowMs();
    this.#flying++;
    this.#flyingNonces += count;
    this.#burst++;
    this.#burstNonces += count;
    this.#dispatcher.dispatch({ ...task, start, count }).then(
      (result) => {
        entry.flying -= count;
        this.#flying--;
        this.#flyingNonces -= count;
        if (this.#flying === 0) this.#endBurst();
        entry.overflow += result.overflow;
        for (const { offset } of result.finds) entry.finds.push(BigInt.asUintN(64, start + BigInt(offset)));
        // The device first, then the talk.
        this.#pump();
        this.#finishIfDone(entry);
      },
      (error) => this.#onError(error),
    );
  }

  get #burstIsFull(): boolean {
    return this.#pacer.load < 1 && this.#burst >= BURST;
  }

  #endBurst(): void {
    const nowMs = this.#nowMs();
    const ms = nowMs - this.#burstMs;
    const busyMs = this.#dispatcher.busyMs(this.#burstNonces, ms);
    this.#pacer.worked(busyMs);
    // While the host waited for the device to begin, or for the result, it rested.
    this.#pacer.rested(ms - busyMs);
    this.#burst = 0;
    this.#burstNonces = 0;
    const { restMs } = this.#pacer;
    if (restMs === 0) return;
    const timer = setTimeout(() => {
      this.#endRest();
      this.#pump();
    }, restMs);
    this.#rest = { timer, sinceMs: nowMs };
  }

  #endRest(): void {
    if (this.#rest === undefined) return;
    clearTimeout(this.#rest.timer);
    this.#pacer.rested(this.#nowMs() - this.#rest.sinceMs);
    this.#rest = undefined;
  }

  #finishIfDone(entry: Entry): void {
    if (entry.flying > 0 || (!entry.stale && entry.given < entry.task.count)) return;
    this.#entries.delete(entry);
    this.#onReport({
      taskId: entry.task.id,
      hashes: entry.given,
      staleHashes: entry.staleHashes,
      finds: entry.finds,
      overflow: entry.overflow,
    });
  }
}

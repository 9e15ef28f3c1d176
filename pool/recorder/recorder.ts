/**
 * Brings the batches of journals to the store: in order, each once, however long it takes.
 *
 * ```
 * each turn: segments -> batches on disk; then, unless we wait after a failure:
 *            marks (at start, after a failure, every minute) -> what the store lacks is pending again
 *            -> the lowest pending batch of each journal -> reports "all before t is stored" -> old files go
 * ```
 * @module
 */
import { backoffMs } from '../../node/backoff.js';
import type { ClosedSegment } from '../journal/journal-events.js';
import type { Store } from '../ports/store.js';
import { JournalDrain } from './journal-drain.js';
import type { DrainedJournal, RecorderEvent, RecorderFigures } from './recorder-events.js';

/** Time between two questions to the store for its marks, ms. */
const MARKS_EVERY_MS = 60_000;

const RETRY = { firstMs: 200, maxMs: 10_000 };

/** Most journals in one question. */
const MARKS_AT_ONCE = 100;

export interface RecorderModules {
  readonly store: Store;
  /** Our clock, ms since the epoch. */
  readonly now: () => number;
  /** Monotonic, ms. */
  readonly monotonicMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onEvent: (event: RecorderEvent) => void;
  /** Called when a figure has changed. */
  readonly onFigures: (figures: RecorderFigures) => void;
}

/** Drains any number of journals. One of them may be written meanwhile. */
export class Recorder {
  readonly #modules: RecorderModules;
  readonly #drains = new Map<string, JournalDrain>();
  /** Journals whose folder has not been read yet. */
  readonly #new: JournalDrain[] = [];
  #own: JournalDrain | undefined;
  #ended: Promise<void> | undefined;
  #closing = false;
  #wake: () => void = () => {};
  #woken = false;
  #flushed: (() => void)[] = [];
  #marksAtMs = 0;
  #retryAtMs = 0;
  #failures = 0;
  #awaySinceMs: number | undefined;
  /** The figures that were told last. */
  #storeTrouble = '';
  #diskTrouble = '';
  #confirmed = 0;
  #toldFigures = '';

  constructor(modules: RecorderModules) {
    this.#modules = modules;
  }

  /** Begins. */
  start(): void {
    this.#ended ??= this.#run();
  }

  /** Takes over a journal that this process has locked. */
  add(journal: DrainedJournal): void {
    if (this.#drains.has(journal.id)) return;
    const drain = new JournalDrain(journal, this.#modules.now, this.#modules.onEvent);
    this.#drains.set(journal.id, drain);
    this.#new.push(drain);
    if (journal.live) this.#own = drain;
    this.#poke();
  }

  segmentClosed({ journal, number, bytes }: ClosedSegment): void {
    this.#drains.get(journal)?.add(number, bytes);
    this.#poke();
  }

  /** Everything of a journal before this time is in segments up to this number. */
  through(journal: string, throughMs: number, number: number): void {
    this.#drains.get(journal)?.through(throughMs, number);
    this.#poke();
  }

  /** A journal is not written any more. */
  finish(journal: string): void {
    this.#drains.get(journal)?.finish();
    this.#poke();
  }

  /** The store is back, perhaps in an older state: it is asked for its marks now. */
  recheck(): void {
    this.#marksAtMs = 0;
    this.#retryAtMs = 0;
    this.#poke();
  }

  /** Resolves with true when nothing is pending and everything is reported; with false when the time is over before that. */
  flush(limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), limitMs);
      this.#flushed.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
      this.#retryAtMs = 0;
      this.#poke();
    });
  }

  /** Ends after the call to the store that is under way. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#poke();
    await this.#ended;
  }

  get figures(): RecorderFigures {
    const drains = [...this.#drains.values()];
    return {
      taken: this.#own?.taken ?? 0,
      unconfirmedBytes: drains.reduce((bytes, drain) => bytes + drain.unconfirmedBytes, 0),
      pending: drains.reduce((n, drain) => n + drain.pending, 0),
      throughMs: this.#own?.throughMs ?? 0,
      confirmed: this.#confirmed,
      storeAway: this.#awaySinceMs !== undefined,
    };
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      this.#woken = false;
      const more = await this.#turn();
      this.#tellFigures();
      if (!more && !this.#closing && !this.#woken) await this.#wait();
    }
  }

  /** @returns whether there is more to do at once */
  async #turn(): Promise<boolean> {
    const { monotonicMs } = this.#modules;
    await this.#prepare();
    if (monotonicMs() < this.#retryAtMs) return false;
    try {
      while (this.#new.length > 0) {
        await this.#new[0]!.scan();
        this.#new.shift();
        this.#marksAtMs = 0;
      }
      if (monotonicMs() >= this.#marksAtMs) {
        // Set first, so that a caller of `recheck` in the meantime gets another comparison.
        this.#marksAtMs = monotonicMs() + MARKS_EVERY_MS;
        await this.#compare([...this.#drains.values()]);
      }
      let sent = false;
      for (const drain of this.#drains.values()) sent = (await this.#send(drain)) || sent;
      this.#succeeded();
      if (sent || this.#new.length > 0) return true;
      await this.#report();
      await this.#expire();
      if (!this.#woken) for (const flushed of this.#flushed.splice(0)) flushed();
    } catch (error) {
      this.#failed(error);
    }
    return false;
  }

  /** Makes batches while the store is away, too: they take less room than segments. Without room the segments stay and are sent as they are. */
  async #prepare(): Promise<void> {
    try {
      for (const drain of this.#drains.values()) await drain.prepare();
      this.#diskTrouble = '';
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (this.#diskTrouble === message) return;
      this.#diskTrouble = message;
      this.#modules.onEvent({ type: 'diskFailed', code, message });
    }
  }

  async #compare(drains: readonly JournalDrain[]): Promise<void> {
    for (let from = 0; from < drains.length; from += MARKS_AT_ONCE) {
      const some = drains.slice(from, from + MARKS_AT_ONCE);
      const marks = await this.#modules.store.marks(some.map(({ id }) => id));
      for (const drain of some) await drain.compare(marks.find(({ journal }) => journal === drain.id));
    }
  }

  /** Sends a journal's next batch. @returns whether there was one */
  async #send(drain: JournalDrain): Promise<boolean> {
    let next = await drain.next();
    if (next?.afterGap) {
      // The store is asked once more before a number is skipped for good.
      await this.#compare([drain]);
      next = await drain.next();
    }
    if (next === undefined) return false;
    if ((await this.#modules.store.apply(next.batch, next.afterGap)) === 'gap') {
      await this.#compare([drain]);
      const again = await drain.next();
      if (again?.batch.number === next.batch.number && !again.afterGap)
        throw new Error(
          `the store says that it lacks what is before batch ${next.batch.number} of ${drain.id}, and that it has it`,
        );
      return true;
    }
    await drain.confirm(next.batch);
    this.#confirmed += 1;
    return true;
  }

  async #report(): Promise<void> {
    for (const drain of this.#drains.values()) {
      const report = drain.report();
      if (report === undefined) continue;
      await this.#modules.store.reportThrough(drain.id, report.throughMs, report.finished);
      drain.reported(report);
    }
  }

  async #expire(): Promise<void> {
    for (const drain of this.#drains.values()) {
      await drain.expire();
      if (!drain.emptied) continue;
      this.#drains.delete(drain.id);
      this.#modules.onEvent({ type: 'emptied', journal: drain.id });
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#storeTrouble = '';
    if (this.#awaySinceMs === undefined) return;
    const awayMs = Math.round(this.#modules.monotonicMs() - this.#awaySinceMs);
    this.#awaySinceMs = undefined;
    this.#modules.onEvent({ type: 'storeBack', awayMs });
  }

  #failed(error: unknown): void {
    const { monotonicMs, random } = this.#modules;
    this.#failures += 1;
    this.#awaySinceMs ??= monotonicMs();
    this.#retryAtMs = monotonicMs() + backoffMs(this.#failures, random, RETRY);
    // A store that comes back may be in another state.
    this.#marksAtMs = 0;
    const { code, message } = error as NodeJS.ErrnoException;
    if (this.#storeTrouble === message) return;
    this.#storeTrouble = message;
    this.#modules.onEvent({ type: 'storeAway', code, message });
  }

  #tellFigures(): void {
    const { figures } = this;
    const text = JSON.stringify(figures);
    if (text === this.#toldFigures) return;
    this.#toldFigures = text;
    this.#modules.onFigures(figures);
  }

  async #wait(): Promise<void> {
    const now = this.#modules.monotonicMs();
    const untilMs = this.#retryAtMs > now ? this.#retryAtMs : this.#marksAtMs;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, Math.min(untilMs - now, MARKS_EVERY_MS)));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  #poke(): void {
    this.#woken = true;
    this.#wake();
  }
}

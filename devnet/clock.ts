/**
 * Time as the simulated node sees it: it can be the system's, run ahead of the system's, or stand still until told.
 * @module
 */

/** A timer that may be cancelled. */
export interface Timer {
  cancel(): void;
}

/** Time and timers. Everything in the simulated node that waits, waits on one of these. */
export interface Clock {
  /** ms since the epoch, an integer. */
  now(): number;
  /** Runs a function once, no sooner than `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
  /**
   * Moves time forward at once: timers that fall due run in their order. Each clock says which time they see.
   */
  advance(ms: number): void;
  /** Cancels every timer, and takes no more. */
  close(): void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** The timers of a clock, in the order in which they fall due. There are some dozens at most: a list will do. */
class Agenda {
  readonly #entries: Entry[] = [];
  #order = 0;

  add(atMs: number, run: () => void): Entry {
    const entry = { atMs, order: this.#order++, run };
    const place = this.#entries.findIndex((other) => other.atMs > atMs);
    this.#entries.splice(place === -1 ? this.#entries.length : place, 0, entry);
    return entry;
  }

  remove(entry: Entry): void {
    const place = this.#entries.indexOf(entry);
    if (place !== -1) this.#entries.splice(place, 1);
  }

  next(): Entry | undefined {
    return this.#entries[0];
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

/**
 * A clock that stands still except for `advance`, so that tests need not wait. Timers run each at its own time: one that
 * sets itself again runs as often as it would have in that time.
 * @param startMs - ms since the epoch
 */
export function createManualClock(startMs = 1_800_000_000_000): Clock {
  const agenda = new Agenda();
  let now = startMs;
  let closed = false;
  return {
    now: () => now,
    after(delayMs, run) {
      if (closed) return { cancel: () => {} };
      const entry = agenda.add(now + Math.max(0, delayMs), run);
      return { cancel: () => agenda.remove(entry) };
    },
    advance(ms) {
      const end = now + ms;
      for (let entry = agenda.next(); entry && entry.atMs <= end; entry = agenda.next()) {
        agenda.remove(entry);
        now = Math.max(now, entry.atMs);
        entry.run();
      }
      now = end;
    },
    close() {
      closed = true;
      agenda.clear();
    },
  };
}

/**
 * The system's time as it was at the start, counted on from there whatever is done to it since, which `advance` puts
 * further and further ahead. There, timers run all at the new time: one that sets itself again runs once, so that a
 * year ahead is no year's work.
 */
export function createSystemClock(): Clock {
  const agenda = new Agenda();
  // Date.now() alone may step back: timestamps of blocks would stand still, and with them all that waits.
  const startMs = Date.now() - performance.now();
  let aheadMs = 0;
  let closed = false;
  let sleeping: NodeJS.Timeout | undefined;
  const now = (): number => Math.floor(startMs + performance.now()) + aheadMs;
  const sleep = (): void => {
    clearTimeout(sleeping);
    const entry = agenda.next();
    if (entry) sleeping = setTimeout(runDue, Math.min(Math.max(0, entry.atMs - now()), 2 ** 31 - 1));
  };
  const runDue = (): void => {
    for (let entry = agenda.next(); entry && entry.atMs <= now(); entry = agenda.next()) {
      agenda.remove(entry);
      entry.run();
    }
    sleep();
  };
  return {
    now,
    after(delayMs, run) {
      if (closed) return { cancel: () => {} };
      const entry = agenda.add(now() + Math.max(0, delayMs), run);
      sleep();
      return { cancel: () => agenda.remove(entry) };
    },
    advance(ms) {
      aheadMs += ms;
      runDue();
    },
    close() {
      closed = true;
      clearTimeout(sleeping);
      agenda.clear();
    },
  };
}

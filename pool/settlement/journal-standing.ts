/**
 * Which journals tables wait for, and which they are made without.
 * @module
 */
import type { JournalMark } from '../ports/store.js';

/** A journal that reported nothing for so long is silent, ms: each does so every slice. */
export const SILENT_MS = 120_000;

/** The shortest silence after which a journal can be left out, ms. */
export const LEAST_SILENCE_MS = 30_000;

export interface JournalStanding {
  /** Everything from before it is there, of all journals that are waited for: ms since the epoch, infinite if there are none. */
  readonly throughMs: number;
  /** Journals that are not waited for. */
  readonly without: ReadonlySet<string>;
  /** Silent ones that are waited for, in order. */
  readonly blockedBy: readonly string[];
  /** Since when the first of them is silent, ms since the epoch. */
  readonly sinceMs: number | undefined;
  /** What the operator gave up and need not have: they are back, finished or gone. */
  readonly back: readonly string[];
}

export interface JournalTerms {
  /** Journals that the operator has given up, and when, ms since the epoch. */
  readonly abandoned: ReadonlyMap<string, number>;
  /** Silence after which one is left out, ms; undefined if it is always waited for. */
  readonly silentJournalMs: number | undefined;
  /** The store's clock, ms since the epoch. */
  readonly nowMs: number;
}

export function standingOf(
  marks: readonly JournalMark[],
  { abandoned, silentJournalMs, nowMs }: JournalTerms,
): JournalStanding {
  const leaveAfterMs =
    silentJournalMs === undefined ? Number.POSITIVE_INFINITY : Math.max(silentJournalMs, LEAST_SILENCE_MS);
  const without = new Set<string>();
  const silent: JournalMark[] = [];
  const back = new Set(abandoned.keys());
  let throughMs = Number.POSITIVE_INFINITY;
  for (const mark of marks) {
    if (mark.finished) continue;
    const silenceMs = nowMs - mark.throughMs;
    // One that has reported something since it was given up is back.
    const isAbandoned = mark.throughMs <= (abandoned.get(mark.journal) ?? Number.NEGATIVE_INFINITY);
    if (isAbandoned) back.delete(mark.journal);
    if (isAbandoned || silenceMs > leaveAfterMs) {
      without.add(mark.journal);
      continue;
    }
    throughMs = Math.min(throughMs, mark.throughMs);
    if (silenceMs > SILENT_MS) silent.push(mark);
  }
  return {
    throughMs,
    without,
    blockedBy: silent.map(({ journal }) => journal).sort(),
    sinceMs: silent.length === 0 ? undefined : Math.min(...silent.map((mark) => mark.throughMs)),
    back: [...back],
  };
}

/**
 * Work that comes after the tables that it belonged to, since its journal was left out of them: it counts as if it were of the newest slice
 * when it came.
 *
 * ```
 * left out --parts come for slices that tables were made of--> a move: these parts count in another slice
 *     \--its journal has caught up--> as any other
 * ```
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';
import type { JournalMark, StoredSlice } from '../ports/store.js';

/** A journal that tables were made without. */
export interface LeftOut {
  /** Number of its last batch in the last table that was made without it. */
  readonly number: number;
  /** Everything of it before this time was there when it was left out, ms since the epoch. */
  readonly fromMs: number;
  /** End of that table's interval, ms since the epoch: what comes for a time before it is late. */
  readonly beforeMs: number;
}

/** Parts of slices that count in another one. */
export interface LateMove {
  readonly journal: string;
  /** Numbers of batches: the last that does not belong to it, and the last that does. */
  readonly above: number;
  readonly upTo: number;
  /** Starts of their slices: from, and before, ms since the epoch. */
  readonly fromMs: number;
  readonly beforeMs: number;
  /** Start of the slice in which they count. */
  readonly toMs: number;
}

export interface LateWork {
  /** By journal. */
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  /** The newest last. */
  readonly moves: readonly LateMove[];
}

export const NO_LATE_WORK: LateWork = { leftOut: new Map(), moves: [] };

/** Most moves that are remembered; beyond, the oldest one counts where it was found. */
export const MAX_MOVES = 1_000;

/**
 * What is late as of a table that is made now.
 * @param marks - of all journals
 * @param without - journals that the table is made without
 * @param endMs - end of its interval, ms since the epoch
 * @param keptFromMs - start of the oldest slice that a window may hold
 */
export function lateWorkAt(
  { leftOut, moves }: LateWork,
  marks: readonly JournalMark[],
  without: ReadonlySet<string>,
  endMs: number,
  keptFromMs: number,
): LateWork {
  const nextOut = new Map<string, LeftOut>();
  const nextMoves = moves.filter(({ toMs }) => toMs >= keptFromMs);
  for (const { journal, number, throughMs } of marks) {
    const before = leftOut.get(journal);
    if (before !== undefined && number > before.number)
      nextMoves.push({
        journal,
        above: before.number,
        upTo: number,
        fromMs: before.fromMs,
        beforeMs: before.beforeMs,
        toMs: endMs - SLICE_MS,
      });
    const fromMs = before?.fromMs ?? Math.floor(throughMs / SLICE_MS) * SLICE_MS;
    if (without.has(journal)) nextOut.set(journal, { number, fromMs, beforeMs: endMs });
  }
  return { leftOut: nextOut, moves: nextMoves.slice(-MAX_MOVES) };
}

/** Whether a part of a slice is moved to another one. */
export function isMoved(moves: readonly LateMove[], part: StoredSlice): boolean {
  return moves.some((move) => isOf(move, part));
}

/** Whether a part is one of a move's. */
export function isOf(
  { journal, above, upTo, fromMs, beforeMs }: LateMove,
  part: Pick<StoredSlice, 'journal' | 'number' | 'startMs'>,
): boolean {
  return (
    part.journal === journal &&
    part.number > above &&
    part.number <= upTo &&
    part.startMs >= fromMs &&
    part.startMs < beforeMs
  );
}

/** Whether a part came after the table's marks were read: it is late, and counts with the next table. */
export function isTooNew({ leftOut }: LateWork, part: Pick<StoredSlice, 'journal' | 'number'>): boolean {
  const out = leftOut.get(part.journal);
  return out !== undefined && part.number > out.number;
}

export function encodeLateWork({ leftOut, moves }: LateWork): string {
  return JSON.stringify({ leftOut: Object.fromEntries(leftOut), moves });
}

/** What `encodeLateWork` wrote. @throws SyntaxError if the text is no JSON */
export function decodeLateWork(text: string): LateWork {
  const { leftOut, moves } = JSON.parse(text) as {
    readonly leftOut: Readonly<Record<string, LeftOut>>;
    readonly moves: readonly LateMove[];
  };
  return { leftOut: new Map(Object.entries(leftOut)), moves };
}

/**
 * Transactions that are on their way for so long that somebody should look: no node takes them, or no block does. Nothing is decided by
 * that. Pure.
 * @module
 */
import type { OpenIntent } from '../intents/intent-desk-port.js';

/**
 * Time after which a transaction should be in a block, or given up, ms: what no node knows is dead after half an hour, and given up when
 * its cancel lies deep.
 */
export const STUCK_MS = 7_200_000;

/** One of them. */
export interface Stuck {
  readonly txId: string;
  /** When it was signed, ms since the epoch. */
  readonly sinceMs: number;
  readonly standing: OpenIntent['standing'];
  /** What nodes said when they all refused it last, or the one that is to cancel it. */
  readonly refusal?: string;
}

/** @returns the oldest first; none that is in a block, or cancels another */
export function stuckOf(open: readonly OpenIntent[], nowMs: number): readonly Stuck[] {
  return open
    .filter(({ kind, isPaid, standing, sinceMs }) => {
      const isSeen = isPaid || standing === 'in-block' || standing === 'paid';
      return kind !== 'cancel' && !isSeen && nowMs - sinceMs >= STUCK_MS;
    })
    .toSorted((a, b) => a.sinceMs - b.sinceMs)
    .map(({ txId, sinceMs, standing, refusal: own }) => {
      const refusal =
        open.find((each) => each.cancels === txId && each.refusal !== undefined)?.refusal ?? own;
      return { txId, sinceMs, standing, ...(refusal !== undefined && { refusal }) };
    });
}

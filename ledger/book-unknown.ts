/**
 * Books outputs that a check did not expect, so that the next one does.
 * @module
 */
import type { BookFence } from './books-port.js';
import type { LedgerFindings } from './check.js';
import type { Ledger } from './ledger.js';
import { unexplained } from './movements.js';

/** Outputs that are booked at a time: who sends dust sends much of it. */
export const MAX_BOOKED_AT_ONCE = 100;

/**
 * Books unknown outputs as unexplained, each by itself. One that somebody else booked meanwhile is left to that.
 * @param findings - of a check with the outputs of a node, and with all that is awaited: an output that is booked here can be no
 * block's reward any more
 * @returns how many it booked
 */
export async function bookUnknown(
  ledger: Ledger,
  { groups }: LedgerFindings,
  { fence, timeMs }: { readonly fence: BookFence; readonly timeMs: number },
): Promise<number> {
  const coins = groups.flatMap(({ unknown }) => unknown).slice(0, MAX_BOOKED_AT_ONCE);
  let booked = 0;
  for (const coin of coins) {
    const outcome = await ledger.post({ fence, transactions: [unexplained(timeMs, coin)] });
    if (outcome === 'done') booked++;
  }
  return booked;
}

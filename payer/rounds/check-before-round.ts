/**
 * What goes before a round: the check of the whole ledger with what nodes have at the wallet's addresses.
 * @module
 */

import { bookUnknown } from '../../ledger/book-unknown.js';
import type { BookFence, LedgerBooks } from '../../ledger/books-port.js';
import { checkLedger, type LedgerFindings } from '../../ledger/check.js';
import type { NodeOutputs } from '../../ledger/check-outputs.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Opening } from '../../ledger/replay.js';

/**
 * What the full nodes say of the wallet. `outputs`: of one that is synced. `away`: none can be asked now. `differs`: a node pays others
 * than the wallet, or is on another network. Words for people.
 */
export type WalletLook =
  | { readonly kind: 'outputs'; readonly outputs: readonly NodeOutputs[] }
  | { readonly kind: 'away' | 'differs'; readonly why: string };

/**
 * `fine`: may be paid. `faulty`: nothing may be paid, in words. `later`: nothing can be said now.
 */
export type RoundCheck =
  | { readonly kind: 'fine'; readonly findings: LedgerFindings; readonly booked: number }
  | { readonly kind: 'faulty'; readonly why: string; readonly faults: number }
  | { readonly kind: 'later'; readonly why: string };

export interface RoundCheckOptions {
  readonly books: LedgerBooks;
  readonly ledger: Ledger;
  /** Where the log's texts begin, if they were trimmed. */
  readonly opening: Opening | undefined;
  readonly look: WalletLook;
  /** Whether a transaction on its way will bring the wallet an output, by name (`coinNameText`). */
  isAwaited(name: string): boolean;
  /** Undefined: outputs that nobody expected are left as they are. */
  readonly fence: BookFence | undefined;
  /** When nodes were asked, ms since the epoch. */
  readonly timeMs: number;
}

/** Checks, and books what nobody expected as unexplained. */
export async function checkBeforeRound(options: RoundCheckOptions): Promise<RoundCheck> {
  const { books, ledger, opening, look, fence, timeMs } = options;
  if (look.kind !== 'outputs')
    return look.kind === 'away'
      ? { kind: 'later', why: look.why }
      : { kind: 'faulty', why: look.why, faults: 1 };
  const { outputs } = look;
  const findings = await checkLedger({
    books,
    timeMs,
    outputs,
    ...(opening !== undefined && { opening }),
    isAwaited: options.isAwaited.bind(options),
  });
  const { faults, faultCount } = findings;
  const book = async (): Promise<number> =>
    fence === undefined ? 0 : await bookUnknown(ledger, findings, { fence, timeMs });
  if (faultCount > 0) {
    if (faults.every(({ fault }) => fault === 'debts')) {
      // What is missing may be at the wallet, and not booked: a withdrawal from burn addresses has left there by then.
      if ((await book()) > 0) return checkBeforeRound(options);
      const isComing = comingOf(findings) >= findings.debts - findings.assets;
      if (isComing)
        return { kind: 'later', why: `${faults[0]!.words}; what has come to the wallet is booked soon` };
    }
    const words = faults.map(({ fault, words }) => `${fault}: ${words}`);
    // Who sends an address thousands of outputs can't be stopped from it: it is a matter of the node's settings.
    if (faults.every(({ fault }) => fault === 'truncated'))
      return {
        kind: 'later',
        why: `${words[0]}: its setting alephium.api.default-utxos-limit must be higher`,
      };
    const more = faultCount > 1 ? `, and ${faultCount - 1} more` : '';
    return { kind: 'faulty', why: `the check of the ledger found ${words[0]}${more}`, faults: faultCount };
  }
  return { kind: 'fine', findings, booked: await book() };
}

/** What the wallet's addresses hold beyond what is expected there, attoALPH. */
function comingOf({ groups }: LedgerFindings): bigint {
  return groups.reduce((sum, { coming, unknownSum }) => sum + coming.amount + unknownSum.amount, 0n);
}

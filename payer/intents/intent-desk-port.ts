/**
 * The desk for transactions of the wallet: what is handed to it is signed, kept, booked, handed in, and followed to its end. Whoever plans
 * payouts and whoever keeps coins in order work with this.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { TransferStanding } from '../../node/follow.js';
import type { TransferParts } from '../../protocol/transfer.js';
import type { Unsigned } from '../../wallet/transfer-signer.js';
import type { Payment } from '../plan-round.js';

/**
 * What a transaction is for. `payout`: miners are paid. `merge`, `split`: coins of a group become fewer or more. `move`: coins go to
 * another group of the wallet. `withdrawal`: the operator takes coins out. `cancel`: coins of a dead transaction come back to
 * the wallet, so that it stays dead; the desk makes these itself.
 */
export const INTENT_KINDS = ['payout', 'merge', 'split', 'move', 'withdrawal', 'cancel'] as const;

export type IntentKind = (typeof INTENT_KINDS)[number];

/** A transaction that is wanted. */
export interface PreparedTransfer {
  readonly kind: Exclude<IntentKind, 'cancel'>;
  readonly fromGroup: Group;
  /** Into which group it goes, beside change. */
  readonly toGroup: Group;
  /** Inputs are outputs that the ledger expects, free, of these very amounts, not locked. `move` has one destination. */
  readonly parts: TransferParts;
  /** Of a payout: each destination's, in their order, each account once. None otherwise. */
  readonly payments: readonly Payment[];
}

/**
 * `sent`: kept, booked, and followed from now on, whatever the nodes said. `coins`: an input is not there, not free, or of another amount, or this very transaction was sent before.
 * `overdrawn`: a balance is less than what is to leave it. `fenced`: somebody else pays now, or nobody may. `unhealed`: what was sent before
 * must be in the books first. `Unsigned`: who has the wallet's keys has not signed. With all but `sent` nothing was handed in, and nothing ever will be.
 */
export type IssueOutcome = 'sent' | 'coins' | 'overdrawn' | 'fenced' | 'unhealed' | Unsigned;

/**
 * How books and journal stand to each other. `whole`: all that was ever sent is in the books. `waits`: some of it can't be booked yet, since
 * the books went back in time: what was lost of rewards and balances must be booked first. `behind`: the books went back further than the
 * journal knows; nobody can tell what was paid. `fenced`: see `IssueOutcome`.
 */
export type HealOutcome =
  | { readonly kind: 'whole' | 'fenced' }
  | { readonly kind: 'waits'; readonly txIds: readonly string[]; readonly reason: 'coins' | 'overdrawn' }
  | { readonly kind: 'behind'; readonly reason: string };

/** A transaction that is followed. */
export interface OpenIntent {
  readonly txId: string;
  readonly kind: IntentKind;
  readonly fromGroup: Group;
  readonly toGroup: Group;
  /** What nodes said last. */
  readonly standing: TransferStanding['kind'];
  /** Whether it is booked as paid: it is looked at again until it lies deep. */
  readonly isPaid: boolean;
  /** Outputs of the wallet that it will make, or has made if it is paid. */
  readonly made: number;
  /** What leaves balances of miners by it, attoALPH. */
  readonly owed: bigint;
  /** When it was signed, ms since the epoch. */
  readonly sinceMs: number;
  /** What nodes said when it was handed in last, if all refused it. */
  readonly refusal?: string;
  /** Of a `cancel`: the transaction that is to stay dead. */
  readonly cancels?: string;
}

/**
 * What could not be done in a step, and why, in words. `unheard`: full nodes can't be asked what became of transactions. `unhanded`: they can, and
 * none could be handed a transaction. `unbooked`: what they say of one can't be booked. `uncancelled`: one is dead, and what is to keep it so is not
 * on its way. `unhealed`: nothing new is sent, see `HealOutcome`.
 */
export interface StepTrouble {
  readonly kind: 'unheard' | 'unhanded' | 'unbooked' | 'uncancelled' | 'unhealed';
  readonly why: string;
}

/** All its calls take their turn; each of them may be made again at any time. */
export interface IntentDesk {
  /**
   * Brings journal and books together. Nothing is issued before it was whole once.
   * @throws StoreUnavailableError, StoredFileError
   */
  heal(): Promise<HealOutcome>;
  /**
   * Signs a transaction and sends it.
   * @throws RangeError, WalletError if it is none that can be sent: nothing was done
   * @throws StoreUnavailableError if it is not known whether it is booked: `heal` finds out. StoredFileError if the journal can't be
   * written: nothing was sent
   */
  issue(prepared: PreparedTransfer): Promise<IssueOutcome>;
  /**
   * Asks nodes, hands in again, books what is paid and what is no longer, and cancels what is dead. To be called every few seconds.
   * @returns what could not be done; the same again while nothing was due to be done anew; undefined if all is well
   * @throws as `heal`
   */
  step(): Promise<StepTrouble | undefined>;
  /** In the order in which they were issued. */
  open(): readonly OpenIntent[];
  /**
   * Whether an output of the wallet comes from a transaction that is followed and not booked yet, or was spent by one that is still followed.
   * @param name - `coinNameText`
   */
  isAwaited(name: string): boolean;
}

/**
 * What a payer tells.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { IntentKind, IssueOutcome, StepTrouble } from '../intents/intent-desk-port.js';
import type { Pause } from './payer-notes.js';
import type { Waiting } from './plan-payouts.js';
import type { Stuck } from './stuck.js';

/** Amounts in attoALPH. */
export type PayerEvent =
  /** A round was made, or a part of it; see `RoundOutcome`. */
  | {
      readonly type: 'round';
      readonly outcome: string;
      readonly transactions: number;
      readonly accounts: number;
      readonly paid: bigint;
      readonly fees: bigint;
      readonly waiting: Waiting;
      readonly tookMs: number;
    }
  /** It could not be made, in words; it is tried again. */
  | { readonly type: 'put-off'; readonly why: string }
  /** What could not be done about transactions that were sent, in words; it is tried again. */
  | { readonly type: StepTrouble['kind']; readonly why: string }
  /** Whoever has the wallet's keys does not sign, in words; it is tried again. */
  | { readonly type: 'unsigned'; readonly why: string }
  /** A transaction has been on its way for long; told once. */
  | ({ readonly type: 'stuck' } & Stuck)
  | ({ readonly type: 'paused' } & Pause)
  | { readonly type: 'resumed' }
  /** Outputs came to the wallet, and nobody has said from where. */
  | { readonly type: 'unexplained'; readonly outputs: number }
  /** Coins of a group are joined or split. */
  | {
      readonly type: 'coins';
      readonly kind: 'merge' | 'split';
      readonly group: Group;
      readonly inputs: number;
      readonly outputs: number;
      readonly fee: bigint;
    }
  | {
      readonly type: 'move';
      readonly fromGroup: Group;
      readonly toGroup: Group;
      readonly amount: bigint;
      readonly fee: bigint;
    }
  /** The wallet's coins are left as they are: the fee would be more than the pool has of its own. */
  | { readonly type: 'poor'; readonly fee: bigint; readonly own: bigint }
  /** The books had changed since the plan was made. */
  | { readonly type: 'refused'; readonly kind: IntentKind; readonly outcome: Exclude<IssueOutcome, object> }
  /** Outputs at an address of the wallet are many, in words. */
  | { readonly type: 'outputs'; readonly group: Group; readonly outputs: number; readonly words: string };

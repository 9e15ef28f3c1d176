/**
 * What is to be done about a transaction, by what nodes say of it and of those that are to keep it dead. Pure.
 * @module
 */
import { type FollowedTransfer, isInBlock } from '../../node/follow.js';
import type { TransactionStatus } from '../../node/rest-transactions.js';
import type { IntentKind } from './intent-desk-port.js';

/** How deep a transaction must lie: blocks of chain (from, from). */
export interface Depths {
  /** It is paid. */
  readonly confirmations: number;
  /** It is not looked at any more; a cancel is believed. At least `confirmations`. */
  readonly recheck: number;
}

/** A transaction as it was just seen. */
export interface Seen {
  readonly followed: FollowedTransfer;
  readonly status: TransactionStatus;
}

/**
 * `wait`: nothing. `paid`, `fell-back`: it is to be booked as paid, or no longer. `end`: it lies deep. `cancel`: it is dead, and nothing keeps it so yet.
 * `return`: it is dead for good, by a cancel.
 */
export type Decision<Cancel> =
  | { readonly kind: 'wait' | 'paid' | 'fell-back' | 'end' | 'cancel' }
  | { readonly kind: 'return'; readonly by: Cancel };

/**
 * @param target - any but a cancel; `isPaid`: it is booked as paid
 * @param cancels - of it
 */
export function decide<Cancel extends Seen>(
  target: Seen & { readonly kind: IntentKind; readonly isPaid: boolean },
  cancels: readonly Cancel[],
  depths: Depths,
): Decision<Cancel> {
  const { status, followed, isPaid, kind } = target;
  if (status.kind === 'confirmed') {
    if (isPaid) return { kind: status.fromGroupConfirmations >= depths.recheck ? 'end' : 'wait' };
    const isThere = kind !== 'move' || status.toGroupConfirmations > 0;
    return { kind: status.fromGroupConfirmations >= depths.confirmations && isThere ? 'paid' : 'wait' };
  }
  if (isPaid) return { kind: 'fell-back' };
  // Nobody may be about to take it into a block.
  const by = status.kind === 'pooled' ? undefined : cancels.find((cancel) => isDeep(cancel, depths));
  if (by !== undefined) return { kind: 'return', by };
  return { kind: isDead(followed) && cancels.every((cancel) => isDead(cancel.followed)) ? 'cancel' : 'wait' };
}

/** Whether it will be in no block, as far as anybody can tell. */
export function isDead({ standing }: FollowedTransfer): boolean {
  return standing.kind === 'lost' || (standing.kind === 'conflicted' && standing.final);
}

/** Whether it must be kept from nodes: something is on its way that is to keep it dead, or it is in a block. */
export function isHeldBack(target: FollowedTransfer, cancels: readonly FollowedTransfer[]): boolean {
  return isInBlock(target) || cancels.some((cancel) => !isDead(cancel));
}

function isDeep({ status }: Seen, { recheck }: Depths): boolean {
  return status.kind === 'confirmed' && status.fromGroupConfirmations >= recheck;
}

/**
 * What becomes of a transfer that was handed to a node: a state, what was heard, and what is to be done.
 *
 * In a block is not paid: a transfer (f, t) is decided when a block of chain (f, f) has taken its block in, and until then another
 * one that spends the same output may win on a sibling chain. So it counts as paid after some blocks of (f, f). Nodes drop what
 * waits for too long, valid or not: the same bytes are handed in again and again until they are in a block.
 * @module
 */
import type { BlockStanding, TransactionStatus } from './rest-transactions.js';

/** Time after which a transfer that is in no block is handed in again, ms. */
export const RESUBMIT_MS = 60_000;

/** Time for which a node may know nothing of a transfer that it is handed again and again, ms. */
export const LOST_MS = 1_800_000;

/** Blocks of chain (from, from) after which a transfer counts as paid, unless told otherwise. */
export const DEFAULT_CONFIRMATIONS = 20;

/** How far a transfer has come. Each may be left again, also the last ones, if the chain is reorganised. */
export type TransferStanding =
  /** Not handed in yet. */
  | { readonly kind: 'new' }
  /** Handed in; the node does not know it. */
  | { readonly kind: 'submitted' }
  /** Waits at the node for a block. */
  | { readonly kind: 'pooled' }
  /** In a block, with too few confirmations. */
  | (BlockStanding & { readonly kind: 'in-block' })
  | (BlockStanding & { readonly kind: 'paid' })
  /** In a block, and without effect: another transfer has spent a coin of it. `final` after as many confirmations as `paid`. */
  | (BlockStanding & { readonly kind: 'conflicted'; readonly final: boolean })
  /** The node has known nothing of it for half an hour, whatever it was handed. */
  | { readonly kind: 'lost' };

/** A transfer that is followed. */
export interface FollowedTransfer {
  readonly standing: TransferStanding;
  /** When it was handed in last, ms. */
  readonly submittedMs: number | undefined;
  /** Since when the node knows nothing of it though it was handed in, ms. */
  readonly missingMs: number | undefined;
}

/** What was done or heard. `submitted`: handed in, whatever the answer was. */
export type FollowEvent =
  | { readonly kind: 'submitted' }
  | { readonly kind: 'status'; readonly status: TransactionStatus };

/** One that was not handed in yet. */
export const NEW_TRANSFER: FollowedTransfer = {
  standing: { kind: 'new' },
  submittedMs: undefined,
  missingMs: undefined,
};

/**
 * The next state.
 * @param nowMs - of any clock that only grows
 * @param confirmations - of chain (from, from) that make it paid, at least 1
 */
export function follow(
  state: FollowedTransfer,
  event: FollowEvent,
  nowMs: number,
  confirmations: number,
): FollowedTransfer {
  if (event.kind === 'submitted') {
    const standing = state.standing.kind === 'new' ? ({ kind: 'submitted' } as const) : state.standing;
    return { ...state, standing, submittedMs: nowMs };
  }
  const { status } = event;
  if (status.kind === 'unknown') return missing(state, nowMs);
  const known = { ...state, missingMs: undefined };
  if (status.kind === 'pooled') return { ...known, standing: { kind: 'pooled' } };
  const deep = status.fromGroupConfirmations >= confirmations;
  return {
    ...known,
    standing:
      status.kind === 'conflicted'
        ? { ...status, kind: 'conflicted', final: deep }
        : { ...status, kind: deep ? 'paid' : 'in-block' },
  };
}

function missing(state: FollowedTransfer, nowMs: number): FollowedTransfer {
  // Before it is handed in nobody can know it. What an earlier run handed in, and was in a block, must be handed in again.
  if (state.submittedMs === undefined) return NEW_TRANSFER;
  const missingMs = state.missingMs ?? nowMs;
  const lost = nowMs - missingMs >= LOST_MS;
  return { ...state, standing: { kind: lost ? 'lost' : 'submitted' }, missingMs };
}

/** Whether a block of the main chain has it. */
export function isInBlock({ standing }: FollowedTransfer): boolean {
  return 'blockHash' in standing;
}

/** Whether it must be handed in now: the first time, or again. */
export function isDue(state: FollowedTransfer, nowMs: number): boolean {
  if (isInBlock(state)) return false;
  return state.submittedMs === undefined || nowMs - state.submittedMs >= RESUBMIT_MS;
}

/** Whether nothing more is to be waited for. */
export function isSettled({ standing }: FollowedTransfer): boolean {
  const { kind } = standing;
  return kind === 'paid' || kind === 'lost' || (kind === 'conflicted' && standing.final);
}

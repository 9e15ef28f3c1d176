/**
 * Hands the transfers of a withdrawal to a node, and follows them until it is known what became of each.
 * @module
 */

import {
  type FollowEvent,
  type FollowedTransfer,
  follow,
  isDue,
  isInBlock,
  isSettled,
  NEW_TRANSFER,
  type TransferStanding,
} from '../../node/follow.js';
import { RestError } from '../../node/rest.js';
import type {
  SignedTransfer,
  SubmitAnswer,
  TransactionPlace,
  TransactionStatus,
} from '../../node/rest-transactions.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { type Withdrawal, WithdrawalError } from './withdrawal.js';

/** A node, as far as it is needed here. Both reject with a RestError if it can't be asked. */
export interface TransactionNode {
  submit(transfer: SignedTransfer): Promise<SubmitAnswer>;
  status(place: TransactionPlace): Promise<TransactionStatus>;
}

export interface SubmitOptions {
  /** Blocks of chain (from, from) that make a transfer paid, at least 1. */
  readonly confirmations: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Waits until the node is to be asked again; resolves to false if nobody wants to know any more. */
  readonly wait: () => Promise<boolean>;
  /** A transfer stands otherwise than before. @param i - its place in the withdrawal, from 0 */
  readonly onStanding: (i: number, standing: TransferStanding) => void;
  /** The node refused a transfer that is in no block, in other words than before. It decides nothing. */
  readonly onRefused: (i: number, detail: string) => void;
  /** The node can't be asked, in other words than before. It is tried again. */
  readonly onTrouble: (message: string) => void;
}

/** A transfer on its way. */
interface Way {
  readonly signed: SignedTransfer;
  readonly place: TransactionPlace;
  state: FollowedTransfer;
  refusal: string | undefined;
}

/**
 * Follows a withdrawal to its end, or until nobody wants to know any more.
 * @returns how each transfer stands
 * @throws WithdrawalError if one is not signed; nothing is handed in then
 */
export async function submitWithdrawal(
  withdrawal: Withdrawal,
  node: TransactionNode,
  options: SubmitOptions,
): Promise<readonly TransferStanding[]> {
  const ways = waysOf(withdrawal);
  let trouble: string | undefined;
  do {
    let met: string | undefined;
    for (const [i, way] of ways.entries()) {
      if (isSettled(way.state)) continue;
      try {
        await step(i, way, node, options);
      } catch (error) {
        if (!(error instanceof RestError)) throw error;
        met = error.message;
        // The others would wait as long for it.
        break;
      }
    }
    if (met !== undefined && met !== trouble) options.onTrouble(met);
    trouble = met;
  } while (!ways.every(({ state }) => isSettled(state)) && (await options.wait()));
  return ways.map(({ state }) => state.standing);
}

function waysOf({ transactions }: Withdrawal): readonly Way[] {
  return transactions.map(({ transfer, signature }, i) => {
    if (signature === undefined)
      throw new WithdrawalError(`transactions[${i}].signature: expected one, got nothing: it is not signed`);
    const txId = bytesToHex(transfer.id);
    return {
      signed: { unsignedTx: bytesToHex(transfer.bytes), signature: bytesToHex(signature), txId },
      place: { txId, fromGroup: transfer.from.group, toGroup: transfer.toGroup },
      state: NEW_TRANSFER,
      refusal: undefined,
    };
  });
}

/** Asks how a transfer stands, and hands it in where it is due. */
async function step(i: number, way: Way, node: TransactionNode, options: SubmitOptions): Promise<void> {
  const heard = (event: FollowEvent): void => {
    const before = JSON.stringify(way.state.standing);
    way.state = follow(way.state, event, options.now(), options.confirmations);
    if (JSON.stringify(way.state.standing) !== before) options.onStanding(i, way.state.standing);
  };
  // First: an earlier run may have handed it in.
  heard({ kind: 'status', status: await node.status(way.place) });
  if (!isDue(way.state, options.now())) return;
  const answer = await node.submit(way.signed);
  heard({ kind: 'submitted' });
  heard({ kind: 'status', status: await node.status(way.place) });
  if (answer.kind === 'taken' || isInBlock(way.state) || answer.detail === way.refusal) return;
  way.refusal = answer.detail;
  options.onRefused(i, answer.detail);
}

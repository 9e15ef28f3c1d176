/**
 * Recorded questions about transfers and their answers, and the coins that a simulated network needs so that they can be asked
 * again there: the recorded ones, by their names, so that recorded bytes and signatures are good.
 * @module
 */
import type { FinalCoin } from '../../devnet/coins/saved-coins.js';
import { GENESIS_TIMESTAMP_MS } from '../../devnet/genesis.js';
import { parseAddress } from '../../protocol/address.js';
import { hexToBytes } from '../../protocol/bytes.js';
import type { UnsignedTransaction } from '../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';

/** A question and its answer. */
export interface RecordedCall {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
  readonly response: unknown;
}

/** A coin as REST shows it. */
export interface ShownCoin {
  readonly ref: { readonly hint: number; readonly key: string };
  /** attoALPH. */
  readonly amount: string;
  readonly lockTime: number;
}

/** The transaction that an answer holds, whole, or none. */
export function unsignedIn(response: unknown): UnsignedTransaction[] {
  const { unsignedTx } = response as { unsignedTx?: unknown };
  return typeof unsignedTx === 'string' ? [decodeUnsignedTransaction(hexToBytes(unsignedTx))] : [];
}

/** A coin of the first blocks. @param owner - its address @param lockTimeMs - ms since the epoch */
export function coinOf(
  ref: ShownCoin['ref'],
  owner: string,
  amount: bigint,
  lockTimeMs: number = 0,
): FinalCoin {
  const { lockupScript, group } = parseAddress(owner)!;
  const output = {
    amount,
    lockupScript,
    lockTimeMs: BigInt(lockTimeMs),
    tokens: [],
    additionalData: new Uint8Array(0),
  };
  const timestampMs = Number(GENESIS_TIMESTAMP_MS);
  const place = { block: '', chain: 0, height: 0, timestampMs, transaction: '', final: true };
  return { coin: { ...ref, group, output }, place };
}

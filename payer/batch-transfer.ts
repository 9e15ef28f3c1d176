/**
 * The transfer that a batch is.
 * @module
 */
import type { TransferParts } from '../protocol/transfer.js';
import type { Batch } from './plan-round.js';

/** @param publicKey - of the wallet's address of the batch's group @param timestampMs - now, ms since the epoch */
export function batchTransfer(
  { inputs, payments, change }: Batch,
  networkId: number,
  publicKey: Uint8Array,
  timestampMs: bigint,
): TransferParts {
  const destinations = payments.map(({ address, paid }) => ({ address, amount: paid }));
  return { networkId, publicKey, inputs, destinations, change, timestampMs };
}

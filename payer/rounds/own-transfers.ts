/**
 * Transfers of the wallet to itself, as they are handed to the desk of intents.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { Address } from '../../protocol/address.js';
import { batchTransfer } from '../batch-transfer.js';
import type { Consolidation } from '../consolidation.js';
import type { PreparedTransfer } from '../intents/intent-desk-port.js';
import type { Batch } from '../plan-round.js';
import type { Move } from './plan-move.js';

/** What is public of the wallet that pays. */
export interface PayingWallet {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 4, by group. */
  readonly keys: readonly { readonly publicKey: Uint8Array; readonly address: Address }[];
}

/** @param timeMs - now, ms since the epoch */
export function payoutOf({ networkId, keys }: PayingWallet, batch: Batch, timeMs: number): PreparedTransfer {
  const { publicKey } = keys[batch.fromGroup]!;
  return {
    kind: 'payout',
    fromGroup: batch.fromGroup as Group,
    toGroup: batch.toGroup as Group,
    parts: batchTransfer(batch, networkId, publicKey, BigInt(timeMs)),
    payments: batch.payments,
  };
}

/** @param timeMs - now, ms since the epoch */
export function consolidationOf(
  { networkId, keys }: PayingWallet,
  group: Group,
  { kind, inputs, outputs }: Consolidation,
  timeMs: number,
): PreparedTransfer {
  const { publicKey, address } = keys[group]!;
  const destinations = outputs.map((amount) => ({ address, amount }));
  return {
    kind,
    fromGroup: group,
    toGroup: group,
    parts: { networkId, publicKey, inputs, destinations, change: 0n, timestampMs: BigInt(timeMs) },
    payments: [],
  };
}

/** @param timeMs - now, ms since the epoch */
export function moveOf(
  { networkId, keys }: PayingWallet,
  { fromGroup, toGroup, inputs, amount, change }: Move,
  timeMs: number,
): PreparedTransfer {
  const destinations = [{ address: keys[toGroup]!.address, amount }];
  const { publicKey } = keys[fromGroup]!;
  return {
    kind: 'move',
    fromGroup: fromGroup as Group,
    toGroup: toGroup as Group,
    parts: { networkId, publicKey, inputs, destinations, change, timestampMs: BigInt(timeMs) },
    payments: [],
  };
}

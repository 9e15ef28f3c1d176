/**
 * Coins that leave burn addresses: transfers that are planned where the fund is, signed where the keys are, and handed to
 * a node. What an offline machine must know goes along.
 * @module
 */
import type { Address } from '../../protocol/address.js';
import type { Transfer, TransferInput } from '../../protocol/transfer.js';

/** Most transactions of a withdrawal: four of 256 coins for each burn address. */
export const MAX_TRANSACTIONS = 64;

/** A transfer from one burn address, whose change goes back to it. */
export interface WithdrawalTransaction {
  readonly transfer: Transfer;
  /** In the order of the transfer. */
  readonly inputs: readonly Pick<TransferInput, 'key' | 'amount'>[];
  /** What it pays, attoALPH. */
  readonly amount: bigint;
  /** What goes back to the burn address, attoALPH. */
  readonly change: bigint;
  /** By the burn key over the transfer's id, 64 bytes; undefined as long as nobody has signed. */
  readonly signature: Uint8Array | undefined;
}

/** Transfers that pay one address. */
export interface Withdrawal {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  readonly to: Address;
  /** What arrives, attoALPH: fees come on top. */
  readonly amount: bigint;
  /** 1 to 64. */
  readonly transactions: readonly WithdrawalTransaction[];
}

/** A file of a withdrawal can't be used, or can't be signed with these keys. */
export class WithdrawalError extends Error {
  override readonly name = 'WithdrawalError';
  readonly code = 'ERR_POLW_WITHDRAWAL';
}

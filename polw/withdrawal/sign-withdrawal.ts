/**
 * Signs withdrawals with burn keys, on a machine that needs no network.
 * @module
 */

import { signTransferId } from '../../wallet/transfer-signature.js';
import type { BurnKey } from '../keys/burn-keys.js';
import { type Withdrawal, WithdrawalError } from './withdrawal.js';

/**
 * The withdrawal with a signature on each transaction.
 * @param withdrawal - planned here, or read by `parseWithdrawal`: its transfers were made from what it says
 * @param keys - of a mnemonic
 * @throws WithdrawalError if coins of other keys are spent; nothing is signed then
 */
export function signWithdrawal(withdrawal: Withdrawal, keys: readonly BurnKey[]): Withdrawal {
  const byAddress = new Map(keys.map((key) => [key.address.text, key]));
  const owners = withdrawal.transactions.map(({ transfer }, i) => {
    const key = byAddress.get(transfer.from.text);
    if (key === undefined)
      throw new WithdrawalError(
        `transactions[${i}].from: expected one of the ${keys.length} burn addresses of the mnemonic, got ${transfer.from.text}`,
      );
    return key;
  });
  const transactions = withdrawal.transactions.map((transaction, i) => ({
    ...transaction,
    signature: signTransferId(transaction.transfer, owners[i]!.privateKey),
  }));
  return { ...withdrawal, transactions };
}

/**
 * Withdrawals as text: the file that goes to an offline machine and back, and what people are shown of it.
 * @module
 */
import { alphText } from '../../protocol/alph-text.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { networkIdText } from '../../protocol/network-name.js';
import { counted } from '../../protocol/quantity-text.js';
import type { Withdrawal, WithdrawalTransaction } from './withdrawal.js';

/** What such a file says that it is. */
export const WITHDRAWAL_TYPE = 'polw-withdrawal';

/** A file as `parseWithdrawal` reads it. No secret is in it. */
export function withdrawalText({ networkId, to, amount, transactions }: Withdrawal): string {
  const entries = transactions.map(({ transfer, inputs, signature, ...amounts }) => ({
    from: transfer.from.text,
    amount: `${amounts.amount}`,
    fee: `${transfer.fee}`,
    change: `${amounts.change}`,
    inputs: inputs.map((input) => ({ key: bytesToHex(input.key), amount: `${input.amount}` })),
    unsignedTx: bytesToHex(transfer.bytes),
    txId: bytesToHex(transfer.id),
    ...(signature === undefined ? {} : { signature: bytesToHex(signature) }),
  }));
  const file = { type: WITHDRAWAL_TYPE, networkId, to: to.text, amount: `${amount}`, transactions: entries };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** What a withdrawal does, in lines for whoever is to sign it. */
export function withdrawalLines(withdrawal: Withdrawal): readonly string[] {
  const { networkId, to, amount, transactions } = withdrawal;
  const fees = transactions.reduce((sum, { transfer }) => sum + transfer.fee, 0n);
  const signed = transactions.filter(({ signature }) => signature !== undefined).length;
  return [
    networkIdText(networkId),
    `pays ${alphText(amount)} ALPH to ${to.text}, in group ${to.group}`,
    `in ${counted(transactions.length, 'transaction')}, ${signed} of them signed; fees ${alphText(fees)} ALPH beyond that`,
    ...transactions.flatMap((transaction, i) => linesOf(transaction, to.text, i, transactions.length)),
  ];
}

function linesOf(
  { transfer, inputs, amount, change }: WithdrawalTransaction,
  to: string,
  i: number,
  of: number,
): readonly string[] {
  const spent = inputs.reduce((sum, input) => sum + input.amount, 0n);
  return [
    `transaction ${i + 1} of ${of}: ${bytesToHex(transfer.id)}`,
    `  spends ${counted(inputs.length, 'coin')} of ${alphText(spent)} ALPH of burn address ${transfer.from.text}, in group ${transfer.from.group}`,
    `  pays   ${alphText(amount)} ALPH to ${to}`,
    `  change ${change === 0n ? 'none' : `${alphText(change)} ALPH back to that burn address`}`,
    `  fee    ${alphText(transfer.fee)} ALPH`,
  ];
}

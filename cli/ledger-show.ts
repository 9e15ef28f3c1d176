/**
 * `lesswork ledger show`: the balance of a miner, and the last that happened to it.
 * @module
 */
import { minerAccount } from '../ledger/accounts.js';
import { CheckFaults } from '../ledger/check-faults.js';
import { Ledger } from '../ledger/ledger.js';
import { logEntries, transactionsOf } from '../ledger/replay.js';
import type { Transaction } from '../ledger/transaction.js';
import { parseAccount } from '../pool/domain/account.js';
import { alphText } from '../protocol/alph-text.js';
import type { LedgerDesk } from './ledger-desk.js';

export interface LedgerShowOptions {
  readonly address: string;
  /** Transactions that are shown, the newest ones. */
  readonly last: number;
  readonly json: boolean;
}

/** @throws RangeError if the address is none */
export async function showOnDesk(desk: LedgerDesk, options: LedgerShowOptions): Promise<void> {
  const { address, last, json } = options;
  const account = parseAccount(address);
  if (account === undefined)
    throw new RangeError(`expected an address that can be paid, got ${JSON.stringify(address)}`);
  const name = minerAccount(account.key);
  const [balance] = await new Ledger(desk.books).balances([name]);
  const found: { transaction: Transaction; amount: bigint }[] = [];
  const from = await desk.books.logStart();
  const end = await desk.books.logEnd();
  const entries = logEntries(desk.books, from, end);
  for await (const transaction of transactionsOf({ entries, from, end, faults: new CheckFaults() })) {
    const posting = transaction.postings.find((one) => one.account === name);
    if (posting === undefined) continue;
    found.push({ transaction, amount: -posting.amount });
    if (found.length > last) found.shift();
  }
  const owed = -(balance ?? 0n);
  if (json) {
    const transactions = found.map(({ transaction: { key, timeMs, kind, txId }, amount }) => ({
      key,
      timeMs,
      kind,
      ...(txId !== '' && { txId }),
      amount: `${amount}`,
    }));
    const said = { type: 'ledger-account', address: account.address, balance: `${owed}`, transactions };
    desk.write(`${JSON.stringify(said)}\n`);
    return;
  }
  desk.write(`${account.address}: balance ${alphText(owed)} ALPH\n`);
  if (found.length === 0) desk.write('no transaction of it is in the books\n');
  for (const { transaction, amount } of found) {
    const { timeMs, kind, txId, key } = transaction;
    const sign = amount > 0n ? '+' : '';
    desk.write(
      `${new Date(timeMs).toISOString()}  ${sign}${alphText(amount)} ALPH  ${kind}  ${txId === '' ? key : txId}\n`,
    );
  }
}

/**
 * The ledger as a table that accountants import: a line for each posting, comma-separated (RFC 4180).
 * @module
 */

import { alphText } from '../protocol/alph-text.js';
import { encodeBase58 } from '../protocol/base58.js';
import { hexToBytes } from '../protocol/bytes.js';
import { type AccountName, MINER_PREFIX, sideOf } from './accounts.js';
import type { Transaction } from './transaction.js';

/** Names of the columns. Amounts are in ALPH, without rounding; times in UTC. */
export const CSV_COLUMNS = ['date', 'type', 'amount', 'account', 'txid', 'key', 'memo'] as const;

/** The line of the names. */
export function csvHead(): string {
  return CSV_COLUMNS.join(',');
}

/** A line for each posting of a transaction; totals are left out, which move nothing. */
export function csvLines({ timeMs, kind, postings, txId, key, memo }: Transaction): string[] {
  const date = new Date(timeMs).toISOString();
  return postings
    .filter(({ account }) => sideOf(account) !== 'total')
    .map(({ account, amount }) =>
      [date, kind, alphText(amount), accountWords(account), txId, key, memo].map(field).join(','),
    );
}

/** An account for people: a miner's by its address, a groupless one without a group. */
export function accountWords(account: AccountName): string {
  const key = account.startsWith(MINER_PREFIX) ? account.slice(MINER_PREFIX.length) : undefined;
  return key === undefined || key.startsWith('~')
    ? account
    : `${MINER_PREFIX}${encodeBase58(hexToBytes(key))}`;
}

/** A text as a field. What a spreadsheet would take for a formula is made a text of; an amount is none. */
function field(text: string): string {
  const plain = /^[=+@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

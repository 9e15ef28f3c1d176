/**
 * `lesswork pool withdraw`, `lesswork pool cancel`: ask a running pool at its administration.
 * @module
 */

import { writePrivateFile } from '../files/write-private-file.js';
import { loadWithdrawal } from '../polw/withdrawal/load-withdrawal.js';
import { parseWithdrawal } from '../polw/withdrawal/parse-withdrawal.js';
import { reservationIdOf } from '../polw/withdrawal/withdraw-from-fund.js';
import { withdrawalLines } from '../polw/withdrawal/withdrawal-text.js';
import type { Address } from '../protocol/address.js';
import { askAdmin } from './ask-admin.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for the pool, which asks its store, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The id of a withdrawal, as the pool tells it. */
const ID = /^[0-9a-f]{16}$/;

export interface PoolWithdrawOptions {
  readonly to: Address;
  /** attoALPH. */
  readonly amount: bigint;
  /** Left at each address, attoALPH. */
  readonly keep: bigint;
  /** Also what was not earned. */
  readonly fromFund: boolean;
  /** Path of the file to write. */
  readonly out: string;
}

/**
 * Has a pool set coins of its fund aside, and writes what is to be signed.
 * @throws Error if the pool can't be asked or refuses, or the file can't be written: then the coins are given back
 */
export async function runPoolWithdraw(
  configPath: string | undefined,
  { to, amount, keep, fromFund, out }: PoolWithdrawOptions,
): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  const query = new URLSearchParams({ to: to.text, amount: `${amount}`, keep: `${keep}` });
  if (fromFund) query.set('fromFund', '1');
  const response = await askAdmin(admin, `/admin/polw/withdrawals?${query}`, ANSWER_TIMEOUT_MS);
  const text = await response.text();
  const withdrawal = parseWithdrawal(text);
  try {
    await writePrivateFile(out, text, { overwrite: false, remedy: 'name another one' });
  } catch (error) {
    await askAdmin(admin, cancelPath(reservationIdOf(withdrawal)), ANSWER_TIMEOUT_MS);
    throw error;
  }
  for (const line of withdrawalLines(withdrawal)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${out}: to be signed; its coins are set aside, until it is paid or cancelled\n`);
}

/**
 * Has a pool give back what was set aside for a withdrawal.
 * @param file - of the withdrawal, or 16 hex digits, its id
 * @throws WithdrawalError if the file can't be used
 * @throws Error if the pool can't be asked, or has nothing set aside for it
 */
export async function runPoolCancel(configPath: string | undefined, file: string): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  const id = ID.test(file) ? file : reservationIdOf(await loadWithdrawal(file));
  await askAdmin(admin, cancelPath(id), ANSWER_TIMEOUT_MS);
  process.stdout.write(`${file}: its coins are given back\n`);
}

function cancelPath(id: string): string {
  return `/admin/polw/withdrawals/${id}/cancel`;
}

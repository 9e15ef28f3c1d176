/**
 * Reads a file of a withdrawal.
 * @module
 */

import { readStart } from '../../files/read-start.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { parseWithdrawal } from './parse-withdrawal.js';
import { type Withdrawal, WithdrawalError } from './withdrawal.js';

/** Longest file that is read, bytes: 64 transactions of 256 coins take some 4 MB. */
const MAX_WITHDRAWAL_BYTES = 8_388_608;

/** @throws WithdrawalError, with the path, if the file can't be read or anything in it is wrong */
export async function loadWithdrawal(path: string): Promise<Withdrawal> {
  let content: Buffer;
  try {
    content = await readStart(path, MAX_WITHDRAWAL_BYTES);
  } catch (error) {
    throw new WithdrawalError(`${path}: ${systemErrorText(error)}`);
  }
  if (content.length > MAX_WITHDRAWAL_BYTES)
    throw new WithdrawalError(`${path}: expected at most ${MAX_WITHDRAWAL_BYTES} bytes, got a longer file`);
  try {
    return parseWithdrawal(content.toString());
  } catch (error) {
    if (error instanceof WithdrawalError) throw new WithdrawalError(`${path}: ${error.message}`);
    throw error;
  }
}

/**
 * `lesswork polw sign`: a withdrawal and a mnemonic in, the withdrawal with signatures out.
 * @module
 */

import { writePrivateFile } from '../files/write-private-file.js';
import { deriveBurnKeys } from '../polw/keys/burn-keys.js';
import { loadWithdrawal } from '../polw/withdrawal/load-withdrawal.js';
import { parseWithdrawal } from '../polw/withdrawal/parse-withdrawal.js';
import { signWithdrawal } from '../polw/withdrawal/sign-withdrawal.js';
import { withdrawalLines, withdrawalText } from '../polw/withdrawal/withdrawal-text.js';
import { counted } from '../protocol/quantity-text.js';
import { readMnemonic } from './read-mnemonic.js';
import { processSecrets } from './secret-input.js';

export interface PolwSignOptions {
  /** Path of the file to write; undefined for stdout. */
  readonly out?: string | undefined;
  /** Replace the file. */
  readonly force: boolean;
}

/**
 * Tells what the transfers do, signs them, looks at what it signed as `submit` will, and writes it.
 * @throws WithdrawalError if the file can't be used, or is of other keys; MnemonicError if there is none on standard input;
 * Error if the file can't be written
 */
export async function runPolwSign(path: string, { out, force }: PolwSignOptions): Promise<void> {
  const withdrawal = await loadWithdrawal(path);
  const told = withdrawalLines(withdrawal).map((line) => `${line}\n`);
  (out === undefined ? process.stderr : process.stdout).write(told.join(''));
  const mnemonic = await readMnemonic(processSecrets());
  const text = withdrawalText(signWithdrawal(withdrawal, deriveBurnKeys(mnemonic)));
  parseWithdrawal(text);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writePrivateFile(out, text, { overwrite: force, remedy: '--force replaces it' });
  process.stdout.write(`${out}: ${counted(withdrawal.transactions.length, 'transaction')}, signed\n`);
}

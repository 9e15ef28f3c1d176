/**
 * The password of a wallet: from a file, or from standard input.
 * @module
 */
import { openToOthers } from '../files/open-to-others.js';
import { readStart } from '../files/read-start.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { checkNewPassword } from '../wallet/seal-wallet.js';
import { WalletError } from '../wallet/wallet-error.js';
import type { SecretInput } from './secret-input.js';

/** Longest password, bytes. */
const MAX_PASSWORD_BYTES = 1024;

export interface PasswordSource {
  /** Path of a file that holds it and nothing else; undefined for standard input. */
  readonly file: string | undefined;
  readonly secrets: SecretInput;
  /** Tells people what is wrong with the file, and keeps nobody from using it. */
  readonly warn: (message: string) => void;
}

/** The password of a wallet that there is. @throws WalletError with ERR_WALLET_PASSWORD if there is none */
export async function readPassword({ file, secrets, warn }: PasswordSource): Promise<string> {
  const password =
    file === undefined ? await secrets.line('password of the wallet') : await readFromFile(file, warn);
  if (password === '')
    throw refused(
      file === undefined
        ? 'password: expected it on standard input, or in a file (--password-file), got nothing'
        : `${file}: expected a password, got nothing`,
    );
  return password;
}

/** One for a new wallet, which is typed twice at a terminal. @throws WalletError, likewise, or if it is too short */
export async function readNewPassword({ file, secrets, warn }: PasswordSource): Promise<string> {
  if (file !== undefined || !secrets.isTerminal) {
    const password = await readPassword({ file, secrets, warn });
    checkNewPassword(password);
    return password;
  }
  const password = await secrets.line('new password for the file of the wallet');
  checkNewPassword(password);
  if ((await secrets.line('the same password again')) !== password)
    throw refused('password: expected the same one twice, got two');
  return password;
}

async function readFromFile(path: string, warn: (message: string) => void): Promise<string> {
  let content: Buffer;
  let mode: string | undefined;
  try {
    content = await readStart(path, MAX_PASSWORD_BYTES);
    mode = openToOthers(path);
  } catch (error) {
    throw refused(`${path}: ${systemErrorText(error)}`);
  }
  const line = content.toString().replace(/\r?\n$/, '');
  if (content.length > MAX_PASSWORD_BYTES || /[\r\n]/.test(line))
    throw refused(`${path}: expected one line of at most ${MAX_PASSWORD_BYTES} bytes, got more`);
  if (mode !== undefined)
    warn(`${path}: other users of this machine may get at it (mode ${mode}): chmod 600 ${path}`);
  return line;
}

function refused(message: string): WalletError {
  return new WalletError('ERR_WALLET_PASSWORD', message);
}

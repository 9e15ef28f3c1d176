/**
 * Wallets in files.
 * @module
 */
import { openToOthers } from '../files/open-to-others.js';
import { readStart } from '../files/read-start.js';
import { writePrivateFile } from '../files/write-private-file.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import type { DeriveFileKey } from './derive-file-key.js';
import { openWallet, type Wallet } from './seal-wallet.js';
import { WalletError } from './wallet-error.js';
import { parseWalletFile, type WalletHeader } from './wallet-file.js';

/** Longest file that is read, bytes: one takes some 1,500. */
const MAX_WALLET_BYTES = 16_384;

/** A wallet from a file. */
export interface LoadedWallet {
  readonly wallet: Wallet;
  /** What is wrong with the file and keeps nobody from using it, for people; undefined if nothing is. */
  readonly warning: string | undefined;
}

/**
 * Writes a new file, for its owner alone.
 * @param text - as `sealWallet` gives it
 * @throws WalletError with ERR_WALLET_FILE if anything is there already, or it can't be written; what was there is as it was
 */
export async function writeWallet(path: string, text: string): Promise<void> {
  try {
    await writePrivateFile(path, text, { overwrite: false, remedy: 'a wallet replaces nothing' });
  } catch (error) {
    throw new WalletError('ERR_WALLET_FILE', (error as Error).message);
  }
}

/**
 * Reads and opens a wallet.
 * @param networkId - that it must be of; left out, any
 * @throws WalletError, with the path
 */
export async function loadWallet(
  path: string,
  password: string,
  deriveKey: DeriveFileKey,
  networkId?: number,
): Promise<LoadedWallet> {
  const { text, mode } = await read(path);
  try {
    const wallet = await openWallet(text, password, deriveKey, networkId);
    const warning =
      mode === undefined
        ? undefined
        : `${path}: other users of this machine may get at it (mode ${mode}): chmod 600 ${path}`;
    return { wallet, warning };
  } catch (error) {
    if (error instanceof WalletError) throw new WalletError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

/**
 * What of a wallet anybody may read, without its password. That it is authentic only the password tells.
 * @throws WalletError, with the path
 */
export async function readWalletHeader(path: string): Promise<WalletHeader> {
  const { text } = await read(path);
  try {
    return parseWalletFile(text);
  } catch (error) {
    if (error instanceof WalletError) throw new WalletError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

async function read(path: string): Promise<{ readonly text: string; readonly mode: string | undefined }> {
  let content: Buffer;
  let mode: string | undefined;
  try {
    content = await readStart(path, MAX_WALLET_BYTES);
    mode = openToOthers(path);
  } catch (error) {
    throw new WalletError('ERR_WALLET_FILE', `${path}: ${systemErrorText(error)}`);
  }
  if (content.length > MAX_WALLET_BYTES)
    throw new WalletError(
      'ERR_WALLET_DAMAGED',
      `${path}: expected at most ${MAX_WALLET_BYTES} bytes, got a longer file: it is no wallet`,
    );
  return { text: content.toString(), mode };
}

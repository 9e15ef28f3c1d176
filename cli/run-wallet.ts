/**
 * `lesswork wallet create`, `import`, `addresses`
 * @module
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorText } from '../protocol/system-error-text.js';
import { deriveFileKey } from '../wallet/derive-file-key.js';
import { createMnemonic, MnemonicError, parseMnemonic } from '../wallet/mnemonic.js';
import { openWallet, sealWallet, type Wallet } from '../wallet/seal-wallet.js';
import { WalletError } from '../wallet/wallet-error.js';
import { loadWallet, readWalletHeader, writeWallet } from '../wallet/wallet-on-disk.js';
import { readNewPassword, readPassword } from './read-password.js';
import { processSecrets, SecretInput, SecretTooLongError } from './secret-input.js';
import { newMnemonicText, walletJson, walletText } from './wallet-text.js';

const ENTROPY_BYTES = 32;

export interface NewWalletOptions {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly network: number;
  /** Path of the file to write, where none is. */
  readonly out: string;
  /** Path of the file that holds the password; undefined for standard input. */
  readonly passwordFile?: string | undefined;
  /** One JSON object instead of lines. */
  readonly json: boolean;
}

/**
 * Makes a mnemonic, shows it, and then writes the wallet: where there is a file, its mnemonic was shown.
 * @throws WalletError if there is no password, or the file can't be written
 */
export async function runWalletCreate({ network, out, passwordFile, json }: NewWalletOptions): Promise<void> {
  await checkPlace(out);
  const password = await withSecrets((secrets) => readNewPassword({ file: passwordFile, secrets, warn }));
  const mnemonic = createMnemonic(randomBytes(ENTROPY_BYTES));
  const { text, wallet } = await sealed(mnemonic, network, password);
  if (!(await show(json ? walletJson(out, wallet, mnemonic) : newMnemonicText(mnemonic))))
    throw new WalletError('ERR_WALLET_FILE', `the mnemonic could not be shown, and ${out} was not written`);
  await writeWallet(out, text).catch((error: WalletError) => {
    throw new WalletError(error.code, `${error.message}; the mnemonic that was shown is in no file`);
  });
  if (!json) await show(`${out}: written, under your password\n\n${walletText(wallet)}`);
}

/**
 * Writes the wallet of a mnemonic that there is.
 * @throws MnemonicError if none is on standard input; WalletError if there is no password, or the file can't be written
 */
export async function runWalletImport({ network, out, passwordFile, json }: NewWalletOptions): Promise<void> {
  await checkPlace(out);
  const { mnemonic, password } = await withSecrets(async (secrets) => ({
    mnemonic: parseMnemonic(
      await (passwordFile === undefined ? secrets.line('mnemonic') : secrets.all('mnemonic')),
    ),
    password: await readNewPassword({ file: passwordFile, secrets, warn }),
  }));
  const { text, wallet } = await sealed(mnemonic, network, password);
  await writeWallet(out, text);
  await show(
    json ? walletJson(out, wallet) : `${out}: written, under your password\n\n${walletText(wallet)}`,
  );
}

export interface WalletAddressesOptions {
  /** That the wallet must be of; undefined for any. */
  readonly network?: number | undefined;
  readonly passwordFile?: string | undefined;
  readonly json: boolean;
}

/**
 * Opens a wallet and shows its addresses: they are those of its mnemonic, whoever had the file in hand.
 * @throws WalletError if it can't be opened
 */
export async function runWalletAddresses(
  path: string,
  { network, passwordFile, json }: WalletAddressesOptions,
): Promise<void> {
  // Nobody types a password for a file that is none.
  await readWalletHeader(path);
  const password = await withSecrets((secrets) => readPassword({ file: passwordFile, secrets, warn }));
  const { wallet, warning } = await loadWallet(path, password, deriveFileKey, network);
  if (warning !== undefined) warn(warning);
  await show(json ? walletJson(path, wallet) : walletText(wallet));
}

/** Seals, and opens what was sealed as everybody will. */
async function sealed(
  mnemonic: string,
  networkId: number,
  password: string,
): Promise<{ readonly text: string; readonly wallet: Wallet }> {
  const text = await sealWallet({
    mnemonic,
    networkId,
    password,
    random: randomBytes,
    deriveKey: deriveFileKey,
  });
  return { text, wallet: await openWallet(text, password, deriveFileKey, networkId) };
}

/** Before anybody is asked for anything. @throws WalletError if a wallet could not be written there */
async function checkPlace(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined)
    throw new WalletError('ERR_WALLET_FILE', `${path}: it is there already; a wallet replaces nothing`);
  await access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw new WalletError('ERR_WALLET_FILE', `${path}: ${systemErrorText(error)}`);
  });
}

async function withSecrets<T>(ask: (secrets: SecretInput) => Promise<T>): Promise<T> {
  const secrets = new SecretInput(processSecrets());
  try {
    return await ask(secrets);
  } catch (error) {
    if (error instanceof SecretTooLongError) throw new MnemonicError(error.message);
    throw error;
  } finally {
    secrets.close();
  }
}

/** Writes to stdout. @returns whether it could be written */
function show(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(!error));
  });
}

function warn(message: string): void {
  process.stderr.write(`lesswork: ${message}\n`);
}

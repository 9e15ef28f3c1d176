/**
 * A mnemonic under a password, and back: AES-256-GCM with a key by scrypt.
 * @module
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type AccountKey, accountKeyPath } from './account-keys.js';
import type { DeriveFileKey } from './derive-file-key.js';
import { parseMnemonic } from './mnemonic.js';
import { WalletError } from './wallet-error.js';
import {
  authenticatedText,
  IV_BYTES,
  PLAIN_BYTES,
  parseWalletFile,
  SALT_BYTES,
  SCRYPT_ROUNDS,
  TAG_BYTES,
  type WalletHeader,
  walletFileText,
} from './wallet-file.js';
import { deriveWalletKeys } from './wallet-keys.js';

const CIPHER = 'aes-256-gcm';

/** Least length of a new password, characters. */
const MIN_PASSWORD_CHARS = 8;

/** A wallet that is open. */
export interface Wallet {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 4, by group. */
  readonly keys: readonly AccountKey[];
}

export interface SealParts {
  /** As `parseMnemonic` gives it. */
  readonly mnemonic: string;
  readonly networkId: number;
  readonly password: string;
  /** So many bytes of the system's cryptographic random source. */
  readonly random: (bytes: number) => Uint8Array;
  readonly deriveKey: DeriveFileKey;
}

/**
 * @returns the text of the file, as `openWallet` takes it
 * @throws WalletError with ERR_WALLET_PASSWORD if the password has fewer than 8 characters
 */
export async function sealWallet(parts: SealParts): Promise<string> {
  const { mnemonic, networkId, password, random, deriveKey } = parts;
  checkNewPassword(password);
  const header: WalletHeader = {
    networkId,
    addresses: deriveWalletKeys(mnemonic).map(({ index, address }) => ({ index, address: address.text })),
    kdf: { n: SCRYPT_ROUNDS.least, salt: random(SALT_BYTES) },
    iv: random(IV_BYTES),
  };
  const key = await deriveKey(password, header.kdf.salt, header.kdf.n);
  const cipher = createCipheriv(CIPHER, key, header.iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(authenticatedText(header)));
  const hidden = [cipher.update(mnemonic.padEnd(PLAIN_BYTES), 'utf8'), cipher.final()];
  return walletFileText({ ...header, ciphertext: Buffer.concat([...hidden, cipher.getAuthTag()]) });
}

/** @throws WalletError with ERR_WALLET_PASSWORD if a file must not have this one */
export function checkNewPassword(password: string): void {
  const length = [...password].length;
  if (length < MIN_PASSWORD_CHARS)
    throw new WalletError(
      'ERR_WALLET_PASSWORD',
      `password: expected at least ${MIN_PASSWORD_CHARS} characters, got ${length}`,
    );
}

/**
 * Opens a wallet. Its addresses are derived anew, and are those of the file.
 * @param text - of the file
 * @param networkId - that the wallet must be of; left out, any
 * @throws WalletError with ERR_WALLET_DAMAGED, ERR_WALLET_VERSION, ERR_WALLET_NETWORK or ERR_WALLET_PASSWORD
 */
export async function openWallet(
  text: string,
  password: string,
  deriveKey: DeriveFileKey,
  networkId?: number,
): Promise<Wallet> {
  const { ciphertext, ...header } = parseWalletFile(text);
  // Before anybody waits for the key.
  if (networkId !== undefined && header.networkId !== networkId)
    throw new WalletError(
      'ERR_WALLET_NETWORK',
      `expected a wallet of network id ${networkId}, got one of ${header.networkId}`,
    );
  const key = await deriveKey(password, header.kdf.salt, header.kdf.n);
  const keys = deriveWalletKeys(parseMnemonic(decrypted(ciphertext, key, header)));
  for (const [group, { index, address }] of keys.entries()) {
    const told = header.addresses[group]!;
    if (told.index !== index || told.address !== address.text)
      throw new WalletError(
        'ERR_WALLET_DAMAGED',
        `its address of group ${group} is ${told.address} of ${accountKeyPath(told.index)}, that of its mnemonic ${address.text}`,
      );
  }
  return { networkId: header.networkId, keys };
}

function decrypted(ciphertext: Uint8Array, key: Uint8Array, header: WalletHeader): string {
  const decipher = createDecipheriv(CIPHER, key, header.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(authenticatedText(header)));
  decipher.setAuthTag(ciphertext.subarray(PLAIN_BYTES));
  try {
    const shown = decipher.update(ciphertext.subarray(0, PLAIN_BYTES));
    return Buffer.concat([shown, decipher.final()]).toString();
  } catch {
    throw new WalletError(
      'ERR_WALLET_PASSWORD',
      'the password is not that of this wallet, or somebody has changed the file on purpose',
    );
  }
}

/**
 * Wallets for tests: mnemonics that everybody knows, and a key for files that takes no time.
 * @module
 */
import { blake2b256 } from '../../protocol/blake2b.js';
import type { DeriveFileKey } from '../../wallet/derive-file-key.js';
import { sealWallet } from '../../wallet/seal-wallet.js';
import { readVectors } from './vectors.js';

const { wallets } = readVectors<{ wallets: readonly { readonly mnemonic: string }[] }>('polw-keys');

/** Of 24 and of 12 words. */
export const MNEMONICS = wallets.map(({ mnemonic }) => mnemonic) as readonly string[] as readonly [
  string,
  string,
];

export const PASSWORD = 'correct horse';

/** Differs wherever what scrypt gives would. */
export const quickKey: DeriveFileKey = (password, salt, rounds) =>
  Promise.resolve(blake2b256(Buffer.from(JSON.stringify([password, [...salt], rounds]))));

/** The text of a wallet's file. */
export function sealedWallet(
  networkId = 4,
  mnemonic: string = MNEMONICS[0],
  password = PASSWORD,
): Promise<string> {
  let drawn = 0;
  const random = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => drawn++ & 0xff);
  return sealWallet({ mnemonic, networkId, password, random, deriveKey: quickKey });
}

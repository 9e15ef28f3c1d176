/**
 * The keys of a mnemonic, as every wallet for Alephium derives them: `m/44'/1234'/0'/0/i`, each with a P2PKH address.
 * @module
 */
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import { type Address, addressOfPublicKey } from '../protocol/address.js';

/** Of keys of the kind that P2PKH addresses have, on every network. */
const ACCOUNT_PATH = "m/44'/1234'/0'/0";

/** Indices that are looked through. Some 25 hold four of each group; that 400 do not happens to nobody. */
export const MAX_KEY_INDICES = 400;

/** A key, and the address that it opens. */
export interface AccountKey {
  /** Its place among the keys of the mnemonic, from 0. */
  readonly index: number;
  /** Where wallets have it: `m/44'/1234'/0'/0/7`. */
  readonly path: string;
  /** 32 bytes. Secret. */
  readonly privateKey: Uint8Array;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** P2PKH. */
  readonly address: Address;
}

/** Where wallets have a key. */
export function accountKeyPath(index: number): string {
  return `${ACCOUNT_PATH}/${index}`;
}

/**
 * The first 400 keys of a mnemonic, in order. An index that has none, which BIP-32 allows for, is passed over.
 * @param mnemonic - as `parseMnemonic` gives it
 */
export function* accountKeys(mnemonic: string): Generator<AccountKey> {
  const account = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic)).derive(ACCOUNT_PATH);
  for (let index = 0; index < MAX_KEY_INDICES; index++) {
    const { privateKey, publicKey } = account.deriveChild(index);
    if (privateKey === null || publicKey === null) continue;
    yield {
      index,
      path: accountKeyPath(index),
      privateKey,
      publicKey,
      address: addressOfPublicKey(publicKey),
    };
  }
}

/**
 * Messages that wallets of Alephium sign, as `signMessage` of @alephium/web3 does with its hasher `alephium`: ECDSA on secp256k1 over the
 * BLAKE2b-256 of `Alephium Signed Message: ` and the message, 64 bytes, s in the lower half.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';

const PREFIX = 'Alephium Signed Message: ';
/** Type bytes of lockup scripts, and the type of key, as far as their key can be told from a signature. */
const P2PKH = 0;
const P2PK = 4;
const SECP256K1 = 0;
const KEY_BYTES = 33;

/** Whether an address has one key that signs messages so. Takes the key of any account. */
export function canSign(account: string): boolean {
  return account.startsWith('00') || account.startsWith('0400');
}

/**
 * Whether the key of an account has signed a message.
 * @param account - key of it: hex of the lockup script
 * @param signature - 64 bytes
 */
export function hasSigned(account: string, message: string, signature: Uint8Array): boolean {
  const hash = messageHash(message);
  if (signature.length !== 64 || !canSign(account)) return false;
  const isOfKey = (publicKey: Uint8Array): boolean =>
    account.startsWith('00')
      ? account === bytesToHex(concatBytes(Uint8Array.of(P2PKH), blake2b256(publicKey)))
      : account.startsWith(bytesToHex(concatBytes(Uint8Array.of(P2PK, SECP256K1), publicKey)));
  // Which of two keys has signed: the address says only the hash of one.
  for (let recovery = 0; recovery < 2; recovery++) {
    try {
      const publicKey = secp256k1.recoverPublicKey(concatBytes(Uint8Array.of(recovery), signature), hash, {
        prehash: false,
      });
      if (publicKey.length === KEY_BYTES && isOfKey(publicKey))
        return secp256k1.verify(signature, hash, publicKey, { prehash: false, lowS: true });
    } catch {
      // There is no such key.
    }
  }
  return false;
}

export function messageHash(message: string): Uint8Array {
  return blake2b256(new TextEncoder().encode(PREFIX + message));
}

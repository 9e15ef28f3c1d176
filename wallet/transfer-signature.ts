/**
 * Signatures over the ids of transfers: ECDSA on secp256k1, 64 bytes, s in the lower half, the same for the same key and id.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Transfer } from '../protocol/transfer.js';

/** @param privateKey - 32 bytes @returns 64 bytes */
export function signTransferId({ id }: Pick<Transfer, 'id'>, privateKey: Uint8Array): Uint8Array {
  return secp256k1.sign(id, privateKey, { prehash: false, lowS: true });
}

/** Whether a signature is the sender's, as a node takes it. @param signature - of any length */
export function isSignedBySender(
  { id, publicKey }: Pick<Transfer, 'id' | 'publicKey'>,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  return secp256k1.verify(signature, id, publicKey, { prehash: false, lowS: true });
}

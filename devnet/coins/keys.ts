/**
 * Keys of a simulated network's own coins: for a simulation only, anybody can tell them from the seed.
 * @module
 */
import { createECDH } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { type Address, addressOfPublicKey } from '../../protocol/address.js';
import type { Random } from '../random.js';

/** A key and its address. */
export interface Key {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
  /** @param digest - 32 bytes @returns 64 bytes */
  sign(digest: Uint8Array): Uint8Array;
}

const PRIVATE_KEY_BYTES = 32;

/** Native: three of four keys are thrown away, and each network begins with twenty. */
const curve = createECDH('secp256k1');

/** A key whose address is in a group. */
export function generateKey(group: number, random: Random): Key {
  for (;;) {
    const secret = random.bytes(PRIVATE_KEY_BYTES);
    if (!secp256k1.utils.isValidSecretKey(secret)) continue;
    const key = keyOf(secret);
    if (key.address.group === group) return key;
  }
}

/** The key that some bytes are, of a wallet for instance. @param secret - 32 bytes */
export function keyOf(secret: Uint8Array): Key {
  curve.setPrivateKey(secret);
  const publicKey = new Uint8Array(curve.getPublicKey(null, 'compressed'));
  const address = addressOfPublicKey(publicKey);
  return { publicKey, address, sign: (digest) => secp256k1.sign(digest, secret, { prehash: false }) };
}

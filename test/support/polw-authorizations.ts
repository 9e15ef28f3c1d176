/**
 * Authorizations of all 16 chains, out of the coinbases that the full node's own code signed (test/vectors/polw.json).
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { parseAddress } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { CHAINS } from '../../protocol/chain.js';
import { polwDigest } from '../../protocol/polw-coinbase.js';
import { readVectors } from './vectors.js';

/** As a file holds it. */
export interface AuthorizationEntry {
  readonly from: number;
  readonly to: number;
  readonly burnPublicKey: string;
  readonly burnAddress: string;
  readonly rewardAddress: string;
  readonly signature: string;
  /** The burn key's signature for another reward address, in hex. JSON leaves it out. */
  readonly sign: (rewardAddress: string) => string;
}

interface RecordedCoinbase extends Omit<AuthorizationEntry, 'from' | 'to' | 'sign'> {
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly burnPrivateKey: string;
}

/** 16 entries, one a chain. */
export function recordedEntries(): AuthorizationEntry[] {
  const { coinbases } = readVectors<{ coinbases: RecordedCoinbase[] }>('polw');
  return coinbases.slice(0, CHAINS).map((coinbase) => {
    const { fromGroup, toGroup, burnPublicKey, burnAddress, rewardAddress, signature } = coinbase;
    const sign = (reward: string): string => {
      const [burn, paid] = [burnAddress, reward].map((text) => parseAddress(text)!.lockupScript);
      const key = hexToBytes(coinbase.burnPrivateKey);
      return bytesToHex(secp256k1.sign(polwDigest(burn!, paid!), key, { prehash: false }));
    };
    return { from: fromGroup, to: toGroup, burnPublicKey, burnAddress, rewardAddress, signature, sign };
  });
}

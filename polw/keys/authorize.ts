/**
 * Signs what lets a server burn without keys: for each chain its burn address and its reward address, once for all.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Address } from '../../protocol/address.js';
import { chainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { polwDigest } from '../../protocol/polw-coinbase.js';
import type { Authorization } from '../authorizations/authorization.js';
import type { BurnKey } from './burn-keys.js';

/**
 * The authorizations of burn keys. Output 0 of chain (f, t) pays the burn address of chain (t, f), which is in group t: what
 * one chain burns comes back as coins of the other, without a transfer and without a key.
 * @param keys - 16, by chain index
 * @param rewards - by group, an address of that group that is paid instead; undefined for none
 * @returns 16, by chain index
 * @throws RangeError if an address is of another group
 */
export function authorize(
  keys: readonly BurnKey[],
  rewards: readonly (Address | undefined)[] = [],
): readonly Authorization[] {
  for (const [group, address] of rewards.entries())
    if (address !== undefined && address.group !== group)
      throw new RangeError(`"rewards" expected an address of group ${group}, got one of ${address.group}`);
  return keys.map(({ chain, privateKey, publicKey, address: burn }) => {
    const back = keys[chainIndex(toGroupOf(chain), fromGroupOf(chain))]!;
    const reward = rewards[toGroupOf(chain)] ?? back.address;
    const digest = polwDigest(burn.lockupScript, reward.lockupScript);
    const signature = secp256k1.sign(digest, privateKey, { prehash: false, lowS: true });
    return { chain, burnPublicKey: publicKey, burn, reward, signature };
  });
}

/**
 * The four keys of a pool's wallet: of each group the first key of the mnemonic whose address is in it. Blocks pay these
 * addresses, and payouts are signed with these keys.
 * @module
 */
import { GROUPS } from '../protocol/chain.js';
import { type AccountKey, accountKeys, MAX_KEY_INDICES } from './account-keys.js';

/**
 * @param mnemonic - as `parseMnemonic` gives it
 * @returns 4, by group
 */
export function deriveWalletKeys(mnemonic: string): readonly AccountKey[] {
  const keys = new Map<number, AccountKey>();
  for (const key of accountKeys(mnemonic)) {
    if (!keys.has(key.address.group)) keys.set(key.address.group, key);
    if (keys.size === GROUPS) break;
  }
  return Array.from({ length: GROUPS }, (_, group) => {
    const key = keys.get(group);
    if (key === undefined) throw new Error(`none of the first ${MAX_KEY_INDICES} keys is of group ${group}`);
    return key;
  });
}

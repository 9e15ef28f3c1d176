/**
 * The 16 burn keys of a mnemonic: each chain has one of its own, so that no two chains spend the same coins.
 *
 * They are keys that every wallet for Alephium derives from the same mnemonic. A chain (from, to) has the first, in the order of
 * the chains, that no chain before it has and whose address is in group `from`.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, fromGroupOf } from '../../protocol/chain.js';
import { type AccountKey, accountKeys, MAX_KEY_INDICES } from '../../wallet/account-keys.js';

/** A key that coins of one chain are burnt with. Its address is in the chain's `from` group. */
export interface BurnKey extends AccountKey {
  readonly chain: ChainIndex;
}

/**
 * The burn keys of a mnemonic.
 * @param mnemonic - as `parseMnemonic` gives it
 * @returns 16, by chain index
 */
export function deriveBurnKeys(mnemonic: string): readonly BurnKey[] {
  const keys = new Map<ChainIndex, BurnKey>();
  for (const key of accountKeys(mnemonic)) {
    const chain = ALL_CHAINS.find((each) => fromGroupOf(each) === key.address.group && !keys.has(each));
    if (chain !== undefined) keys.set(chain, { ...key, chain });
    if (keys.size === ALL_CHAINS.length) break;
  }
  return ALL_CHAINS.map((chain) => {
    const key = keys.get(chain);
    if (key === undefined) throw new Error(`none of the first ${MAX_KEY_INDICES} keys fits chain ${chain}`);
    return key;
  });
}

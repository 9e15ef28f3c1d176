/**
 * The addresses of a fund.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { FundError } from './fund-error.js';

/** Burn addresses by chain index; undefined for a chain that has none. */
export type BurnAddresses = readonly (string | undefined)[];

/** Whose each address is. @throws RangeError if two chains have one */
export function ownersOf(addresses: BurnAddresses): ReadonlyMap<string, ChainIndex> {
  const owners = new Map<string, ChainIndex>();
  for (const chain of ALL_CHAINS) {
    const address = addresses[chain];
    if (address === undefined) continue;
    const other = owners.get(address);
    if (other !== undefined)
      throw new RangeError(
        `"addresses" expected one a chain, got ${address} for ${chainName(other)} and ${chainName(chain)}`,
      );
    owners.set(address, chain);
  }
  return owners;
}

/**
 * Those of now, and for a chain that has none now the one that was kept: its coins are still there.
 * @throws FundError if another one was kept for a chain
 */
export function joinAddresses(now: BurnAddresses, kept: BurnAddresses): BurnAddresses {
  return ALL_CHAINS.map((chain) => {
    const [address, before] = [now[chain], kept[chain]];
    if (address !== undefined && before !== undefined && address !== before)
      throw new FundError(
        'foreign',
        `chain ${chainName(chain)}: the fund that was kept is of burn address ${before}, got ${address}: take the ` +
          'authorizations that it was kept with, or keep a fund of the others in another place',
      );
    return address ?? before;
  });
}

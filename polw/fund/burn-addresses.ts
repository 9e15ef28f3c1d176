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

/** @throws FundError if a snapshot is of other addresses */
export function checkAddresses(expected: BurnAddresses, kept: BurnAddresses): void {
  for (const chain of ALL_CHAINS)
    if (expected[chain] !== kept[chain])
      throw new FundError(
        'foreign',
        `chain ${chainName(chain)}: expected the burn address ${expected[chain]}, and ${kept[chain]} was kept`,
      );
}

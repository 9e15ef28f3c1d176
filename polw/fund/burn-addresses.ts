/**
 * The addresses of a fund.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { FundError } from './fund-error.js';

/** Burn addresses by chain index; undefined for a chain that has none. */
export type BurnAddresses = readonly (string | undefined)[];

/** An address of before: what it holds is ours, and no block burns it any more. */
export interface RetiredAddress {
  readonly address: string;
  /** Whose burn address it was. */
  readonly chain: ChainIndex;
}

/** Addresses of before that are none now. @param kept - those that were kept, and what was retired by then */
export function retiredOf(
  now: BurnAddresses,
  kept: { readonly addresses: BurnAddresses; readonly retired?: readonly RetiredAddress[] },
): readonly RetiredAddress[] {
  const before = [
    ...(kept.retired ?? []),
    ...kept.addresses.flatMap((address, chain) => (address === undefined ? [] : [{ address, chain }])),
  ];
  const byAddress = new Map(before.map((one) => [one.address, one]));
  return [...byAddress.values()].filter(({ address }) => !now.includes(address));
}

/** Whose each address is. @throws RangeError if two chains have one */
export function ownersOf(
  addresses: BurnAddresses,
  retired: readonly RetiredAddress[] = [],
): ReadonlyMap<string, ChainIndex> {
  const owners = new Map<string, ChainIndex>(retired.map(({ address, chain }) => [address, chain]));
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

/**
 * A wallet and a fund of Proof of Less Work that are of the same words have the same addresses: coins of one would be spent by the other.
 * @module
 */
import { existsSync } from 'node:fs';
import { type PoolConfig, PoolConfigError } from '../config/pool-config.js';

/** What helps. */
export const SHARED_ADDRESS_REMEDY =
  'make a wallet of other words than those of the burn addresses: its coins would be burnt and paid out at a time';

/** @param path - of the wallet's file, or words for another wallet @param shared - the address */
export function sharedAddressText(path: string, shared: string): string {
  return `${path}: its address ${shared} is one of polw.authorizations`;
}

/**
 * The first address of a wallet that is one of the fund's.
 * @returns undefined also where the pool supplies no coins, or what says so can't be read, which others tell
 */
export async function sharedAddressOf(
  { polw }: PoolConfig,
  addresses: readonly string[],
): Promise<string | undefined> {
  if (polw === undefined) return undefined;
  const { loadAuthorizations } = await import('../../polw/authorizations/load-authorizations.js');
  const { isAuthorized } = await import('../../polw/authorizations/authorization.js');
  try {
    const { chains } = await loadAuthorizations(polw.authorizations);
    const burn = new Set(chains.filter(isAuthorized).flatMap((one) => [one.burn.text, one.reward.text]));
    return addresses.find((address) => burn.has(address));
  } catch {
    return undefined;
  }
}

/**
 * @param path - as above
 * @param addresses - of the wallet
 * @param setting - that names it
 * @throws PoolConfigError if it shares an address with the fund
 */
export async function refuseSharedAddress(
  config: PoolConfig,
  path: string,
  addresses: readonly string[],
  setting = 'payouts.wallet',
): Promise<void> {
  const shared = await sharedAddressOf(config, addresses);
  if (shared !== undefined)
    throw new PoolConfigError([`${setting}: ${sharedAddressText(path, shared)}: ${SHARED_ADDRESS_REMEDY}`]);
}

/**
 * As `refuseSharedAddress`, for a pool, which opens no wallet: one whose file is not on this machine, or can't be read, is the payer's
 * business.
 * @throws PoolConfigError likewise
 */
export async function refuseSharedWallet(config: PoolConfig): Promise<void> {
  const path = config.payouts?.wallet;
  if (config.polw === undefined || path === undefined || !existsSync(path)) return;
  const { readWalletHeader } = await import('../../wallet/wallet-on-disk.js');
  const header = await readWalletHeader(path).catch(() => undefined);
  if (header === undefined) return;
  await refuseSharedAddress(
    config,
    path,
    header.addresses.map(({ address }) => address),
  );
}

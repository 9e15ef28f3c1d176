/**
 * What the commands of `lesswork payer` work with, from the pool's configuration.
 * @module
 */
import { hostname } from 'node:os';
import { nodeAddressOf } from '../pool/config/node-address-of.js';
import { type PoolConfig, PoolConfigError } from '../pool/config/pool-config.js';
import type { OwnBooks } from '../pool/ports/books.js';
import type { LedgerDesk } from './ledger-desk.js';

/** The section `payouts` of a configuration. */
export type PayoutsConfig = NonNullable<PoolConfig['payouts']>;

/** @throws PoolConfigError if there is none */
export function payoutsOf({ payouts }: PoolConfig): PayoutsConfig {
  if (payouts === undefined)
    throw new PoolConfigError(['payouts: expected the section of who is paid how, got none']);
  return payouts;
}

/** Path of the wallet's file. @param given - by the command line @throws PoolConfigError if nobody says it */
export function walletPathOf({ wallet }: PayoutsConfig, given: string | undefined): string {
  const path = given ?? wallet;
  if (path === undefined)
    throw new PoolConfigError([
      'payouts.wallet: expected the path of a wallet, or payouts.nodeWallet, or --wallet, got none',
    ]);
  return path;
}

/** @param write - lines of the result */
export function payerDesk(config: PoolConfig, books: OwnBooks, write: (text: string) => void): LedgerDesk {
  return {
    books,
    nodes: config.nodes.map(nodeAddressOf),
    owner: `payer-${hostname()}-${process.pid}`.slice(0, 64),
    now: Date.now,
    write,
  };
}

/**
 * A snapshot as it was before it became JSON.
 * @module
 */
import type { ChainPoint } from '../fund/block-tree.js';
import type { FundCoin } from '../fund/fund-coins.js';
import type { FundSnapshot } from '../fund/snapshot.js';

/** JSON has null where a list had nothing. */
export function restoredSnapshot(snapshot: FundSnapshot): FundSnapshot {
  const filled = <T>(list: readonly (T | undefined | null)[]): (T | undefined)[] =>
    list.map((element) => element ?? undefined);
  return {
    ...snapshot,
    addresses: filled<string>(snapshot.addresses),
    cursors: filled<ChainPoint>(snapshot.cursors),
    ledger: { ...snapshot.ledger, coins: restoredCoins(snapshot.ledger.coins) },
  };
}

/** Coins of a snapshot, whose amounts may have no part that goes to `earned`. */
export function restoredCoins(coins: readonly FundCoin[]): readonly FundCoin[] {
  return coins.map((coin) => ({ ...coin, toEarned: coin.toEarned }));
}

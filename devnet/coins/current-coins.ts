/**
 * Coins as the node's REST tells them: of its newest main chains, whether or not the chains (g, g) have taken them in.
 *
 * - Blocks of a group that its chain (g, g) has not taken in count as they are: where coinbases of two siblings spend the same
 *   coin, the changes of both are there. Of two transfers the later one does nothing in its own group. What spends an output
 *   whose maker has left its chain does nothing.
 * - A void transaction's outputs are there until the group that they are in has settled it: of group t for those that
 *   (f, t) pays there, by a block of (t, t) that has seen the one of (f, f).
 * - What was taken in comes first, by key, and is locked until its block's time at least; then the rest, by chain.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { chainIndex, fromGroupOf } from '../../protocol/chain.js';
import type { ChainState } from '../chain-state.js';
import { depChainsOf, depsOf, parentDepOf } from '../deps.js';
import type { Coin as ShownCoin } from '../ledger.js';
import { astrayTransactions } from './astray.js';
import type { Coin, CoinEntry, Place } from './coin.js';
import type { CoinIndex } from './coin-index.js';
import type { CoinView } from './coin-view.js';

/** An unspent coin, and where it was made. */
export interface CurrentCoin {
  readonly coin: Coin;
  readonly place: Place;
  /** Whether the group's chain (g, g) has taken it in. */
  readonly settled: boolean;
}

/** The coins of a lockup script. @param group - of its address */
export function currentCoinsOf(
  state: ChainState,
  index: CoinIndex,
  lockupScript: Uint8Array,
  group: number,
): CurrentCoin[] {
  const settled = settledView(state, index, group);
  let next: CoinView | undefined;
  const nextView = (): CoinView => {
    const chain = chainIndex(group, group);
    next ??= index.view(
      chain,
      depsOf(
        chain,
        (one) => state.tip(one),
        (one) => state.genesis(one),
      ),
    );
    return next;
  };
  const astray = astrayTransactions(state, index);
  const isVoid = (place: Place): boolean =>
    astray.has(place.transaction) ||
    settled.isSettledVoid(place) ||
    (fromGroupOf(place.chain) === group &&
      nextView().newlyVoid.has(place.transaction) &&
      !isCoinbase(state, place));
  const counts = (place: Place): boolean =>
    (place.final || state.mainAt(place.chain, place.height)?.id === place.block) && !isVoid(place);
  const current = ({ coin, createdBy, spentBy }: CoinEntry): CurrentCoin[] => {
    const place = createdBy.find(counts);
    if (!place || coin.group !== group || spentBy.some(counts)) return [];
    return [{ coin, place, settled: place.final || settled.contains(place) }];
  };
  return index.ofScript(lockupScript).flatMap(current).sort(inOrder);
}

function isCoinbase(state: ChainState, { block, transaction }: Place): boolean {
  const last = state.get(block)?.transactions.at(-1);
  return last !== undefined && bytesToHex(last.id) === transaction;
}

function inOrder(a: CurrentCoin, b: CurrentCoin): number {
  if (a.settled !== b.settled) return a.settled ? -1 : 1;
  if (a.settled) return a.coin.key < b.coin.key ? -1 : 1;
  return a.place.chain - b.place.chain || a.place.height - b.place.height;
}

/** What the newest block of (g, g) has taken in, itself among it. */
function settledView(state: ChainState, index: CoinIndex, group: number): CoinView {
  const chain = chainIndex(group, group);
  const tip = state.tip(chain);
  const deps =
    tip.height === 0
      ? depChainsOf(chain).map((dep) => state.genesis(dep).hash)
      : tip.header.deps.with(parentDepOf(chain), tip.hash);
  return index.view(chain, deps);
}

/** As REST shows it. */
export function shownCoinOf({ coin, place, settled }: CurrentCoin): ShownCoin {
  const { hint, key, output } = coin;
  const lockTimeMs = Number(output.lockTimeMs);
  return {
    hint,
    key,
    amount: output.amount,
    lockTimeMs: settled ? Math.max(lockTimeMs, place.timestampMs) : lockTimeMs,
    additionalData: bytesToHex(output.additionalData),
  };
}

/** As REST shows one that a transfer makes which waits for a block. */
export function shownWaitingCoinOf({ hint, key, output }: Coin): ShownCoin {
  const { amount, lockTimeMs, additionalData } = output;
  return { hint, key, amount, lockTimeMs: Number(lockTimeMs), additionalData: bytesToHex(additionalData) };
}

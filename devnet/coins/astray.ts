/**
 * What main-chain blocks hold that has no effect, although no block has found it void.
 *
 * It is astray where it spends an output whose maker has left its own chain.
 * On a network whose nodes weigh the branches of a group together such a block leaves with the one that it builds on. Here
 * chains switch branches one by one, and it stays on its main chain until a block of (g, g) takes it in and finds it void. Until
 * then nothing of it counts, nor of what spends what it makes.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import type { Block } from '../block.js';
import type { ChainState } from '../chain-state.js';
import type { Coin, CoinEntry, Place } from './coin.js';
import type { CoinIndex } from './coin-index.js';
import { notTakenIn } from './coin-view.js';

/** @param knows - whose spending is looked at; by default every coin's @returns ids of transactions, hex */
export function astrayTransactions(
  state: ChainState,
  index: CoinIndex,
  knows: (coin: Coin) => boolean = () => true,
): ReadonlySet<string> {
  const astray = new Set<string>();
  const { isGone } = effectsBeside(state, index, astray, knows);
  const isAstray = ({ unsigned }: Transaction): boolean => unsigned.inputs.some(({ key }) => isGone(key));
  const waiting = waitingBlocks(state).flatMap(({ transactions }) => transactions);
  // One that is found may leave others without what they spend.
  for (let known = -1; known < astray.size; ) {
    known = astray.size;
    for (const transaction of waiting.filter(isAstray)) astray.add(bytesToHex(transaction.id));
  }
  return astray;
}

/**
 * Those, and of what spends one output in sibling chains all that blocks of (g, g) will find void as the chains are: a transaction that
 * was taken in counts, else that of chain (g, g), else the earliest.
 * @param knows - whose spending is looked at: who knows some coins alone can't tell more
 * @returns ids of transactions, hex
 */
export function likelyVoidTransactions(
  state: ChainState,
  index: CoinIndex,
  knows: (coin: Coin) => boolean,
): ReadonlySet<string> {
  const without = new Set(astrayTransactions(state, index, knows));
  const { entryOf, counts, isGone } = effectsBeside(state, index, without, knows);
  const waiting = waitingBlocks(state).sort(byAge);
  const place = new Map(waiting.map(({ id }, i) => [id, i]));
  for (const [at, block] of waiting.entries())
    for (const { id, unsigned } of block.transactions) {
      const name = bytesToHex(id);
      const isSpent = (key: Uint8Array): boolean =>
        entryOf(key)?.spentBy.some(
          (by) => by.transaction !== name && counts(by) && (place.get(by.block) ?? -1) < at,
        ) === true;
      if (unsigned.inputs.some(({ key }) => isGone(key) || isSpent(key))) without.add(name);
    }
  return without;
}

/** What main-chain blocks do. @param without - ids of transactions that have no effect beside those that were found void, hex */
function effectsBeside(
  state: ChainState,
  index: CoinIndex,
  without: ReadonlySet<string>,
  knows: (coin: Coin) => boolean,
) {
  const entryOf = (key: Uint8Array): CoinEntry | undefined => {
    const entry = index.get(bytesToHex(key));
    return entry && knows(entry.coin) ? entry : undefined;
  };
  const counts = (place: Place): boolean =>
    (place.final || state.mainAt(place.chain, place.height)?.id === place.block) &&
    !index.isVoidIn(place) &&
    !without.has(place.transaction);
  /** Whether nothing makes an output. */
  const isGone = (key: Uint8Array): boolean => {
    const entry = entryOf(key);
    return entry !== undefined && !entry.createdBy.some(counts);
  };
  return { entryOf, counts, isGone };
}

function byAge(a: Block, b: Block): number {
  return Number(a.header.timestamp - b.header.timestamp) || a.chain - b.chain || a.height - b.height;
}

/** Main-chain blocks that the newest block of their group's chain (g, g) does not build on. */
function waitingBlocks(state: ChainState): Block[] {
  return ALL_CHAINS.flatMap((chain) => {
    const group = fromGroupOf(chain);
    if (group === toGroupOf(chain)) return [];
    return notTakenIn(state, state.tip(chainIndex(group, group)), state.tip(chain));
  });
}

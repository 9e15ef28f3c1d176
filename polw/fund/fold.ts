/**
 * What the main chains come to, blocks that are not final included.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import type { FundEntry } from './accounts.js';
import type { FundBlock } from './fund-block.js';
import type { FundCoin } from './fund-coins.js';
import { type Before, judge, type Verdict, type Void } from './judge.js';
import type { Ledger } from './ledger.js';
import type { OpenBlocks } from './open-blocks.js';

export interface Fold {
  readonly ledger: Ledger;
  /** Of blocks that are not final. */
  readonly entries: readonly FundEntry[];
  /** Transactions without effect, of blocks that are not final. */
  readonly isVoid: Void;
  /** By chain index: coins at its burn address, those at addresses of before left out. */
  readonly coins: readonly (readonly FundCoin[])[];
  /** Outputs that void transactions spend, by key, with the verdict that must be seen before they can be spent. */
  readonly withheld: ReadonlyMap<string, { readonly verdict: Verdict | undefined }>;
  /** The block that pays an uncle, by the uncle's hash. */
  readonly payers: ReadonlyMap<string, FundBlock>;
  /** What the coins hold beyond the accounts, attoALPH: 0, or this program is wrong. */
  readonly imbalance: bigint;
}

/**
 * @param base - after all final blocks; it stays as it is
 * @param timeMs - newest time of a block, ms since the epoch
 */
export function foldOf(base: Ledger, open: OpenBlocks, before: Before, timeMs: number): Fold {
  const blocks = open.inOrder();
  const isVoid = judge(blocks, before);
  const ledger = base.copy();
  const withheld = new Map<string, { verdict: Verdict | undefined }>();
  const payers = new Map<string, FundBlock>();
  for (const block of blocks) {
    ledger.add(block, (id) => isVoid.has(id));
    for (const { id, spends, coinbase } of block.transactions) {
      if (!isVoid.has(id)) {
        if (coinbase) for (const uncle of block.uncles) payers.set(uncle, block);
        continue;
      }
      const verdict = isVoid.get(id);
      for (const key of spends) withheld.set(key, { verdict: laterOf(withheld.get(key), verdict) });
    }
  }
  ledger.advance(timeMs);
  const coins: FundCoin[][] = Array.from({ length: CHAINS }, () => []);
  for (const coin of ledger.coins.values()) if (!coin.retired) coins[coin.owner]!.push(coin);
  const { imbalance } = ledger;
  return { ledger, entries: ledger.takeEntries(), isVoid, coins, withheld, payers, imbalance };
}

function laterOf(
  known: { readonly verdict: Verdict | undefined } | undefined,
  verdict: Verdict | undefined,
): Verdict | undefined {
  if (known === undefined) return verdict;
  if (known.verdict === undefined || verdict === undefined) return undefined;
  return known.verdict.height > verdict.height ? known.verdict : verdict;
}

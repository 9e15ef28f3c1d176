/**
 * Which coins of a chain's burn address a template can spend.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Coin, CoinsAnswer, FundBlock, TemplateView } from './fund-block.js';
import type { FundCoin } from './fund-coins.js';
import type { Verdict } from './judge.js';
import type { Reach, View } from './view.js';

/** A coin that is locked for longer is not on the way. */
const SOON_MS = 3_600_000;

/** What there is to choose from. */
export interface CoinStock {
  /** Unspent on the main chains, at the burn address of the template's chain. */
  readonly coins: readonly FundCoin[];
  readonly address: string;
  isReserved(key: string): boolean;
  isSpent(key: string): boolean;
  /**
   * What a void transaction spends is unspent for those who see the block that decided so.
   * @returns undefined if no void transaction spends it, and as verdict undefined if none is known
   */
  withheld(key: string): { readonly verdict: Verdict | undefined } | undefined;
  /** Height up to which nothing about a chain's blocks changes; -1 for none. */
  settledHeight(chain: ChainIndex): number;
  /** Main-chain blocks that are not settled. */
  blocksOf(chain: ChainIndex): readonly FundBlock[];
}

export function coinsInView(template: TemplateView, view: View, stock: CoinStock): CoinsAnswer {
  if (view.unknown.length > 0) return { kind: 'unknown', hashes: view.unknown };
  const branches = view.reaches.flatMap((reach) => reach?.branch ?? []);
  const spent = new Set(branches.flatMap(spendsOf));
  const coins: Coin[] = [];
  let sent = 0n;
  const offer = (coin: Coin, visible: boolean): void => {
    if (spent.has(coin.key) || stock.isReserved(coin.key)) return;
    const { key, hint, amount, lockTimeMs } = coin;
    const waitMs = lockTimeMs - template.timestampMs;
    if (visible && waitMs <= 0) coins.push({ key, hint, amount, lockTimeMs });
    else if (waitMs <= SOON_MS) sent += amount;
  };
  for (const coin of stock.coins) offer(coin, isVisible(coin, view, stock));
  const beside = branches.flatMap((block) => coinsOf(block, stock.address));
  const spentOnMain = beside.length > 0 ? spentInView(view, stock) : spent;
  for (const coin of beside)
    if (
      !stock.coins.some(({ key }) => key === coin.key) &&
      !stock.isSpent(coin.key) &&
      !spentOnMain.has(coin.key)
    )
      offer(coin, true);
  coins.sort((a, b) => (a.amount === b.amount ? (a.key < b.key ? -1 : 1) : a.amount < b.amount ? 1 : -1));
  return { kind: 'coins', coins, sent };
}

function isVisible(coin: FundCoin, { reaches, decided }: View, stock: CoinStock): boolean {
  const { chain, height } = coin;
  if (!reachesTo(reaches, chain, height)) return false;
  // Whoever made a deposit may have spent the same coins on a sibling chain, too: a block of (g, g) decides which of them counts.
  if (coin.deposit && height > (decided[chain] ?? stock.settledHeight(chain))) return false;
  const withheld = stock.withheld(coin.key);
  if (withheld === undefined) return true;
  const { verdict } = withheld;
  return verdict !== undefined && reachesTo(reaches, verdict.chain, verdict.height);
}

function reachesTo(reaches: readonly (Reach | undefined)[], chain: ChainIndex, height: number): boolean {
  return height <= (reaches[chain]?.height ?? -1);
}

/** What main-chain blocks spend that the template sees: also those that have no effect, since what they spend is beside the main chain. */
function spentInView({ reaches }: View, stock: CoinStock): ReadonlySet<string> {
  return new Set(
    reaches.flatMap((reach, chain) =>
      stock
        .blocksOf(chain)
        .filter(({ height }) => reach !== undefined && height <= reach.height)
        .flatMap(spendsOf),
    ),
  );
}

function spendsOf({ transactions }: FundBlock): readonly string[] {
  return transactions.flatMap(({ spends }) => spends);
}

/** Outputs of a block's coinbase to an address. */
function coinsOf({ transactions }: FundBlock, address: string): readonly Coin[] {
  return transactions
    .filter(({ coinbase }) => coinbase)
    .flatMap(({ outputs }) => outputs.filter((output) => output.address === address && !output.tokens));
}

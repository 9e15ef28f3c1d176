/**
 * What is told of Proof of Less Work, from what does it.
 * @module
 */
import type { ChainState, CoinsSeen } from '../../polw/chain-state.js';
import { ACCOUNTS } from '../../polw/fund/accounts.js';
import { type ChainForecast, mirrorOf } from '../../polw/fund/forecast.js';
import type { Fund } from '../../polw/fund/fund.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import { type BlockCounts, NO_BLOCK_COUNTS } from '../domain/block-figures.js';
import type { PolwAccounts, PolwChainFacts, PolwFacts } from '../domain/polw-facts.js';

export interface PolwParts {
  readonly chainStates: readonly ChainState[];
  readonly fund: Fund;
  /** By chain index. */
  readonly forecast: readonly ChainForecast[];
  readonly caughtUp: boolean;
  readonly refusedLists: number;
  readonly outputs: PolwFacts['outputs'];
  /** Undefined until they are counted. */
  readonly blocks: BlockCounts | undefined;
}

const HOUR_MS = 3_600_000;

export function polwFactsOf(parts: PolwParts): PolwFacts {
  const { chainStates, fund, forecast, caughtUp, refusedLists, outputs, blocks } = parts;
  const held = new Array<bigint>(CHAINS).fill(0n);
  let retired = 0n;
  for (const coin of fund.coins())
    if (coin.retired) retired += coin.amount;
    else held[coin.owner]! += coin.amount;
  const accounts = fund.accounts();
  // As counted for all that is told of blocks: one number, wherever it is read.
  const { sent, unanswered, accepted, main, uncle, orphan, void: voids } = blocks ?? NO_BLOCK_COUNTS;
  return {
    chains: ALL_CHAINS.map((chain) => ({
      ...stateFactsOf(chainStates[chain]!),
      ...forecastFactsOf(forecast[chain]!),
      held: `${held[chain]!}`,
      imbalance: `${held[chain]! - held[mirrorOf(chain)]!}`,
    })),
    accounts: Object.fromEntries(
      ACCOUNTS.map((name) => [name, `${accounts[name]}`]),
    ) as unknown as PolwAccounts,
    caughtUp,
    finds: { open: sent + unanswered + accepted, main, uncle, orphan, void: voids },
    withdrawals: fund
      .reservations()
      .map(({ id, amount, keys }) => ({ id, amount: `${amount}`, coins: keys.length })),
    retired: fund.retired.length === 0 ? undefined : `${retired}`,
    refusedLists,
    outputs,
  };
}

const NOTHING = {
  reason: undefined,
  detail: undefined,
  burnt: undefined,
  coins: undefined,
  visible: undefined,
  sent: undefined,
} as const;

type ForecastFacts = Pick<
  PolwChainFacts,
  'unlockedCoins' | 'unlocked' | 'needed' | 'hoursLeft' | 'endless' | 'driftPerHour'
>;

function forecastFactsOf(forecast: ChainForecast): ForecastFacts {
  const { coins, unlocked, needed, lastsMs, inPerHour, outPerHour } = forecast;
  const endless = lastsMs === Number.POSITIVE_INFINITY;
  return {
    unlockedCoins: coins,
    unlocked: `${unlocked}`,
    needed: `${needed}`,
    hoursLeft: endless || lastsMs === undefined ? undefined : lastsMs / HOUR_MS,
    endless,
    driftPerHour: `${inPerHour - outPerHour}`,
  };
}

type StateFacts = Omit<PolwChainFacts, keyof ForecastFacts | 'held' | 'imbalance'>;

function stateFactsOf(state: ChainState): StateFacts {
  const base = NOTHING;
  if (state.kind === 'plain') {
    const { closeness, coins, warning } = state;
    const { reason, detail } = warning ?? NOTHING;
    return {
      ...base,
      ...coinsOf(coins),
      reason,
      detail,
      state: closeness === 'far' || closeness === 'active' ? 'plain' : closeness,
    };
  }
  if (state.kind === 'unfunded')
    return { ...base, state: 'unfunded', reason: state.reason, detail: state.detail };
  if (state.kind !== 'funded') return { ...base, state: state.kind };
  const { burnt, coins, listFault } = state;
  return {
    ...base,
    ...coinsOf(coins),
    state: 'funded',
    detail: listFault,
    burnt: `${burnt}`,
  };
}

function coinsOf(seen: CoinsSeen | undefined): Pick<PolwChainFacts, 'coins' | 'visible' | 'sent'> {
  if (seen === undefined) return NOTHING;
  return { coins: seen.count, visible: `${seen.visible}`, sent: `${seen.sent}` };
}

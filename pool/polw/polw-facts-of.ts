/**
 * What is told of Proof of Less Work, from what does it.
 * @module
 */
import type { ChainState, CoinsSeen } from '../../polw/chain-state.js';
import { ACCOUNTS } from '../../polw/fund/accounts.js';
import type { Fund } from '../../polw/fund/fund.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import type { PolwAccounts, PolwChainFacts, PolwFacts } from '../domain/polw-facts.js';

export interface PolwParts {
  readonly chainStates: readonly ChainState[];
  readonly fund: Fund;
  readonly caughtUp: boolean;
  readonly refusedLists: number;
}

export function polwFactsOf({ chainStates, fund, caughtUp, refusedLists }: PolwParts): PolwFacts {
  const held = new Array<bigint>(CHAINS).fill(0n);
  for (const { owner, amount } of fund.coins()) held[owner]! += amount;
  const accounts = fund.accounts();
  const finds = { open: 0, main: 0, uncle: 0, orphan: 0, void: 0 };
  for (const { state } of fund.ends()) finds[state]++;
  return {
    chains: ALL_CHAINS.map((chain) => chainFactsOf(chainStates[chain]!, held[chain]!)),
    accounts: Object.fromEntries(
      ACCOUNTS.map((name) => [name, `${accounts[name]}`]),
    ) as unknown as PolwAccounts,
    caughtUp,
    finds,
    withdrawals: fund
      .reservations()
      .map(({ id, amount, keys }) => ({ id, amount: `${amount}`, coins: keys.length })),
    refusedLists,
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

function chainFactsOf(state: ChainState, held: bigint): PolwChainFacts {
  const base = { ...NOTHING, held: `${held}` };
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

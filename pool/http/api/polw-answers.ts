/**
 * What the API says of Proof of Less Work.
 * @module
 */
import { chainName } from '../../../protocol/chain.js';
import type { ApiContext } from './api-context.js';
import { ApiError } from './api-error.js';
import type { PolwInfo } from './polw-schemas.js';

/** @throws ApiError if the pool supplies no coins */
export function polwAnswer({ live }: ApiContext): PolwInfo {
  const { polw } = live.pool();
  if (polw === undefined)
    throw new ApiError(404, 'noPolw', 'this pool supplies no coins for Proof of Less Work');
  const { chains, accounts, caughtUp, finds, retired, refusedLists, outputs } = polw;
  return {
    active: chains.some(({ state }) => state === 'funded' || state === 'unfunded' || state === 'waiting'),
    caughtUp,
    accounts,
    finds,
    ...(retired !== undefined && { retired }),
    refusedLists,
    outputs,
    chains: chains.map((chain, i) => ({
      ...withoutUnknown(chain),
      chain: chainName(i),
      state: chain.state,
      held: chain.held,
      unlockedCoins: chain.unlockedCoins,
      unlocked: chain.unlocked,
      needed: chain.needed,
      endless: chain.endless,
      driftPerHour: chain.driftPerHour,
      imbalance: chain.imbalance,
    })),
  };
}

function withoutUnknown<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * The newest figures of the pool's money in the main thread, and the service that reads them.
 * @module
 */
import type { PoolServerEvent } from '../domain/events.js';
import type { MoneyFigures } from '../domain/money-figures.js';
import type { ServiceOrder } from '../store-thread/services.js';
import { moneyServiceOf } from './money-service.js';

export interface LatestMoney {
  /** To be started beside the store: none where the pool credits nobody. */
  readonly services: readonly ServiceOrder[];
  /** Undefined until they are read. */
  readonly figures: () => MoneyFigures | undefined;
}

/** @param config - of the pool, as far as its presence of `payouts` goes */
export function latestMoney(
  config: { readonly payouts?: object | undefined },
  onEvent: (event: PoolServerEvent) => void,
): LatestMoney {
  let latest: MoneyFigures | undefined;
  return {
    services: moneyServiceOf(config, {
      onFigures: (figures) => {
        latest = figures;
      },
      onTrouble: (level, message) => onEvent({ type: 'notice', level, name: 'books', message }),
    }),
    figures: () => latest,
  };
}

/**
 * A service beside the store that reads now and then where the pool's money is.
 * @module
 */
import type { MoneyFigures } from '../domain/money-figures.js';
import { orderService, type ServiceDefinition, type ServiceOrder } from '../store-thread/services.js';
import type { FromMoneyService, MoneyServiceData } from './money-service-messages.js';

export const MONEY_SERVICE: ServiceDefinition<MoneyServiceData, never, FromMoneyService> = {
  name: 'money',
  module: new URL('./start-money-service.js', import.meta.url).href,
};

export interface MoneyServiceEvents {
  onFigures(figures: MoneyFigures): void;
  onTrouble(level: 'info' | 'warn', message: string): void;
}

/** The service where a pool credits miners; none where it does not. */
export function moneyServiceOf(
  { payouts }: { readonly payouts?: object | undefined },
  { onFigures, onTrouble }: MoneyServiceEvents,
): readonly ServiceOrder[] {
  if (payouts === undefined) return [];
  return [
    orderService(MONEY_SERVICE, {}, (message) => {
      if (message.type === 'figures') onFigures(message.figures);
      else onTrouble(message.level, message.message);
    }),
  ];
}

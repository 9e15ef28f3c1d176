/**
 * The API as a service beside the store.
 * @module
 */
import type { PayoutsConfig, PoolConfig } from '../config/pool-config.js';
import type { PayoutsTerms } from '../money/payouts-terms.js';
import { orderService, type ServiceDefinition, type ServiceOrder } from '../store-thread/services.js';
import type { ApiServiceData, FromApiService, ToApiService } from './api-service-messages.js';

export const API_SERVICE: ServiceDefinition<ApiServiceData, ToApiService, FromApiService> = {
  name: 'api',
  module: new URL('./start-api-service.js', import.meta.url).href,
};

/** Who hears of the API. */
export interface ApiServiceEvents {
  /** It listens: on this port. */
  onListening(port: number): void;
  /** Something went wrong that the operator should know of. */
  onTrouble(message: string): void;
}

/** The API that a configuration wants: one service, or none. */
export function apiServiceOf(
  { http, pool, mode, listeners, payouts }: PoolConfig,
  { onListening, onTrouble }: ApiServiceEvents,
): readonly ServiceOrder[] {
  if (http === false) return [];
  const data: ApiServiceData = {
    host: http.host,
    port: http.port,
    trustedProxies: http.trustedProxies.toJSON(),
    connectionsPerAddress: http.connectionsPerAddress,
    page: http.page,
    pool: {
      id: pool.id,
      name: pool.name,
      host: pool.host,
      notice: pool.notice,
      browserMining: http.page && http.mining !== false ? http.mining : undefined,
      mode,
      listeners: listeners.map(({ name, protocol, port, difficulty, vardiff }) => ({
        name,
        protocol,
        port,
        difficulty,
        sharesPerMinute: vardiff.sharesPerMinute,
      })),
      payouts: payouts && payoutsTermsOf(payouts),
    },
  };
  return [
    orderService(API_SERVICE, data, (message) => {
      if (message.type === 'listening') onListening(message.port);
      else onTrouble(message.message);
    }),
  ];
}

function payoutsTermsOf({
  scheme,
  feeMillionths,
  minimum,
  wallet,
  feeBearer,
  confirmations,
  rounds,
}: PayoutsConfig): PayoutsTerms {
  const pays = wallet !== undefined;
  return { scheme, feeMillionths, minimum, pays, feeBearer, confirmations, rounds };
}

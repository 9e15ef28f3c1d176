/**
 * The API as a service beside the store.
 * @module
 */
import type { PoolConfig } from '../config/pool-config.js';
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
  { http, pool, mode, listeners }: PoolConfig,
  { onListening, onTrouble }: ApiServiceEvents,
): readonly ServiceOrder[] {
  if (http === false) return [];
  const data: ApiServiceData = {
    host: http.host,
    port: http.port,
    trustedProxies: http.trustedProxies.toJSON(),
    connectionsPerAddress: http.connectionsPerAddress,
    pool: {
      id: pool.id,
      name: pool.name,
      mode,
      listeners: listeners.map(({ name, protocol, port, difficulty, vardiff }) => ({
        name,
        protocol,
        port,
        difficulty,
        sharesPerMinute: vardiff.sharesPerMinute,
      })),
    },
  };
  return [
    orderService(API_SERVICE, data, (message) => {
      if (message.type === 'listening') onListening(message.port);
      else onTrouble(message.message);
    }),
  ];
}

/**
 * How the API is started in the thread that has the store.
 * @module
 */
import type { PoolConfig } from '../config/pool-config.js';
import type { GuestSettings } from '../store-thread/messages.js';
import type { ApiGuestData } from './api-guest-messages.js';

/** @returns undefined where no API is wanted */
export function apiGuestOf({ http, pool, mode, listeners }: PoolConfig): GuestSettings | undefined {
  if (http === false) return undefined;
  const data: ApiGuestData = {
    host: http.host,
    port: http.port,
    trustedProxies: http.trustedProxies.toJSON(),
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
  return { module: new URL('./api-guest.js', import.meta.url).href, data };
}

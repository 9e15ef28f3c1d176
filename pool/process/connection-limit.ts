/**
 * How many miners may connect to this process.
 * @module
 */
import type { PoolConfig } from '../config/pool-config.js';
import type { PoolServerEvent } from '../domain/events.js';
import { connectionsWithin, fileLimitWarning, readFileLimit } from '../stratum/file-limit.js';

/** As many as the configuration says, if the process may open as many files. */
export function maxConnectionsOf({ limits }: PoolConfig, onEvent: (event: PoolServerEvent) => void): number {
  const { maxConnections } = limits;
  const fileLimit = readFileLimit();
  const message = fileLimit === undefined ? undefined : fileLimitWarning(fileLimit, maxConnections);
  if (fileLimit === undefined || message === undefined) return maxConnections;
  onEvent({ type: 'notice', level: 'warn', name: 'limits', message });
  return Math.max(1, connectionsWithin(fileLimit));
}

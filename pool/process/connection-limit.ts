/**
 * How many miners may connect to this process.
 * @module
 */
import type { PoolConfig } from '../config/pool-config.js';
import type { PoolServerEvent } from '../domain/events.js';
import { connectionsWithin, RESERVED_FILES, readFileLimit } from '../stratum/file-limit.js';

/** As many as the configuration says, if the process may open as many files. */
export function maxConnectionsOf({ limits }: PoolConfig, onEvent: (event: PoolServerEvent) => void): number {
  const { maxConnections } = limits;
  const fileLimit = readFileLimit();
  if (fileLimit === undefined || connectionsWithin(fileLimit) >= maxConnections) return maxConnections;
  const possible = Math.max(1, connectionsWithin(fileLimit));
  const message = `the limit of open files is ${fileLimit}: ${possible} miners may connect, not ${maxConnections} (ulimit -n ${maxConnections + RESERVED_FILES} allows them)`;
  onEvent({ type: 'notice', level: 'warn', name: 'limits', message });
  return possible;
}

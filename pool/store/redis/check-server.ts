/**
 * Whether a Redis server is fit to be a pool's store, by what it says of itself.
 * @module
 */
import { StoreUnavailableError } from '../../ports/store.js';

/** Oldest version that the scripts are tested with. */
const LEAST_MAJOR_VERSION = 7;

/**
 * @param info - its answer to INFO
 * @returns what makes it unsafe to rely on, in words
 * @throws StoreUnavailableError if it can't be used
 */
export function checkServer(info: string): string[] {
  const fields = infoFields(info);
  const version = fields.get('redis_version') ?? '';
  if (!(Number.parseInt(version, 10) >= LEAST_MAJOR_VERSION))
    throw new StoreUnavailableError(
      `Redis ${version || '(unknown)'}: version ${LEAST_MAJOR_VERSION} or later is needed`,
    );
  if (fields.get('role') === 'slave')
    throw new StoreUnavailableError('Redis: READONLY: this server is a replica, and takes no writes');
  const warnings: string[] = [];
  if (fields.get('aof_enabled') === '0')
    warnings.push(
      'Redis keeps no append-only file: what it was given since its last snapshot is lost when it stops, and with it what ' +
        'miners earned more than an hour before. Set "appendonly yes".',
    );
  const policy = fields.get('maxmemory_policy') ?? 'noeviction';
  if ((fields.get('maxmemory') ?? '0') !== '0' && policy !== 'noeviction')
    warnings.push(
      `Redis may throw away any of the pool's records when its memory is full (maxmemory-policy ${policy}). ` +
        'Set "maxmemory-policy noeviction".',
    );
  return warnings;
}

/** Fields of an answer to INFO, by name. */
export function infoFields(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}

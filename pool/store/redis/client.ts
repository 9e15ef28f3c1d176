/**
 * Clients of Redis: one server, a master that sentinels know, or a cluster. A client without a connection queues no commands.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import type { RedisStoreSettings } from '../store-settings.js';

export type RedisClient = Redis | Cluster;

/** Longest wait for a command, ms. */
const DEFAULT_TIMEOUT_MS = 5000;

/** First and longest wait before connecting again, ms. */
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 2000;

/** Connections that are quiet are probed by the system after this, ms. */
const KEEP_ALIVE_MS = 10_000;

export function timeoutOf(settings: RedisStoreSettings): number {
  return settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}

/**
 * A client that connects when it is told to.
 * @throws RangeError unless the settings name exactly one way
 * @throws the error of the operating system if the certificates can't be read
 */
export function createClient(settings: RedisStoreSettings): RedisClient {
  const { url, sentinels, name, clusterNodes, username, password, sentinelPassword } = settings;
  if ([url, sentinels, clusterNodes].filter((way) => way !== undefined).length !== 1)
    throw new RangeError('"store" expected exactly one of url, sentinels and clusterNodes');
  const timeoutMs = timeoutOf(settings);
  const tls = tlsOf(settings);
  const retryStrategy = (tries: number): number => Math.min(FIRST_RETRY_MS * 2 ** tries, MAX_RETRY_MS);
  const connection = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    keepAlive: KEEP_ALIVE_MS,
    enableOfflineQueue: false,
    // Commands that were under way when the connection broke fail at once: the journal sends their batches again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  };
  if (clusterNodes !== undefined) {
    const options = {
      redisOptions: connection,
      clusterRetryStrategy: retryStrategy,
      enableOfflineQueue: false,
      slotsRefreshTimeout: timeoutMs,
      lazyConnect: true,
    };
    return new Cluster([...clusterNodes], options);
  }
  const options = {
    ...connection,
    retryStrategy,
    lazyConnect: true,
    // The library would handle no failure of it, which ends a thread: redis-link.ts subscribes again.
    autoResubscribe: false,
    // A client leaves a master that became a replica; the sentinels know the new master.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  // TLS options of such a URL would replace the certificates.
  if (url !== undefined) return new Redis(url.replace(/^rediss:/, 'redis:'), options);
  if (name === undefined) throw new RangeError('"store" expected the name of the master beside sentinels');
  return new Redis({
    ...options,
    sentinels: [...sentinels!],
    name,
    sentinelRetryStrategy: retryStrategy,
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}

function tlsOf({ url, tls, caFile }: RedisStoreSettings): { readonly ca?: Buffer } | undefined {
  if (tls !== true && url?.startsWith('rediss:') !== true) return undefined;
  return caFile === undefined ? {} : { ca: readFileSync(caFile) };
}

/**
 * The pool's configuration for the bench: plain TCP, lowest difficulty, loopback trusted unless strangers come, everything else as it comes.
 * @module
 */
import type { NodePorts } from './target.js';

/** Id of the pool. */
export const POOL_ID = 'bench';

/** As quick as it gets: tables of work are of one slice, and a run follows on the one before. */
const CREDITS = { every: '1s', blockDepth: 8 };

/** What differs from run to run. */
export interface PoolConfigOptions {
  readonly node: NodePorts;
  readonly dataFolder: string;
  /** Port of a Redis server on loopback; without one the store is embedded. */
  readonly redisPort: number | undefined;
  /** Whether the difficulty is the miner's to choose, or fixed at the lowest. */
  readonly difficultyByPassword: boolean;
  /** Whether strangers connect, too: nobody is trusted, and WebSockets are served. */
  readonly open: boolean;
  /** File of authorizations to burn, and a time before the first deposit; undefined for a pool without Proof of Less Work. */
  readonly polw?: { readonly authorizations: string; readonly since: string } | undefined;
  /** Whether the blocks are those of all its miners, and whether these are credited; undefined for one owner's. */
  readonly found?: { readonly credits: boolean } | undefined;
}

/** A configuration for `lesswork pool --config`. */
export function poolConfig(options: PoolConfigOptions): object {
  const { node, dataFolder, redisPort, difficultyByPassword, open, polw, found } = options;
  const listener = {
    host: '127.0.0.1',
    port: 0,
    difficulty: difficultyByPassword ? { start: '16H', min: '16H' } : { fixed: true, start: '16H' },
  };
  return {
    pool: { id: POOL_ID },
    ...(open || found ? { mode: 'pool' } : {}),
    ...(found?.credits ? { payouts: CREDITS } : {}),
    ...(polw ? { polw } : {}),
    nodes: [{ host: '127.0.0.1', port: node.port, restPort: node.restPort }],
    listeners: [
      { name: 'main', protocol: 'tcp', ...listener },
      ...(open ? [{ name: 'ws', protocol: 'ws', ...listener }] : []),
    ],
    limits: { trusted: open ? [] : ['127.0.0.0/8'], workersPerAccount: open ? 100_000 : 20_000 },
    store:
      redisPort === undefined
        ? { type: 'embedded' }
        : { type: 'redis', url: `redis://127.0.0.1:${redisPort}` },
    dataFolder,
    http: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    stop: { closeOverMs: 0 },
  };
}

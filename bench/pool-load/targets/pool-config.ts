/**
 * The pool's configuration for the bench: plain TCP, lowest difficulty, loopback trusted unless strangers come, everything else as it comes.
 * @module
 */
import type { NodePorts } from './target.js';

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
}

/** A configuration for `lesswork pool --config`. */
export function poolConfig(options: PoolConfigOptions): object {
  const { node, dataFolder, redisPort, difficultyByPassword, open } = options;
  const listener = {
    host: '127.0.0.1',
    port: 0,
    difficulty: difficultyByPassword ? { start: '16H', min: '16H' } : { fixed: true, start: '16H' },
  };
  return {
    pool: { id: 'bench' },
    ...(open ? { mode: 'pool' } : {}),
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

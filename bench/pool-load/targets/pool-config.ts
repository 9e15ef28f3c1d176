/**
 * The pool's configuration for the bench: plain TCP, lowest difficulty, loopback trusted, everything else as it comes.
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
}

/** A configuration for `lesswork pool --config`. */
export function poolConfig(options: PoolConfigOptions): object {
  const { node, dataFolder, redisPort, difficultyByPassword } = options;
  return {
    pool: { id: 'bench' },
    nodes: [{ host: '127.0.0.1', port: node.port, restPort: node.restPort }],
    listeners: [
      {
        name: 'main',
        protocol: 'tcp',
        host: '127.0.0.1',
        port: 0,
        difficulty: difficultyByPassword ? { start: '16H', min: '16H' } : { fixed: true, start: '16H' },
      },
    ],
    limits: { trusted: ['127.0.0.0/8'], workersPerAccount: 20_000 },
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

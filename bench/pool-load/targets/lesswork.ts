/**
 * `lesswork pool` under load, with the configuration that the figures are promised for.
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logCpuPercent, readMainThreadProfile } from './log-part.js';
import { type PoolConfigOptions, poolConfig } from './pool-config.js';
import { type RedisProcess, startRedis } from './redis-process.js';
import { ServerProcess } from './server-process.js';
import type { NodePorts, Target } from './target.js';

const MAIN = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));

/** How the pool is started. */
export interface LessworkOptions {
  readonly store: 'embedded' | 'redis';
  /** Whether miners may ask for a difficulty by password. */
  readonly difficultyByPassword: boolean;
  /** Whether strangers connect, too: nobody is trusted, and WebSockets are served. */
  readonly open: boolean;
  /** Further arguments of `lesswork pool`, `--workers 2` for one. */
  readonly args?: readonly string[];
  /** Where CPU profiles are to stay; undefined for nowhere. */
  readonly profileFolder?: string | undefined;
  /** Logs at level debug, to a file too, and is profiled. */
  readonly logged?: boolean;
  /** Authorizations to burn, the text of a file; undefined for a pool without Proof of Less Work. */
  readonly authorizations?: string | undefined;
  /** As of the pool's configuration. */
  readonly found?: PoolConfigOptions['found'];
}

/** The fund reads blocks of so long before: there are no older ones. */
const SINCE_MS = 3_600_000;

/** Starts the pool, and Redis beside it if it is the store. @throws ServerError if one of them does not start */
export async function startLesswork(node: NodePorts, options: LessworkOptions): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-pool-load-'));
  const profiles = options.profileFolder ?? join(folder, 'profiles');
  let redis: RedisProcess | undefined;
  const cleanUp = async (): Promise<void> => {
    await redis?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    if (options.store === 'redis') redis = await startRedis(folder);
    const authorizations = join(folder, 'authorizations.json');
    if (options.authorizations !== undefined) await writeFile(authorizations, options.authorizations);
    const since = new Date(Date.now() - SINCE_MS).toISOString().replace(/\.\d+/, '');
    const config = poolConfig({
      node,
      dataFolder: join(folder, 'data'),
      redisPort: redis?.port,
      difficultyByPassword: options.difficultyByPassword,
      open: options.open,
      found: options.found,
      polw: options.authorizations === undefined ? undefined : { authorizations, since },
    });
    const path = join(folder, 'pool.json');
    await writeFile(path, JSON.stringify(config));
    const server = await ServerProcess.start(
      [
        ...(options.logged || options.profileFolder !== undefined
          ? ['--cpu-prof', '--cpu-prof-dir', profiles]
          : []),
        MAIN,
        ...['pool', '--config', path, '--json'],
        ...(options.logged ? ['--log-level', 'debug', '--log-file', join(folder, 'pool.log')] : []),
        ...(options.args ?? []),
      ],
      options.open ? ['main', 'ws', 'api', 'admin'] : ['main'],
    );
    return {
      host: '127.0.0.1',
      port: server.portOf('main')!,
      // Told when it listens, which may be after the miners' listener.
      get httpPort() {
        return server.portOf('api');
      },
      adminPort: server.portOf('admin'),
      webSocketPort: server.portOf('ws'),
      pid: server.pid,
      ...(redis === undefined ? {} : { redisPid: redis.pid }),
      ...(options.logged
        ? {
            logCpuPercent: async () => {
              await server.close();
              return logCpuPercent(readMainThreadProfile(profiles, server.pid));
            },
          }
        : {}),
      close: async () => {
        await server.close();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

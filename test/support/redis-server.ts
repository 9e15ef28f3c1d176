/**
 * Real Redis servers for tests: each in a folder of its own, on a free port of the loopback address.
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { sleep } from './wait.js';

/** What is missing here for tests with Redis, or undefined. */
export const MISSING_REDIS: string | undefined = missingRedis();

function missingRedis(): string | undefined {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return 'redis-server is not installed';
  const version = / v=(\d+)\./.exec(stdout)?.[1];
  return Number(version) >= 7 ? undefined : `redis-server 7 or later is needed: ${stdout.trim()}`;
}

export interface RedisServerOptions {
  /** Append-only file: none, or when it is synced. */
  readonly appendFsync?: 'no' | 'everysec' | 'always';
  /** A cluster of this one node, which has all slots. */
  readonly cluster?: boolean;
  /** It is no store but a sentinel, which watches a master of this name on the loopback address. */
  readonly sentinelOf?: { readonly name: string; readonly port: number };
  /** Further options of the command line: `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[];
}

/** A server that a test starts, kills, starts again. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #options: RedisServerOptions;
  #process: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'lesswork-redis-'));
    this.#options = options;
  }

  /** Starts a server, and waits until it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    let server = new RedisServer(await freePort(), options);
    for (let tries = 1; ; tries++) {
      try {
        await server.start();
        break;
      } catch (error) {
        // Somebody else may have taken the port meanwhile.
        await server.close();
        if (tries === 3) throw error;
        server = new RedisServer(await freePort(), options);
      }
    }
    if (options.cluster === true) await server.#joinCluster();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Id of the running process. @throws Error while there is none */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the Redis server is not running');
    return pid;
  }

  /** Starts it again with what it has in its folder. */
  async start(): Promise<void> {
    const { appendFsync, cluster, sentinelOf, args = [] } = this.#options;
    const process = spawn(
      'redis-server',
      [
        ...(sentinelOf === undefined ? [] : [this.#sentinelConfig(sentinelOf), '--sentinel']),
        ...[
          '--port',
          String(this.port),
          '--bind',
          '127.0.0.1',
          '--dir',
          this.folder,
          ...(sentinelOf === undefined ? ['--save', ''] : []),
        ],
        ...(appendFsync === undefined ? [] : ['--appendonly', 'yes', '--appendfsync', appendFsync]),
        ...(cluster === true
          ? [
              '--cluster-enabled',
              'yes',
              '--cluster-announce-ip',
              '127.0.0.1',
              '--cluster-port',
              String(await freePort()),
            ]
          : []),
        ...args,
      ],
      { stdio: 'ignore' },
    );
    this.#process = process;
    // Whatever becomes of the test, its server doesn't outlive it.
    const kill = (): void => void process.kill('SIGKILL');
    globalThis.process.once('exit', kill);
    process.once('exit', () => globalThis.process.removeListener('exit', kill));
    for (const deadline = performance.now() + 20_000; ; await sleep(20)) {
      if (process.exitCode !== null) throw new Error(`redis-server ended with ${process.exitCode}`);
      const answer = await this.command(['PING']).catch(() => undefined);
      if (answer === 'PONG') return;
      if (performance.now() > deadline) throw new Error('redis-server does not answer');
    }
  }

  /** Runs one command on a connection of its own. */
  async command(command: readonly [string, ...(string | number)[]]): Promise<unknown> {
    const client = new Redis({
      port: this.port,
      lazyConnect: true,
      retryStrategy: () => null,
      enableReadyCheck: false,
      commandTimeout: 5000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const [name, ...args] = command;
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Ends it at once, with all that it had not written. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Lets it hang: it takes connections and answers nothing. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Takes bytes off the end of its append-only file, as if they had not reached the disk. To be called while it is ended. */
  cutAppendOnlyFile(bytes: number): void {
    const { path, size } = this.appendOnlyFile();
    truncateSync(path, Math.max(0, size - bytes));
  }

  /** The file that it appends to now, and its length, bytes. @throws Error if there is none */
  appendOnlyFile(): { readonly path: string; readonly size: number } {
    const folder = join(this.folder, 'appendonlydir');
    const numberOf = (file: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(file)?.[1] ?? -1);
    const name = readdirSync(folder)
      .sort((a, b) => numberOf(a) - numberOf(b))
      .at(-1);
    if (name === undefined || numberOf(name) < 0) throw new Error('the Redis server has no append-only file');
    const path = join(folder, name);
    return { path, size: statSync(path).size };
  }

  /** Ends it for good, and removes its folder. */
  async close(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  /** A sentinel writes to its file of configuration, and takes nothing from the command line. */
  #sentinelConfig({ name, port }: { readonly name: string; readonly port: number }): string {
    const path = join(this.folder, 'sentinel.conf');
    writeFileSync(path, `sentinel monitor ${name} 127.0.0.1 ${port} 1\n`);
    return path;
  }

  async #joinCluster(): Promise<void> {
    await this.command(['CLUSTER', 'ADDSLOTSRANGE', 0, 16383]);
    for (const deadline = performance.now() + 20_000; ; await sleep(50)) {
      if (/cluster_state:ok/.test(String(await this.command(['CLUSTER', 'INFO'])))) return;
      if (performance.now() > deadline) throw new Error('the cluster of one node does not come up');
    }
  }
}

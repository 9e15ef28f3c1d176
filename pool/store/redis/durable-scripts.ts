/**
 * The connection for commits that must be durable: its own, since all that is asked on it waits for the disk.
 * @module
 */
import { Cluster, type Redis } from 'ioredis';
import { StoreUnavailableError } from '../../ports/store.js';
import type { RedisStoreSettings } from '../store-settings.js';
import { createClient, type RedisClient, timeoutOf } from './client.js';
import { commitDurably, DURABLE_WAIT_MS, type OneConnection } from './durable-commit.js';
import { type Argument, asRedisArgument, type RedisLink } from './redis-link.js';
import { SCRIPTS, type ScriptName } from './scripts.js';

/** Longest time for such a commit, ms: the server may be tried before it. */
const DURABLE_LIMIT_MS = 15_000;

export class DurableScripts {
  readonly #link: RedisLink;
  readonly #settings: RedisStoreSettings;
  readonly #believed = new Set<string>();
  #client: RedisClient | undefined;
  #connecting: Promise<void> | undefined;

  /** @param link - to the same store: what it refuses is refused here */
  constructor(link: RedisLink, settings: RedisStoreSettings) {
    this.#link = link;
    this.#settings = { ...settings, timeoutMs: Math.max(timeoutOf(settings), 2 * DURABLE_WAIT_MS) };
  }

  /** As `RedisLink.script`, and what `commitDurably` says. @param keys - the first is that of a hash, in which it counts */
  run(name: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    return this.#link.run(async () => {
      const connection = await this.#connectionFor(keys[0]!);
      const modules = {
        connection,
        key: keys[0]!,
        now: () => performance.now(),
        believed: this.#believed,
      };
      return commitDurably(modules, SCRIPTS[name], rest);
    }, DURABLE_LIMIT_MS);
  }

  close(): void {
    this.#client?.disconnect();
  }

  async #connectionFor(key: string): Promise<OneConnection> {
    if (this.#client === undefined) {
      this.#client = createClient(this.#settings);
      // Commands reject.
      this.#client.on('error', () => {});
    }
    const client = this.#client;
    if (client.status === 'wait' || client.status === 'end') {
      this.#connecting ??= client.connect().finally(() => {
        this.#connecting = undefined;
      });
    }
    await this.#connecting;
    return connectionOf(client instanceof Cluster ? await masterOf(client, key) : client);
  }
}

/** The master that has a key: what it is asked directly goes through one connection. */
async function masterOf(cluster: Cluster, key: string): Promise<Redis> {
  for (const master of cluster.nodes('master')) {
    try {
      await master.exists(key);
      return master;
    } catch (error) {
      if (!(error instanceof Error) || !/^(MOVED|ASK) /.test(error.message)) throw error;
    }
  }
  throw new StoreUnavailableError("Redis: no master has the pool's keys");
}

function connectionOf(client: Redis): OneConnection {
  return { call: (command, args) => client.call(command, args.map(asRedisArgument)) };
}

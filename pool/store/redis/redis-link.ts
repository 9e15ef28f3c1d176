/**
 * The store's connection to Redis: commands and scripts with a time limit, checked again each time it comes back.
 * @module
 */
import { Cluster, Redis } from 'ioredis';
import { systemErrorText } from '../../../protocol/system-error-text.js';
import { urlHost } from '../../../protocol/url-host.js';
import { StoreMismatchError, StoreRefusedError, StoreUnavailableError } from '../../ports/store.js';
import type { RedisStoreSettings, StoreEvents } from '../store-settings.js';
import { createClient, type RedisClient, timeoutOf } from './client.js';
import { SCRIPTS, type Script, type ScriptName } from './scripts.js';

export type Argument = string | number | Uint8Array;

/**
 * How Redis' answers begin that it would give again: a key of another type, keys of several slots, a value out of its
 * range, a script that fails. All other errors mean that it can't be used at the moment.
 */
const REFUSALS =
  /^(WRONGTYPE|CROSSSLOT|ERR value is not|ERR .*(script|syntax error|wrong number of arguments))/i;

/** Commands, as the store's parts use them. Every method rejects with StoreUnavailableError or StoreRefusedError. */
export class RedisLink {
  readonly #client: RedisClient;
  readonly #subscriber: RedisClient;
  readonly #timeoutMs: number;
  readonly #events: StoreEvents;
  #state: 'opening' | 'up' | 'down' | 'mismatch' | 'closed' = 'opening';
  #mismatch = '';
  readonly #onMessage: (message: string) => void;

  /** @param onMessage - called with each message of the subscribed channel */
  constructor(settings: RedisStoreSettings, events: StoreEvents, onMessage: (message: string) => void) {
    this.#client = createClient(settings);
    this.#subscriber = createClient(settings);
    this.#timeoutMs = timeoutOf(settings);
    this.#events = events;
    this.#onMessage = onMessage;
  }

  /**
   * Connects and checks the store there, after every new connection again.
   * @param check - rejects with a StoreMismatchError if it is not the expected store
   */
  async open(channel: string, check: () => Promise<void>): Promise<void> {
    // Calls reject and events follow on errors. This keeps the cause if the client can't connect at all.
    let cause: Error | undefined;
    const note = (error: Error): void => {
      cause = error;
    };
    for (const client of [this.#client, this.#subscriber]) client.on('error', note);
    this.#subscriber.on('message', (_channel: string, message: string) => this.#onMessage(message));
    try {
      await this.#within(() => Promise.all([this.#client.connect(), this.#subscriber.connect()]));
      await this.#within(() => this.#subscriber.subscribe(channel));
      await check();
      if (this.#client.status !== 'ready') throw new StoreUnavailableError('Redis: the connection was lost');
    } catch (error) {
      await this.close();
      if (cause !== undefined && /Connection is closed/.test(String(error)))
        throw new StoreUnavailableError(`Redis: ${wordsOf(cause)}`, { cause });
      throw error;
    }
    this.#state = 'up';
    this.#client.on('close', () => this.#lose());
    this.#client.on('ready', () => void this.#comeBack(check));
    // A cluster's client subscribes again by itself.
    if (this.#subscriber instanceof Redis)
      this.#subscriber.on('ready', () => void this.#subscribeAgain(channel));
  }

  /** Runs a command, once the store is open. @param limitMs - longest wait; that of the settings if left out */
  async run<T>(command: (client: RedisClient) => Promise<T>, limitMs = this.#timeoutMs): Promise<T> {
    if (this.#state === 'mismatch') throw new StoreMismatchError(this.#mismatch);
    if (this.#state === 'down') throw new StoreUnavailableError('Redis: not connected');
    return this.#within(() => command(this.#client), limitMs);
  }

  /** Runs a script. @param keys - as many as the script's name says */
  script(name: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return this.evaluate(SCRIPTS[name], keys, args);
  }

  async evaluate(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    // As one list: a large batch has more arguments than a function call can take.
    const rest = [keys.length, ...keys, ...args.map(asRedisArgument)];
    return this.run(async (client) => {
      try {
        return await client.call('evalsha', [script.sha1, ...rest]);
      } catch (error) {
        // A new or restarted server does not know the script.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.call('eval', [script.lua, ...rest]);
      }
    });
  }

  /** INFO of every master. */
  async info(): Promise<string[]> {
    return this.run((client) =>
      Promise.all((client instanceof Cluster ? client.nodes('master') : [client]).map((node) => node.info())),
    );
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#client.disconnect();
    this.#subscriber.disconnect();
  }

  #lose(): void {
    if (this.#state !== 'up') return;
    this.#state = 'down';
    this.#events.onNotice({ type: 'lost', message: 'Redis: the connection was lost' });
  }

  /** Redis is connected again. It may be another server, and may have lost data. */
  async #comeBack(check: () => Promise<void>): Promise<void> {
    if (this.#state !== 'down') return;
    this.#state = 'opening';
    try {
      await check();
      if (this.#state !== 'opening') return;
      this.#state = 'up';
      this.#events.onNotice({ type: 'back' });
    } catch (error) {
      if (this.#state !== 'opening') return;
      if (error instanceof StoreMismatchError) {
        this.#state = 'mismatch';
        this.#mismatch = error.message;
        this.#events.onNotice({ type: 'mismatch', message: error.message });
      } else {
        this.#state = 'down';
        this.#client.disconnect(true);
      }
    }
  }

  /** The subscriber is connected again. Where that does not last, it tries again. */
  async #subscribeAgain(channel: string): Promise<void> {
    try {
      await this.#subscriber.subscribe(channel);
    } catch {
      if (this.#state !== 'closed') this.#subscriber.disconnect(true);
    }
  }

  /** A command's answer within the time limit; every error becomes one of the store's. */
  async #within<T>(run: () => Promise<T>, limitMs = this.#timeoutMs): Promise<T> {
    if (this.#state === 'closed') throw new StoreUnavailableError('Redis: the store is closed');
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        run(),
        new Promise<never>((_, reject) => {
          timer = setTimeout(
            () => reject(new StoreUnavailableError(`Redis: no answer within ${limitMs} ms`)),
            limitMs,
          );
        }),
      ]);
    } catch (error) {
      if (isOurs(error)) throw error;
      const words = error instanceof Error ? error.message : String(error);
      if (REFUSALS.test(words)) throw new StoreRefusedError(`Redis: ${words}`, { cause: error });
      throw new StoreUnavailableError(`Redis: ${words}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

function isOurs(error: unknown): boolean {
  return [StoreMismatchError, StoreRefusedError, StoreUnavailableError].some((ours) => error instanceof ours);
}

/** The words of an error; if it stands for several, those of the first one, since it has none of its own. */
function wordsOf(error: Error & { readonly lastNodeError?: Error }): string {
  const first =
    error instanceof AggregateError ? (error.errors[0] as Error | undefined) : error.lastNodeError;
  const { address, port } = (first ?? error) as { readonly address?: string; readonly port?: number };
  const place = address === undefined || port === undefined ? '' : `${urlHost(address)}:${port}: `;
  return `${place}${systemErrorText(first ?? error)} (setting store)`;
}

/** An argument as the library takes it: bytes as a Buffer. */
export function asRedisArgument(arg: Argument): string | number | Buffer {
  return arg instanceof Uint8Array ? Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength) : arg;
}

/**
 * A whole pool on a simulated node with an embedded store, an honest miner on it, and rude clients beside: for tests of
 * what bad input does to it, which must be nothing.
 * @module
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { type PoolApp, startPool } from '../../pool/app.js';
import { type PoolConfig, parsePoolConfig } from '../../pool/config/pool-config.js';
import { storeSettingsOf } from '../../pool/config/store-settings-of.js';
import type { Counters } from '../../pool/domain/counters.js';
import type { PoolServerEvent } from '../../pool/domain/events.js';
import { openStore } from '../../pool/store/open-store.js';
import { HonestMiner } from './honest-miner.js';
import { type StoredSum, sumsOfStore } from './journal-kill.js';
import { RawClient } from './raw-client.js';
import { RawMiner } from './raw-miner.js';
import { ADDRESS } from './test-pool.js';
import { waitFor } from './wait.js';

/** Where the honest miner connects from; rude clients come from 127.0.0.1 unless they say otherwise. */
const HONEST_HOME = '127.0.0.9';

/** Whom the honest miner mines for. */
export const VICTIM = ADDRESS;

/** Every sixteenth hash is a share, so that tests find them at once. */
export const EASY = { start: '16H', fixed: true };

export interface UnderFireOptions {
  /** What differs from a pool for all the world on one plain TCP listener. */
  readonly config?: object;
  /** Port of the miner API, where something stands before the node. */
  readonly nodePort?: (devnet: Devnet) => Promise<number>;
  /** Hashes per second that the node's targets are made for: 1e9 by default, so that no share is a block. */
  readonly rate?: number;
  /** Whether an honest miner is on the first listener, from the start to the end. */
  readonly honest?: boolean;
  /** Told what happens, events of level debug as well. */
  readonly onEvent?: (event: PoolServerEvent) => void;
}

export class PoolUnderFire {
  readonly devnet: Devnet;
  readonly app: PoolApp;
  readonly honest: HonestMiner | undefined;
  readonly #config: PoolConfig;
  #closed = false;

  private constructor(config: PoolConfig, devnet: Devnet, app: PoolApp, honest: boolean) {
    this.#config = config;
    this.devnet = devnet;
    this.app = app;
    this.honest = honest ? new HonestMiner(this.port, HONEST_HOME, `${VICTIM}.honest`) : undefined;
  }

  /** Starts one that ends with the test. */
  static async start(
    t: Pick<TestContext, 'after'>,
    { config = {}, nodePort, rate = 1_000_000_000, honest = true, onEvent }: UnderFireOptions = {},
  ): Promise<PoolUnderFire> {
    // Blocks are rare and nobody else finds any: jobs change when a test says so.
    const devnet = await startDevnet({ rate, refreshMs: 600_000 });
    const closing: (() => Promise<unknown>)[] = [() => devnet.close()];
    t.after(async () => {
      for (const close of closing.reverse()) await close();
    });
    // While somebody listens a node sends whoever comes the templates that it has.
    const onlooker = await RawMiner.connect(devnet.minerApiPort);
    closing.push(async () => onlooker.close());
    const folder = await mkdtemp(join(tmpdir(), 'lesswork-lab-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const port = (await nodePort?.(devnet)) ?? devnet.minerApiPort;
    const parsed = parsePoolConfig(
      {
        mode: 'pool',
        nodes: [{ host: '127.0.0.1', port, restPort: devnet.restPort }],
        listeners: [{ name: 'main', host: '127.0.0.1', port: 0, difficulty: EASY }],
        // A miner that stays for long is moved to another chain even though nothing is new: not while a test has its job.
        jobs: { refreshAfterMs: 600_000 },
        dataFolder: join(folder, 'data'),
        http: false,
        admin: false,
        stop: { closeOverMs: 0 },
        ...config,
      },
      { env: {}, readFile: () => '', resolvePath: (path) => path },
    );
    const app = await startPool(parsed, {
      onEvent: onEvent ?? (() => {}),
      version: 'test',
      detailed: onEvent !== undefined,
    });
    const lab = new PoolUnderFire(parsed, devnet, app, honest);
    closing.push(() => lab.close());
    await waitFor('the first jobs', () => app.pool.board.size >= 16);
    if (honest) await lab.servesHonest();
    return lab;
  }

  get port(): number {
    return this.portOf(this.#config.listeners[0]!.name);
  }

  portOf(listener: string): number {
    return this.app.ports.get(listener)!;
  }

  get counters(): Counters {
    return this.app.pool.counters;
  }

  refused(reason: string): number {
    return this.app.refused.get(reason) ?? 0;
  }

  /** A client that does as it is told. @param from - its address, of 127.0.0.0/8 */
  async client(from = '127.0.0.1', port = this.port): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
    const client = new RawClient(socket);
    await waitFor('the connection', () => !socket.connecting);
    return client;
  }

  /** Fails unless the honest miner is served now. */
  async servesHonest(): Promise<void> {
    const { honest } = this;
    assert.ok(honest !== undefined);
    const before = honest.accepted;
    await waitFor('shares of the honest miner', () => honest.accepted >= before + 3);
    assert.deepEqual([honest.refusals, honest.client?.closed], [[], false]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.honest?.stop();
    await this.app.close();
  }

  /** Closes the pool, and fails unless its store has what it acknowledged, and nothing else. */
  async closeAndCompare(): Promise<readonly StoredSum[]> {
    await this.servesHonest();
    await this.close();
    const stored = await this.stored();
    const { accepted, work } = this.counters;
    assert.deepEqual(
      [stored.reduce((sum, { shares }) => sum + shares, 0), stored.reduce((sum, { work }) => sum + work, 0n)],
      [accepted, work],
    );
    assert.ok(accepted >= this.honest!.accepted);
    return stored;
  }

  /** What the store of the closed pool has. */
  async stored(): Promise<readonly StoredSum[]> {
    const store = await openStore(storeSettingsOf(this.#config), { onNotice: () => {} });
    try {
      return await sumsOfStore(store);
    } finally {
      await store.close();
    }
  }
}

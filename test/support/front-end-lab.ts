/**
 * Several front ends, each a process of `lesswork pool` with a data folder of its own, on one Redis and one simulated node.
 * @module
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import type { Store } from '../../pool/ports/store.js';
import { openRedisStore } from '../../pool/store/redis/redis-store.js';
import { askPatiently } from './ask-patiently.js';
import { type JsonLine, LessworkRun, type RunResult } from './lesswork.js';
import { processesWith } from './processes.js';
import { RedisServer } from './redis-server.js';
import { StratumMiner, type StratumMinerOptions } from './stratum-miner.js';
import { waitFor } from './wait.js';

/** Mark in the environment of all processes of a lab, whosever children they are. */
const LAB_MARK = 'LESSWORK_TEST_LAB';

const POOL_ID = 'several';

/**
 * Hash rate that the targets are made for, where a test says nothing: no share is a block. One that is by chance ends
 * the journal's segment, and moves miners to other chains.
 */
const RATE = 1_000_000_000;

export interface FrontEndOptions {
  readonly workers?: number;
  /** Settings beside those of the lab. */
  readonly config?: object;
  /** Further arguments. */
  readonly args?: readonly string[];
}

type Closer = () => Promise<unknown> | unknown;

export class FrontEndLab {
  readonly devnet: Devnet;
  readonly redis: RedisServer;
  readonly folder: string;
  readonly #closers: Closer[];

  private constructor(closers: Closer[], folder: string, devnet: Devnet, redis: RedisServer) {
    this.#closers = closers;
    this.folder = folder;
    this.devnet = devnet;
    this.redis = redis;
  }

  /** A node and a Redis. All of it ends with the test. */
  static async open(t: Pick<TestContext, 'after'>, node: DevnetOptions = {}): Promise<FrontEndLab> {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-front-ends-'));
    // Hooks run in the order in which they were registered: the folder would go while pools still write to it.
    const closers: Closer[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })];
    t.after(async () => {
      for (const close of closers.reverse()) await close();
    });
    const redis = await RedisServer.start({ appendFsync: 'everysec' });
    closers.push(() => redis.close());
    const devnet = await startDevnet({ rate: RATE, retarget: false, ...node });
    closers.push(() => devnet.close());
    return new FrontEndLab(closers, folder, devnet, redis);
  }

  dataFolder(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a front end's configuration. @returns its path */
  configure(name: string, settings: object = {}): string {
    const path = join(this.folder, `${name}.json`);
    const config = {
      pool: { id: POOL_ID },
      mode: 'pool',
      nodes: [{ host: '127.0.0.1', port: this.devnet.minerApiPort, restPort: this.devnet.restPort }],
      listeners: [{ name: 'main', host: '127.0.0.1', port: 0, difficulty: { start: '1kH', min: '16H' } }],
      store: { type: 'redis', url: this.redis.url },
      dataFolder: this.dataFolder(name),
      http: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: 0 },
      stop: { closeOverMs: 100 },
      ...settings,
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  /** Starts a process, and waits for nothing. */
  spawn(name: string, { workers, config, args: more = [] }: FrontEndOptions = {}): FrontEnd {
    const count = workers === undefined ? [] : ['--workers', String(workers)];
    const args = ['pool', '--config', this.configure(name, config), '--json', ...count, ...more];
    const frontEnd = new FrontEnd(new LessworkRun(args, { [LAB_MARK]: this.folder }));
    this.#closers.push(() => frontEnd.kill());
    return frontEnd;
  }

  /** Starts a front end, and waits until miners can connect and it has jobs. */
  async start(name: string, options: FrontEndOptions = {}): Promise<FrontEnd> {
    const frontEnd = this.spawn(name, options);
    await waitFor(`${name} serves`, () => frontEnd.failedOr(() => frontEnd.serves), 60_000);
    return frontEnd;
  }

  /** Runs a process to its end. */
  async run(name: string, options: FrontEndOptions = {}): Promise<RunResult> {
    return this.spawn(name, options).run.end();
  }

  /** `lesswork pool drain`. */
  async drain(name: string, config: object = {}, ...more: string[]): Promise<RunResult> {
    const args = ['pool', 'drain', '--config', this.configure(name, config), ...more];
    return new LessworkRun(args, { [LAB_MARK]: this.folder }).end();
  }

  /** Ids of all processes of its pools that live: primaries and workers. */
  processes(): number[] {
    return processesWith(LAB_MARK, this.folder);
  }

  workersOf({ run }: FrontEnd): number[] {
    return this.processes().filter((pid) => pid !== run.child.pid);
  }

  allGone(): Promise<void> {
    return waitFor('no process left', () => this.processes().length === 0, 20_000);
  }

  /** The store, as another front end of the pool sees it. */
  async openStore(): Promise<Store> {
    const identity = { poolId: POOL_ID, networkId: undefined, extranonceBytes: 2 };
    const store = await openRedisStore(
      { type: 'redis', url: this.redis.url, identity },
      { onNotice: () => {} },
    );
    this.#closers.push(() => store.close());
    return store;
  }
}

/** One process, or a primary with its workers. */
export class FrontEnd {
  readonly run: LessworkRun;

  constructor(run: LessworkRun) {
    this.run = run;
  }

  get port(): number {
    return this.#line(({ type }) => type === 'listening')?.port as number;
  }

  get serves(): boolean {
    const { said } = this;
    return (
      said.some(({ type }) => type === 'listening') &&
      said.some(({ type }) => type === 'node') &&
      said.some(({ type, what }) => type === 'serving' && what === 'admin')
    );
  }

  get said(): readonly JsonLine[] {
    return this.run.jsonLines();
  }

  /** Messages of notices so far. */
  get notices(): readonly string[] {
    return this.said
      .filter(({ type }) => type === 'notice')
      .map(({ name, message }) => `${name}: ${message}`);
  }

  /** @throws AssertionError if the process has ended */
  failedOr(condition: () => boolean): boolean {
    assert.equal(this.run.child.exitCode, null, this.run.stderr + this.run.stdout);
    return condition();
  }

  mine(options: StratumMinerOptions = {}): Promise<StratumMiner> {
    return StratumMiner.open(this.port, options);
  }

  /** So many miners, one after the other: of a burst the quicker worker takes more. */
  async crowd(size: number): Promise<StratumMiner[]> {
    const miners: StratumMiner[] = [];
    while (miners.length < size) miners.push(await this.mine({ work: 1_000n }));
    return miners;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  async api(path: string): Promise<any> {
    return (await askPatiently(() => this.#fetch('api', `/api/pools/${POOL_ID}${path}`))).json();
  }

  admin(path: string, method = 'GET'): Promise<Response> {
    return this.#fetch('admin', path, method);
  }

  /** The value of a metric. */
  async metric(name: string): Promise<number> {
    const text = await (await this.admin('/metrics')).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    assert.ok(line !== undefined, `${name} in\n${text}`);
    return Number(line.split(' ')[1]);
  }

  async kill(): Promise<void> {
    this.run.child.kill('SIGKILL');
    await this.run.end();
  }

  /** Ends it as an operator does. Fails unless it ends well. */
  async stop(): Promise<void> {
    this.run.child.kill('SIGTERM');
    const { code, stderr } = await this.run.end();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
  }

  #fetch(what: string, path: string, method = 'GET'): Promise<Response> {
    const { port } = this.#line((line) => line.type === 'serving' && line.what === what)!;
    return fetch(`http://127.0.0.1:${port}${path}`, { method, signal: AbortSignal.timeout(20_000) });
  }

  #line(is: (line: { readonly type: string; readonly what?: unknown }) => boolean) {
    return this.said.find(is);
  }
}

/**
 * A pool as its operator runs it, on a simulated node, with a store and a data folder that outlive its process.
 * @module
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import type { Clock } from '../../devnet/clock.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { storeSettingsOf } from '../../pool/config/store-settings-of.js';
import {
  type JournalFileName,
  journalsFolder,
  listJournalFiles,
  listJournals,
} from '../../pool/journal/journal-folder.js';
import type { Books } from '../../pool/ports/books.js';
import type { Store } from '../../pool/ports/store.js';
import { openBooks } from '../../pool/store/open-books.js';
import { openStore } from '../../pool/store/open-store.js';
import type { StoreSettings } from '../../pool/store/store-settings.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { askPatiently } from './ask-patiently.js';
import { type JsonLine, LessworkRun } from './lesswork.js';
import { sleep, waitFor } from './wait.js';

export interface PoolLabOptions {
  /** `store` of the configuration. */
  readonly store: object;
  readonly devnet?: DevnetOptions;
  /** Of the node; the system's where undefined. */
  readonly clock?: Clock;
  /** Further settings. */
  readonly config?: object;
  /** Where its data folder is made. */
  readonly parent?: string;
}

/** Hash rate that the targets are made for: with shares of some 1,000 hashes, one in a hundred is a block. */
const RATE = 100_000;

export class PoolLab {
  readonly devnet: Devnet;
  readonly dataFolder: string;
  readonly configPath: string;
  /** Hashes, hex, of all that was submitted to the node, and whether it was taken. */
  readonly submitted: Map<string, boolean>;
  /** Faults that the node found, but that it had a block already: `hash fault`. */
  readonly faults: readonly string[];
  /** Those of them that a process was killed after: nobody may have read the node's verdict. */
  readonly beforeKill = new Set<string>();
  /** What processes that have ended said. */
  readonly #said: JsonLine[] = [];
  readonly #config: object;
  #run: LessworkRun | undefined;

  private constructor(
    folder: string,
    devnet: Devnet,
    options: PoolLabOptions,
    submitted: Map<string, boolean>,
    faults: readonly string[],
  ) {
    this.devnet = devnet;
    this.submitted = submitted;
    this.faults = faults;
    this.dataFolder = options.parent ?? join(folder, 'data');
    this.configPath = join(folder, 'pool.json');
    this.#config = {
      nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
      listeners: [{ name: 'main', host: '127.0.0.1', port: 0, difficulty: { start: '16H', min: '16H' } }],
      limits: { trusted: ['127.0.0.0/8'] },
      store: options.store,
      dataFolder: this.dataFolder,
      http: false,
      admin: false,
      stop: { closeOverMs: 0 },
      ...options.config,
    };
    writeFileSync(this.configPath, JSON.stringify(this.#config));
  }

  /** Everything but the pool's process, which `start` starts. All of it ends with the test. */
  static async open(t: Pick<TestContext, 'after'>, options: PoolLabOptions): Promise<PoolLab> {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-kill-'));
    // Hooks run in the order in which they were registered: the folder would go while the pool still writes to it.
    const closers: (() => Promise<unknown> | unknown)[] = [
      () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
    ];
    t.after(async () => {
      for (const close of closers.reverse()) await close();
    });
    const submitted = new Map<string, boolean>();
    const faults: string[] = [];
    const devnet = await startDevnet(
      { rate: RATE, retarget: false, ...options.devnet },
      {
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        report: (event) => {
          if (event.type !== 'submission') return;
          const { hash, fault } = event.submission;
          const id = bytesToHex(hash);
          if (fault !== undefined && fault !== 'known-block') faults.push(`${id} ${fault}`);
          // Sent twice after a lost connection, the second is refused.
          submitted.set(id, fault === undefined || submitted.get(id) === true);
        },
      },
    );
    closers.push(() => devnet.close());
    const lab = new PoolLab(folder, devnet, options, submitted, faults);
    closers.push(() => lab.kill());
    return lab;
  }

  /** Where it listens; undefined while it does not run. */
  get port(): number | undefined {
    const line = this.#run?.jsonLines().find(({ type }) => type === 'listening');
    return line?.port as number | undefined;
  }

  /** Of the running process. @throws TypeError while there is none */
  get pid(): number {
    return this.#run!.child.pid!;
  }

  /** Where its administration listens, once it does. */
  async adminPort(): Promise<number> {
    const isServing = ({ type, what }: JsonLine): boolean => type === 'serving' && what === 'admin';
    await waitFor('the administration is served', () => this.said.some(isServing));
    return this.said.findLast(isServing)?.port as number;
  }

  /** What its administration answers, where that is configured. */
  async admin(path: string): Promise<Response> {
    return this.#ask('admin', path);
  }

  /** What its API answers, where that is configured. */
  async api(path: string): Promise<Response> {
    return await askPatiently(() => this.#ask('api', path));
  }

  /** All that the pool's processes said so far. */
  get said(): readonly JsonLine[] {
    return [...this.#said, ...(this.#run?.jsonLines() ?? [])];
  }

  /** Messages of the recorder so far. */
  get recorderSaid(): readonly string[] {
    return this.said
      .filter(({ type, name }) => type === 'notice' && name === 'recording')
      .map(({ message }) => String(message));
  }

  /** Starts a process, and waits for nothing. */
  spawn(): LessworkRun {
    assert.equal(this.#run, undefined);
    this.#run = new LessworkRun(['pool', '--config', this.configPath, '--json']);
    return this.#run;
  }

  /** Starts it, and waits until miners can connect. */
  async start(): Promise<void> {
    const run = this.spawn();
    const listens = (): boolean => {
      assert.equal(run.child.exitCode, null, run.stderr + run.stdout);
      return this.port !== undefined;
    };
    await waitFor('the pool listens', listens, 60_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${run.stderr}${run.stdout}`, { cause: error });
    });
  }

  /** Kills it, wherever it is. */
  async kill(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.child.kill('SIGKILL');
    await this.#ended(run);
    for (const hash of this.submitted.keys()) this.beforeKill.add(hash);
  }

  /** Kills it with its hands full: it stands still until much has come in, and has but a moment for that. */
  async killBusy(stillMs: number, momentMs: number): Promise<void> {
    const run = this.#run!;
    run.child.kill('SIGSTOP');
    await sleep(stillMs);
    run.child.kill('SIGCONT');
    await sleep(momentMs);
    await this.kill();
  }

  /** Ends it as an operator does. Fails unless it ends well. */
  async stop(): Promise<void> {
    const run = this.#run!;
    run.child.kill('SIGTERM');
    const { code, stderr } = await this.#ended(run);
    assert.equal(code, 0, stderr);
  }

  /** Batches and segments in its data folder that no store has confirmed. */
  pending(): string[] {
    return this.#files()
      .filter(({ kind }) => kind !== 'done')
      .map(({ id, number, kind }) => `${id} ${number}.${kind}`);
  }

  /** How many batches there are that the store has confirmed. */
  confirmed(): number {
    return this.#files().filter(({ kind }) => kind === 'done').length;
  }

  /** Reads the books, from outside: the pool may be at work. */
  async withBooks<T>(read: (books: Books) => Promise<T>): Promise<T> {
    const books = await openBooks(this.#storeSettings(), { onNotice: () => {} });
    try {
      return await read(books);
    } finally {
      await books.close();
    }
  }

  /** Reads what is stored, from outside. */
  async withStore<T>(read: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(this.#storeSettings(), { onNotice: () => {} });
    try {
      return await read(store);
    } finally {
      await store.close();
    }
  }

  #storeSettings(): StoreSettings {
    const sources = { env: {}, readFile: () => '', resolvePath: (path: string) => path };
    return storeSettingsOf(parsePoolConfig(this.#config, sources));
  }

  #ask(what: string, path: string): Promise<Response> {
    const line = this.#run?.jsonLines().find((one) => one.type === 'serving' && one.what === what);
    return fetch(`http://127.0.0.1:${line?.port}${path}`);
  }

  /** Numbered files of its journals; none of one that goes meanwhile, since it is empty. */
  #files(): (JournalFileName & { readonly id: string })[] {
    return listJournals(this.dataFolder).flatMap((id) => {
      try {
        return listJournalFiles(join(journalsFolder(this.dataFolder), id)).map((file) => ({ ...file, id }));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
  }

  async #ended(run: LessworkRun) {
    const result = await run.end();
    this.#said.push(...run.jsonLines());
    if (this.#run === run) this.#run = undefined;
    return result;
  }
}

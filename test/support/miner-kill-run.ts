/**
 * A miner with a fund of its own that is killed again and again, on a network where much goes on.
 * @module
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { FileFundStore } from '../../polw/store/file-fund-store.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { KILL_AUTHORIZATIONS, KillNetwork, killClock, killDevnet } from './kill-network.js';
import { LessworkRun } from './lesswork.js';
import { checkRebuilt } from './rebuilt-fund.js';
import { seededRandom } from './seeded-random.js';
import { TcpProxy } from './tcp-proxy.js';
import { sleep, waitFor } from './wait.js';

export interface MinerKillOptions {
  readonly kills: number;
  readonly seed: number;
  /** After so many kills what is kept is looked at, and at the end. */
  readonly rebuildEvery: number;
}

/** Puts the threshold at 2^16 H/s, and the network at some 6 times that: a thread of a busy machine finds a block a second. */
const SHIFT = 44;
const RATE = 400_000;

/** Blocks between two kills, at least. */
const BLOCKS_PER_KILL = 3;

/** Of so many kills the first comes while no block gets through to the node. */
const CUT_OFF = 3;

const WAIT_MS = 240_000;

class MinerKillRun {
  readonly network: KillNetwork;
  /** Hashes of all that the node was sent. */
  readonly submitted: ReadonlySet<string>;
  readonly faults: readonly string[];
  readonly #random: () => number;
  readonly #folder: string;
  readonly #proxy: TcpProxy;
  readonly #args: readonly string[];
  #run: LessworkRun | undefined;
  /** Blocks that a miner has had the time to book, and those that the next one has it for. */
  #booked: string[] = [];
  #toBook: string[] = [];
  /** Blocks that were on record at a kill, and that the node did not have then. */
  readonly unsent = new Set<string>();

  private constructor(
    devnet: Devnet,
    parts: {
      submitted: ReadonlySet<string>;
      faults: readonly string[];
      random: () => number;
      folder: string;
      proxy: TcpProxy;
    },
  ) {
    this.submitted = parts.submitted;
    this.faults = parts.faults;
    this.#random = parts.random;
    this.#folder = join(parts.folder, 'fund');
    this.#proxy = parts.proxy;
    this.network = new KillNetwork(devnet, SHIFT, 100, parts.random);
    const file = join(parts.folder, 'authorizations.json');
    const authorized = KILL_AUTHORIZATIONS.chains.filter(isAuthorized);
    writeFileSync(file, authorizationsText(KILL_AUTHORIZATIONS.networkId, authorized));
    this.#args = [
      ...['mine', '--node', `127.0.0.1:${parts.proxy.port},rest=${devnet.restPort}`],
      ...['--polw', file, '--polw-data', this.#folder, '--polw-since', 'genesis'],
      ...['--polw-shift', `${SHIFT}`, '--device', 'cpu', '--threads', '1', '--json'],
    ];
  }

  static async open(t: TestContext, seed: number): Promise<MinerKillRun> {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-kills-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const submitted = new Set<string>();
    const faults: string[] = [];
    const devnet = await startDevnet(killDevnet(RATE, SHIFT), {
      clock: killClock(),
      report: (event) => {
        if (event.type !== 'submission') return;
        const { hash, fault } = event.submission;
        submitted.add(bytesToHex(hash));
        if (fault !== undefined && fault !== 'known-block') faults.push(`${bytesToHex(hash)} ${fault}`);
      },
    });
    t.after(() => devnet.close());
    const proxy = await TcpProxy.start(t, devnet.minerApiPort);
    const run = new MinerKillRun(devnet, { submitted, faults, random: seededRandom(seed), folder, proxy });
    t.after(async () => {
      await run.network.quiet();
      await run.#end('SIGKILL');
    });
    return run;
  }

  start(): void {
    this.#run = new LessworkRun(this.#args);
  }

  /** Waits until so many more blocks reached the node, and all that was on record. */
  async goesOn(blocks = BLOCKS_PER_KILL): Promise<void> {
    this.network.go();
    const before = this.submitted.size;
    const { state } = this.network.devnet.node;
    await waitFor(
      'blocks',
      () =>
        this.submitted.size >= before + blocks &&
        [...this.unsent].every((hash) => state.get(hash) !== undefined),
      WAIT_MS,
    ).catch((error: Error) => {
      const { stdout, stderr } = this.#run!;
      throw new Error(`${error.message}\n${stderr}\n${stdout.slice(-3_000)}`);
    });
    assert.deepEqual(this.faults, []);
  }

  /** Kills it at a moment of its own, or with a block on record that did not get through. @param number - of the kill */
  async kill(number: number): Promise<void> {
    const submitted = [...this.submitted];
    const proxy = this.#proxy;
    if (number % CUT_OFF === 1) {
      proxy.deaf = true;
      const { state } = this.network.devnet.node;
      await waitFor(
        'a block on record',
        () => this.onRecord().some((hash) => state.get(hash) === undefined),
        WAIT_MS,
      );
    } else await sleep(this.#random() * 800);
    await this.#end('SIGKILL');
    proxy.deaf = false;
    await this.network.quiet();
    const { state } = this.network.devnet.node;
    for (const hash of this.onRecord()) if (state.get(hash) === undefined) this.unsent.add(hash);
    this.#booked = this.#toBook;
    this.#toBook = submitted;
  }

  /** Ends it as its owner does. Fails unless it ends well. */
  async stop(): Promise<void> {
    await this.network.quiet();
    const run = this.#run!;
    await this.#end('SIGTERM');
    assert.equal(run.child.exitCode, 0, run.stderr);
    this.#booked = [...this.submitted];
  }

  /** Looks at what is kept while no miner runs. */
  async checkKept(): Promise<void> {
    const { audit, devnet } = this.network;
    const { node } = devnet;
    const store = await FileFundStore.open(this.#folder);
    try {
      assert.equal(store.damage, undefined);
      const finds = await checkRebuilt({ store, node, authorizations: KILL_AUTHORIZATIONS, audit });
      const strangers = new Set(finds.foreign.map(({ blockHash }) => blockHash));
      for (const hash of this.#booked) {
        if (!audit.burnsOurs(node.state.get(hash)!)) continue;
        assert.ok(finds.isKnown(hash), `find ${hash} is forgotten`);
        assert.ok(!strangers.has(hash), `find ${hash} is booked as somebody else's`);
      }
    } finally {
      await store.close();
    }
    this.network.checkSpends();
  }

  /** Hashes of blocks whose fate is not known. */
  onRecord(): string[] {
    try {
      return readdirSync(join(this.#folder, 'blocks')).filter((name) => /^[0-9a-f]{64}$/.test(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    run?.child.kill(signal);
    await run?.end();
  }
}

/** Kills it so often, and looks at all that must hold after each. @returns what happened */
export async function killMiner(
  t: TestContext,
  { kills, seed, rebuildEvery }: MinerKillOptions,
): Promise<object> {
  const run = await MinerKillRun.open(t, seed);
  const { network } = run;
  for (let kill = 1; kill <= kills; kill++) {
    run.start();
    await run.goesOn();
    if (kill === Math.ceil(kills / 2)) network.lull();
    await run.kill(kill);
    if (kill % rebuildEvery === 0) await run.checkKept();
  }
  run.start();
  await run.goesOn();
  await network.quiet();
  await waitFor('nothing is on record', () => run.onRecord().length === 0, WAIT_MS);
  await run.stop();
  await run.checkKept();
  return { kills, own: run.submitted.size, sentAgain: run.unsent.size, others: network.counts };
}

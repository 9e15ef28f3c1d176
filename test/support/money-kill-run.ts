/**
 * A pool that pays its miners, and the process that pays, on a network where much goes on: each is killed again and again, and what blocks
 * say is held against the books.
 * @module
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import { createRandom } from '../../devnet/random.js';
import { type Address, parseAddress } from '../../protocol/address.js';
import { ALPH } from '../../protocol/emission.js';
import { BlockCrew } from './block-crew.js';
import type { BooksRollback } from './books-rollback.js';
import { LessworkRun } from './lesswork.js';
import { type MoneyCompared, MoneyComparison } from './money-comparison.js';
import { MINIMUM, type MoneyLab, type MoneyLabOptions, openMoneyLab, WALLET } from './money-lab.js';
import { MoneyNetwork } from './money-network.js';
import { MoneyOperator } from './money-operator.js';
import type { PoolLab } from './pool-lab.js';
import { seededRandom } from './seeded-random.js';
import { sleep, waitFor } from './wait.js';

export interface MoneyRunOptions extends MoneyLabOptions {
  readonly seed: number;
  /** Longest wait for a payout that something can happen to, ms. */
  readonly payoutMs: number;
}

/** What came to pass. */
export interface MoneyKillCounts {
  kills: number;
  payerKills: number;
  /** How often the books went back, by what took them there; absent where that can't be. */
  rollbacks: Partial<Record<BooksRollback['kind'], number>>;
}

/** Longest wait for what must come to pass, ms: by then three intervals of crediting and many rounds are over. */
const SETTLE_MS = 180_000;
/** Longest wait at the end while one thing after the other comes to be right, ms. */
const ALL_SETTLE_MS = 900_000;
/** Of a pool's output, where a comparison fails. */
const POOL_LINES = 40;
/** That the pool runs between two looks at what it keeps, ms: at first, and in the end. */
const POOL_RUNS_MS = { least: 5_000, most: 60_000 } as const;
/** Of the operator, for each group of the wallet, attoALPH each. */
const DEPOSIT = { amount: 20n * ALPH, count: 10 } as const;
/** Of each chain, between two looks: a block is final when 60 others follow. */
const BLOCKS_AT_ONCE = 8;

/** Mean time between two blocks of a miner, ms: all that are found have to be looked up and credited in the end. */
const CREW_PAUSE_MS = 3_000;

const MINERS: readonly Address[] = [71, 72].flatMap((seed) => generateMinerAddresses(createRandom(seed)));

export class MoneyKillRun {
  readonly lab: PoolLab;
  readonly counts: MoneyKillCounts = {
    kills: 0,
    payerKills: 0,
    rollbacks: {},
  };
  readonly network: MoneyNetwork;
  readonly operator: MoneyOperator;
  readonly #random: () => number;
  readonly #crews: readonly BlockCrew[];
  readonly #passwordFile: string;
  readonly #comparison: MoneyComparison;
  #payer: LessworkRun | undefined;
  /** What payers said that have ended. */
  #payersSaid = '';

  private constructor(
    { lab, passwordFile }: MoneyLab,
    { polw, payoutMs }: MoneyRunOptions,
    random: () => number,
  ) {
    this.lab = lab;
    this.#passwordFile = passwordFile;
    this.#random = random;
    this.network = new MoneyNetwork(lab, random, payoutMs);
    this.operator = new MoneyOperator(lab);
    this.#comparison = new MoneyComparison(lab, WALLET, MINIMUM);
    this.#crews = MINERS.map(
      ({ text }) => new BlockCrew(CREW_PAUSE_MS, { port: () => lab.port, random, login: `${text}.rig` }),
    );
    // What blocks bring that burn lies at burn addresses: miners are paid for them out of this.
    if (polw)
      for (const address of WALLET) {
        const { id } = lab.devnet.deposit({ address: parseAddress(address)!, ...DEPOSIT });
        this.operator.tell(id, true);
      }
  }

  /** All of it ends with the test. */
  static async open(t: TestContext, options: MoneyRunOptions): Promise<MoneyKillRun> {
    let run: MoneyKillRun | undefined;
    // Before what it works on ends.
    t.after(() => run?.close());
    run = new MoneyKillRun(await openMoneyLab(t, options), options, seededRandom(options.seed));
    return run;
  }

  /** Miners mine, and others do what they do. */
  go(): void {
    for (const crew of this.#crews) crew.go();
    this.network.go();
  }

  /** Nobody finds a block any more but the competing miners. */
  async quiet(): Promise<void> {
    await Promise.all([this.network.quiet(), ...this.#crews.map((crew) => crew.quiet())]);
  }

  /** Blocks whose shares were acknowledged. */
  get found(): number {
    return this.#crews.reduce((sum, { found }) => sum + found, 0);
  }

  /** What the last comparison came to. */
  get compared(): MoneyCompared {
    return this.#comparison.compared;
  }

  /** What the last payers said. */
  get payerSaid(): string {
    return `${this.#payersSaid}${this.#payer?.stdout ?? ''}${this.#payer?.stderr ?? ''}`.slice(-4_000);
  }

  /** What pools said last. */
  get #poolSaid(): string {
    return JSON.stringify(this.lab.said.slice(-POOL_LINES));
  }

  /** Waits until so many more blocks were found. */
  async goesOn(blocks: number): Promise<void> {
    this.go();
    const before = this.found;
    await waitFor('blocks', () => this.found >= before + blocks, SETTLE_MS);
  }

  /** Starts the process that pays, and waits for nothing. */
  startPayer(): void {
    assert.equal(this.#payer, undefined);
    this.#payer = new LessworkRun([
      'payer',
      '--config',
      this.lab.configPath,
      '--password-file',
      this.#passwordFile,
      '--json',
    ]);
  }

  async killPayer(): Promise<void> {
    const payer = this.#payer;
    if (payer === undefined) return;
    if (payer.child.exitCode === null) payer.child.kill('SIGKILL');
    await payer.end();
    this.#payersSaid = `${this.#payersSaid}${payer.stdout}${payer.stderr}`.slice(-4_000);
    this.#payer = undefined;
    this.counts.payerKills++;
  }

  /**
   * Kills one or both at a moment of its own, and starts them again.
   * @param between - done while neither runs; then both are killed
   */
  async killSomebody(between?: () => Promise<void>): Promise<void> {
    await sleep(this.#random() * 1_500);
    const dice = this.#random();
    if (between !== undefined || dice < 0.7) await this.killPayer();
    if (between !== undefined || dice > 0.5) {
      if (this.#random() < 0.5) await this.lab.killBusy(50, this.#random() * 10);
      else await this.lab.kill();
      this.counts.kills++;
      await between?.();
      await this.lab.start();
    }
    if (this.#payer === undefined) this.startPayer();
  }

  /**
   * Lets all come to rest, and holds the books against the blocks. Pool and payer run on.
   * @throws Error - with what the last comparison found
   */
  async check(): Promise<void> {
    await this.quiet();
    if (this.#payer === undefined) this.startPayer();
    let runsMs: number = POOL_RUNS_MS.least;
    await this.#comesToBeRight(async () => {
      // Between two looks it needs its lease, and some of its steps.
      await sleep(runsMs);
      runsMs = Math.min(2 * runsMs, POOL_RUNS_MS.most);
      // The embedded store takes one process at a time.
      await this.lab.stop();
      try {
        await this.#comparison.rewards();
      } finally {
        await this.lab.start();
      }
    });
    await this.#comesToBeRight(async () => {
      await sleep(250);
      await this.#comparison.payments();
    });
  }

  /** Blocks of others come on until a look finds nothing wrong. A machine under load takes longer: what it finds must change. */
  async #comesToBeRight(look: () => Promise<void>): Promise<void> {
    const begunMs = performance.now();
    let last = '';
    let changedMs = begunMs;
    for (;;) {
      await this.network.mine(BLOCKS_AT_ONCE);
      await this.operator.look();
      try {
        return await look();
      } catch (error) {
        const { message, stack } = error as Error;
        const nowMs = performance.now();
        if (message !== last) changedMs = nowMs;
        last = message;
        if (nowMs - changedMs > SETTLE_MS || nowMs - begunMs > ALL_SETTLE_MS)
          throw new Error(`${stack}\n${this.#poolSaid}\n${this.payerSaid}\n${this.operator.said}`, {
            cause: error,
          });
      }
    }
  }

  async close(): Promise<void> {
    await this.quiet();
    await this.killPayer();
  }
}

/**
 * A pool with a fund that is killed again and again, on a network where much goes on.
 * @module
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { ACCOUNTS, type Accounts, heldBy } from '../../polw/fund/accounts.js';
import type { BlockState } from '../../pool/domain/block-record.js';
import { PoolFundStore } from '../../pool/polw/pool-fund-store.js';
import type { StoredBlock } from '../../pool/ports/store.js';
import { ACTIVE_RATE, SHIFT } from '../devnet/polw-setting.js';
import { BlockCrew } from './block-crew.js';
import { KILL_AUTHORIZATIONS, KillNetwork, killClock, killDevnet } from './kill-network.js';
import { PoolLab } from './pool-lab.js';
import { checkRebuilt } from './rebuilt-fund.js';
import { seededRandom } from './seeded-random.js';
import { sleep, waitFor } from './wait.js';

export interface PoolKillOptions {
  readonly kills: number;
  readonly seed: number;
  /** `store` of the configuration. */
  readonly store: object;
  /** After so many kills what is kept is looked at, and at the end. */
  readonly rebuildEvery: number;
}

/** Blocks between two kills, at least. */
const BLOCKS_PER_KILL = 4;

/** Of so many starts one is cut short before anybody is served. */
const CUT_SHORT = 5;

/** Longest time from the start of a pool until its fund is as the chain has it, ms. */
const SETTLE_MS = 240_000;

/** Most blocks that a store hands out at a time. */
const PAGE = 1_000;

/** States of blocks that the node took. */
const TAKEN: ReadonlySet<BlockState> = new Set(['accepted', 'main', 'uncle', 'orphan']);

interface PolwFacts {
  readonly caughtUp: boolean;
  readonly accounts: Readonly<Record<string, string>>;
  readonly chains: readonly { readonly state: string }[];
  readonly withdrawals: readonly { readonly id: string; readonly amount: string }[];
}

export class PoolKillRun {
  readonly lab: PoolLab;
  readonly network: KillNetwork;
  readonly crew: BlockCrew;
  readonly random: () => number;
  /** Blocks of ours that a pool has had the time to book. */
  #booked: string[] = [];

  private constructor(lab: PoolLab, random: () => number) {
    this.lab = lab;
    this.random = random;
    this.network = new KillNetwork(lab.devnet, SHIFT, 60, random);
    this.crew = new BlockCrew(40, { port: () => lab.port, random });
  }

  /** All of it ends with the test. @param config - further settings */
  static async open(
    t: TestContext,
    { seed, store }: Pick<PoolKillOptions, 'seed' | 'store'>,
    config: object = {},
  ): Promise<PoolKillRun> {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-kills-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const authorizations = join(folder, 'authorizations.json');
    const authorized = KILL_AUTHORIZATIONS.chains.filter(isAuthorized);
    writeFileSync(authorizations, authorizationsText(KILL_AUTHORIZATIONS.networkId, authorized));
    let run: PoolKillRun | undefined;
    // Before what it works on ends.
    t.after(() => run?.quiet());
    const lab = await PoolLab.open(t, {
      store,
      clock: killClock(),
      devnet: killDevnet(ACTIVE_RATE, SHIFT),
      config: {
        polw: { authorizations, since: '1970-01-01', shift: SHIFT },
        http: { host: '127.0.0.1', port: 0 },
        ...config,
      },
    });
    run = new PoolKillRun(lab, seededRandom(seed));
    return run;
  }

  go(): void {
    this.network.go();
    this.crew.go();
  }

  async quiet(): Promise<void> {
    await Promise.all([this.network.quiet(), this.crew.quiet()]);
  }

  /** Waits until so many more blocks were found. */
  async goesOn(blocks = BLOCKS_PER_KILL): Promise<void> {
    this.go();
    const before = this.crew.found;
    await waitFor('blocks', () => this.crew.found >= before + blocks, SETTLE_MS).catch(async (error) => {
      throw new Error(`${error.message}\n${await this.#trouble()}`);
    });
  }

  /** Others go on for a moment while no pool runs. A slow machine must not make a long history of it. */
  async meanwhile(): Promise<void> {
    this.network.go();
    await sleep(this.random() * 1_000);
    await this.network.quiet();
  }

  /** Kills it at a moment of its own, now and then with its hands full. */
  async kill(): Promise<void> {
    await sleep(this.random() * 800);
    if (this.random() < 0.5) await this.lab.killBusy(50, this.random() * 10);
    else await this.lab.kill();
  }

  /** Starts it; now and then a start is cut short before. */
  async start(): Promise<void> {
    if (this.random() < 1 / CUT_SHORT) {
      this.lab.spawn();
      await sleep(this.random() * 1_500);
      await this.lab.kill();
    }
    await this.lab.start();
  }

  /** Looks at the pool while all is quiet: its accounts are what the chain says, and no block was refused. */
  async check(): Promise<Accounts> {
    await this.quiet();
    const { node } = this.lab.devnet;
    const { audit } = this.network;
    let last: unknown;
    let accounts: Accounts | undefined;
    const isRight = async (): Promise<boolean> => {
      try {
        const { caughtUp, chains, ...facts } = await this.facts();
        accounts = accountsOf(facts.accounts);
        assert.ok(caughtUp && chains.every(({ state }) => state === 'funded'), JSON.stringify(chains));
        assert.equal(heldBy(accounts), audit.heldOn(node), 'what our outputs hold');
        audit.checkAccounts(node, accounts);
        return true;
      } catch (error) {
        last = error;
        await sleep(50);
        return false;
      }
    };
    await waitFor('the accounts are those of the chain', isRight, SETTLE_MS).catch(async () => {
      throw new Error(`${last}\n${await this.#trouble()}`, { cause: last });
    });
    assert.deepEqual(this.lab.faults, []);
    this.#booked = [...this.lab.submitted.keys()];
    return accounts!;
  }

  /** Ends it as an operator does, once it knows what became of each block: the node's answers may have been lost. */
  async stop(): Promise<void> {
    const { lab } = this;
    const isKnown = (): boolean => {
      const accepted = new Set(
        lab.said
          .filter(({ type, state }) => type === 'blockState' && state === 'accepted')
          .map(({ hash }) => hash),
      );
      return [...lab.submitted.keys()].every((hash) => accepted.has(hash));
    };
    await waitFor('all blocks are accepted', isKnown, SETTLE_MS);
    await lab.stop();
  }

  /** Looks at what is kept while no pool runs. */
  async checkKept(): Promise<void> {
    await this.quiet();
    const { node } = this.lab.devnet;
    const { audit } = this.network;
    const addresses = KILL_AUTHORIZATIONS.chains.map((one) =>
      isAuthorized(one) ? one.burn.text : undefined,
    );
    await this.lab.withStore(async (store) => {
      const fundStore = new PoolFundStore(store.fund, addresses);
      const finds = await checkRebuilt({
        store: fundStore,
        node,
        authorizations: KILL_AUTHORIZATIONS,
        audit,
      });
      const strangers = new Set(finds.foreign.map(({ blockHash }) => blockHash));
      for (const hash of this.#booked) {
        if (!audit.burnsOurs(node.state.get(hash)!)) continue;
        assert.ok(finds.isKnown(hash), `find ${hash} is forgotten`);
        assert.ok(!strangers.has(hash), `find ${hash} is booked as somebody else's`);
      }
    });
    this.network.checkSpends();
  }

  /** Each block that the node was sent is on record, and was taken. No pool runs. */
  async checkRecords(): Promise<void> {
    await this.lab.withStore(async (store) => {
      const blocks: StoredBlock[] = [];
      for (let page = await store.blocks({ offset: 0, limit: PAGE }); page.length > 0; ) {
        blocks.push(...page);
        page = await store.blocks({ offset: blocks.length, limit: PAGE });
      }
      const states = new Map(blocks.map(({ hash, state }) => [hash, state]));
      for (const hash of this.lab.submitted.keys()) assert.ok(states.has(hash), `${hash} is not on record`);
      for (const [hash, state] of states) assert.ok(TAKEN.has(state), `${hash}: ${state}`);
    });
  }

  async facts(): Promise<PolwFacts> {
    return (await (await this.lab.api('/api/pools/lesswork/polw')).json()) as PolwFacts;
  }

  async #trouble(): Promise<string> {
    const facts = await this.facts().catch((error: unknown) => error);
    const notices = this.lab.said.filter(({ type }) => type === 'notice').slice(-10);
    return JSON.stringify({ facts, notices });
  }
}

/** Kills it so often, and looks at all that must hold after each. @returns what happened */
export async function killPool(t: TestContext, options: PoolKillOptions): Promise<object> {
  const { kills, rebuildEvery } = options;
  const run = await PoolKillRun.open(t, options);
  const { lab, network } = run;
  for (let kill = 1; kill <= kills; kill++) {
    await run.start();
    if (kill > 1) await run.check();
    await run.goesOn();
    if (kill === Math.ceil(kills / 2)) network.lull();
    await run.kill();
    if (kill % rebuildEvery === 0) await run.checkKept();
    await run.meanwhile();
  }
  await run.start();
  await run.goesOn();
  const { burnt, earned } = await run.check();
  assert.ok(burnt > 0n && earned > 0n);
  await run.stop();
  await run.checkKept();
  await run.checkRecords();
  const { submitted } = lab;
  return { kills, own: submitted.size, beside: sidesOf(run), others: network.counts };
}

/** Blocks of ours beside the main chain. */
function sidesOf({ lab }: PoolKillRun): number {
  const { state } = lab.devnet.node;
  return [...lab.submitted.keys()].filter((hash) => !state.isMain(state.get(hash)!)).length;
}

function accountsOf(texts: Readonly<Record<string, string>>): Accounts {
  return Object.fromEntries(ACCOUNTS.map((name) => [name, BigInt(texts[name]!)])) as unknown as Accounts;
}

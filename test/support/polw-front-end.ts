/**
 * A front end that supplies coins, on a simulated node: its funded nodes and its fund, which is kept in memory.
 * @module
 */
import type { Clock } from '../../devnet/clock.js';
import type { DevnetNode } from '../../devnet/node.js';
import type { NodeSession, NodeSetEvents } from '../../node/node-set-port.js';
import type { FundEntry } from '../../polw/fund/accounts.js';
import type { Find } from '../../polw/fund/finds.js';
import type { FundCommit, FundStore } from '../../polw/fund/fund-store.js';
import type { FundKept, Reservation } from '../../polw/fund/snapshot.js';
import { FundKeeper } from '../../polw/fund-keeper.js';
import { FundedNodes } from '../../polw/funded-nodes.js';
import { placesOf } from '../../polw/open-funded-nodes.js';
import type { BlockSource } from '../../polw/reader/block-source.js';
import { parentHexOf } from '../../polw/template-view.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { type Job, txsBytesOf } from '../../protocol/job.js';
import { Late } from '../../protocol/late.js';
import { blockHash } from '../../protocol/pow.js';
import type { Transaction } from '../../protocol/transaction.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { MONEY } from '../devnet/polw-setting.js';
import { BURN_AUTHORIZATIONS } from './devnet-authorizations.js';
import { DirectNodes, sourceOf } from './direct-nodes.js';
import { LateWalker } from './funded-lab.js';
import { KeptFund } from './kept-fund.js';
import { solve } from './raw-miner.js';

/** What a front end has of its store, until that is cut. */
class StoreLine implements FundStore {
  readonly #store: FundStore;
  #cut = false;

  constructor(store: FundStore) {
    this.#store = store;
  }

  /** Nothing comes through any more. */
  cut(): void {
    this.#cut = true;
  }

  load(): Promise<FundKept> {
    return this.#store.load();
  }

  async commit(commit: FundCommit): Promise<void> {
    if (!this.#cut) await this.#store.commit(commit);
  }

  async found(find: Find): Promise<void> {
    if (!this.#cut) await this.#store.found(find);
  }

  reserve(reservation: Reservation): Promise<void> {
    return this.#store.reserve(reservation);
  }

  release(id: string): Promise<void> {
    return this.#store.release(id);
  }

  entries(from: number, limit: number): Promise<readonly FundEntry[]> {
    return this.#store.entries(from, limit);
  }

  async close(): Promise<void> {}
}

/** A find of a front end. */
export interface FoundBlock {
  /** Hex. */
  readonly hash: string;
  readonly chain: ChainIndex;
  readonly transactions: readonly Transaction[];
  /** Undefined if it burns no coins of ours. */
  readonly find: Find | undefined;
}

/** Blocks that follow on a final one. */
const DEPTH = 20;

/** Jobs of a chain that are remembered, to be mined late. */
const JOBS_BEFORE = 3;

export class PolwFrontEnd implements NodeSetEvents {
  readonly node: DevnetNode;
  readonly nodes: DirectNodes;
  readonly store: KeptFund;
  readonly notices: string[] = [];
  readonly verdicts = new Map<string, boolean>();
  readonly #late = new Late<FundedNodes>('funded nodes');
  readonly #line: StoreLine;
  #keeper: FundKeeper | undefined;
  #session: NodeSession | undefined;
  #handed: (readonly (Job | undefined)[])[] = [];

  private constructor(nodes: readonly DevnetNode[], store: KeptFund) {
    this.node = nodes[0]!;
    this.nodes = new DirectNodes(nodes);
    this.store = store;
    this.#line = new StoreLine(store);
  }

  /**
   * @param nodes - the first leads
   * @param options - `wrap` stands between the fund and its node; `earlier`: finds that are on record as blocks
   */
  static async open(
    nodes: readonly DevnetNode[],
    clock: Clock,
    {
      store = new KeptFund(),
      wrap = (source) => source,
      earlier = [],
    }: {
      readonly store?: KeptFund | undefined;
      readonly wrap?: (source: BlockSource) => BlockSource;
      readonly earlier?: readonly Find[];
    } = {},
  ): Promise<PolwFrontEnd> {
    const frontEnd = new PolwFrontEnd(nodes, store);
    const keeper = await FundKeeper.open(
      { ...placesOf(BURN_AUTHORIZATIONS), sinceMs: 0, depth: DEPTH },
      {
        store: frontEnd.#line,
        source: wrap(sourceOf(nodes[0]!)),
        clock: () => clock.now(),
        onChange: () => frontEnd.funded.refresh(),
        onNotice: (notice) => frontEnd.onNotice(notice),
      },
    );
    frontEnd.#keeper = keeper;
    const funded = new FundedNodes({
      nodes: frontEnd.nodes,
      funds: keeper,
      authorizations: BURN_AUTHORIZATIONS,
      emission: MONEY.emission,
      uncleHeight: (hash) => keeper.uncleHeight(hash),
      onFind: (find, block) => keeper.found(find, block),
      onParents: (parents) => keeper.buildsOn(parents),
      walker: new LateWalker(),
    });
    frontEnd.#late.set(funded);
    for (const find of earlier) keeper.found(find);
    funded.open(frontEnd);
    keeper.start();
    await frontEnd.settle();
    return frontEnd;
  }

  get funded(): FundedNodes {
    return this.#late.value;
  }

  get keeper(): FundKeeper {
    return this.#keeper!;
  }

  get fund() {
    return this.keeper.fund;
  }

  /** The newest job of each chain that is mined. */
  get jobs(): readonly (Job | undefined)[] {
    return this.#handed.at(-1) ?? [];
  }

  onSession(session: NodeSession): void {
    this.#session = session;
  }

  onJobs(_session: NodeSession, jobs: readonly Job[], standing: readonly ChainIndex[]): void {
    const mined = ALL_CHAINS.map((chain) => (standing.includes(chain) ? undefined : jobs[chain]));
    this.#handed = [...this.#handed.slice(1 - JOBS_BEFORE), mined];
    for (const chain of standing) this.#takeBack(chain, parentHexOf(jobs[chain]!));
  }

  /** Nobody mines on jobs of a parent on which a chain has stopped. */
  #takeBack(chain: ChainIndex, parent: string): void {
    this.#handed = this.#handed.map((jobs) => {
      const job = jobs[chain];
      return job !== undefined && parentHexOf(job) === parent ? jobs.with(chain, undefined) : jobs;
    });
  }

  onVerdict(_session: NodeSession, hash: Uint8Array, accepted: boolean): void {
    this.verdicts.set(bytesToHex(hash), accepted);
  }

  onSessionEnd(): void {}

  onNotice({ level, message }: { readonly level: string; readonly message: string }): void {
    this.notices.push(`${level}: ${message}`);
  }

  /** Finds a block of the newest job of a chain, or of one before it. @returns undefined if the chain is not mined */
  mine(chain: ChainIndex, before = 0): FoundBlock | undefined {
    const job = this.#handed.at(-1 - before)?.[chain];
    if (job === undefined) return undefined;
    const header = solve(job);
    if (!this.funded.submit(this.#session!, header, job.txsBlob)) throw new Error('the session is over');
    const transactions = decodeTransactions(txsBytesOf(job.txsBlob));
    return { hash: bytesToHex(blockHash(header)), chain, transactions, find: this.funded.findOf(header) };
  }

  /** Waits until the fund has read what its node knows. @throws Error if it does not get there */
  async settle(): Promise<void> {
    const deadline = performance.now() + 20_000;
    // What the node has said comes through first.
    await new Promise(setImmediate);
    while (!this.#isSettled()) {
      if (performance.now() > deadline)
        throw new Error(
          `a fund that does not settle: ${JSON.stringify(this.funded.chainStates.map(({ kind }) => kind))} ${this.notices.join('; ')}`,
        );
      this.keeper.follow(this.funded.deps);
      await new Promise(setImmediate);
    }
  }

  async close(): Promise<void> {
    this.funded.close();
    await this.keeper.close();
  }

  /** Its process ends without a word: what it would have kept from now on is not. */
  async crash(random: () => number): Promise<void> {
    this.#line.cut();
    await this.close();
    this.store.crash(random);
  }

  #isSettled(): boolean {
    const { node, funded, fund, keeper } = this;
    if (!keeper.caughtUp || this.jobs.length === 0) return false;
    const isRead = ALL_CHAINS.every((chain) => fund.tip(chain)?.hash === node.state.tip(chain).id);
    const waits = funded.chainStates.some(
      (state) => state.kind === 'waiting' || (state.kind === 'unfunded' && state.reason.endsWith('Behind')),
    );
    // What blocks of ours have decided about others' transfers is asked for later.
    return isRead && !waits && !fund.hasUndecided;
  }
}

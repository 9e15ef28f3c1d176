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
import type { FundKept } from '../../polw/fund/snapshot.js';
import { FundKeeper } from '../../polw/fund-keeper.js';
import { FundedNodes } from '../../polw/funded-nodes.js';
import { placesOf } from '../../polw/open-funded-nodes.js';
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
import { solve } from './raw-miner.js';

/** What outlasts a front end. */
export class KeptFund implements FundStore {
  readonly #entries = new Map<string, FundEntry>();
  readonly #finds = new Map<string, Find>();
  #snapshot: FundCommit['snapshot'] | undefined;

  async load(): Promise<FundKept> {
    return structuredClone({ snapshot: this.#snapshot, reservations: [], finds: [...this.#finds.values()] });
  }

  async commit({ snapshot, entries, finds }: FundCommit): Promise<void> {
    this.#snapshot = structuredClone(snapshot);
    for (const entry of entries) this.#entries.set(entry.key, entry);
    for (const hash of finds) this.#finds.delete(hash);
  }

  async found(find: Find): Promise<void> {
    this.#finds.set(find.hash, find);
  }

  async reserve(): Promise<void> {}
  async release(): Promise<void> {}

  async entries(from: number, limit: number): Promise<readonly FundEntry[]> {
    return [...this.#entries.values()].slice(from, from + limit);
  }

  async close(): Promise<void> {}
}

/** A find of a front end. */
export interface FoundBlock {
  /** Hex. */
  readonly hash: string;
  readonly chain: ChainIndex;
  readonly transactions: readonly Transaction[];
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
  #keeper: FundKeeper | undefined;
  #session: NodeSession | undefined;
  #handed: (readonly (Job | undefined)[])[] = [];

  private constructor(nodes: readonly DevnetNode[], store: KeptFund) {
    this.node = nodes[0]!;
    this.nodes = new DirectNodes(nodes);
    this.store = store;
  }

  /** @param nodes - the first leads */
  static async open(
    nodes: readonly DevnetNode[],
    clock: Clock,
    store: KeptFund = new KeptFund(),
  ): Promise<PolwFrontEnd> {
    const frontEnd = new PolwFrontEnd(nodes, store);
    const keeper = await FundKeeper.open(
      { ...placesOf(BURN_AUTHORIZATIONS), sinceMs: 0, depth: DEPTH },
      {
        store,
        source: sourceOf(nodes[0]!),
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
      onFind: (find) => keeper.found(find),
      walker: new LateWalker(),
    });
    frontEnd.#late.set(funded);
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
    return { hash: bytesToHex(blockHash(header)), chain, transactions };
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

  #isSettled(): boolean {
    const { node, funded, fund, keeper } = this;
    if (!keeper.caughtUp || this.jobs.length === 0) return false;
    const isRead = ALL_CHAINS.every((chain) => fund.tip(chain)?.hash === node.state.tip(chain).id);
    const waits = funded.chainStates.some(
      (state) => state.kind === 'waiting' || (state.kind === 'unfunded' && state.reason.endsWith('Behind')),
    );
    return isRead && !waits;
  }
}

/**
 * A set of nodes whose jobs are funded: where Proof of Less Work is active, the coinbase of a job is one of ours, which
 * burns coins of the chain's burn address.
 *
 * ```
 * Nodes -- jobs --> ChainDesk, one a chain --> miner or pool
 *                    |   ^ coins of the fund, list of transactions, authorization, heights of uncles
 *                    +-- a chain that can't be funded stands, and why is told once
 * Nodes <-- block, to its node and every other that takes whole blocks -- submit
 *   +------ verdicts: any that took it has it ------------------------------------> onVerdict
 * ```
 *
 * A chain on which it is not active goes through untouched. So does one whose node burns coins itself.
 * @module
 */
import type { ExpectedIdentity } from '../node/identity.js';
import type { NodeSession, NodeSetEvents, NodeStatus, Nodes } from '../node/node-set-port.js';
import { bytesToHex } from '../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../protocol/chain.js';
import type { EmissionParams } from '../protocol/emission.js';
import { depsOf } from '../protocol/header.js';
import type { Job, TxsBlob } from '../protocol/job.js';
import type { Authorizations } from './authorizations/authorization.js';
import { BlockSender } from './block-sender.js';
import { TermsReader } from './builder/polw-network.js';
import { ChainDesk } from './chain-desk.js';
import { ChainNotices } from './chain-notices.js';
import type { ChainState } from './chain-state.js';
import type { DeskOutcome } from './desk-outcome.js';
import type { Find } from './fund/finds.js';
import type { CoinsAnswer, CoinsInView, TemplateView } from './fund/fund-block.js';
import type { ListWalker } from './lists/list-walker.js';
import { TemplateLists } from './lists/template-lists.js';
import { ThreadListWalker } from './lists/thread-list-walker.js';
import type { OwnBlock } from './own-blocks.js';
import { parentHexOf } from './template-view.js';

/** What the jobs are funded with. */
export interface Funds {
  /** The coins that a template can spend. */
  coinsFor(view: TemplateView): CoinsAnswer;
  /** What it can spend if its parent, which is not known, touches no coins of ours; undefined where that can't be told. @param height - of the template */
  guessFor(view: TemplateView, height: number): CoinsInView | undefined;
  /** As long as it stays, an answer of `coinsFor` with coins stays. */
  readonly revision: number;
}

export interface FundedNodesModules {
  /** Not open yet. */
  readonly nodes: Nodes;
  readonly funds: Funds;
  readonly authorizations: Authorizations;
  readonly emission: EmissionParams;
  /**
   * Height of a block that a template names as an uncle, or undefined while it is not known: `refresh` is called once it
   * is. @param hash - hex
   */
  readonly uncleHeight: (hash: string) => number | undefined;
  /** A block that burns coins is about to be sent, for the first time or again. @param block - if its coins are ours */
  readonly onFind?: (find: Find, block: OwnBlock | undefined) => void;
  /** Called before the coins of templates are asked for. @param parents - what they build on, by chain, hex */
  readonly onParents?: (parents: readonly string[]) => void;
  readonly walker?: ListWalker;
}

/** Counted since the start. */
export interface FundingCounters {
  /** Blocks with other transactions that all nodes refused. */
  readonly refusedLists: number;
}

/** Longest time between two looks at what time alone changes, ms. */
const TICK_MS = 250;

export class FundedNodes implements Nodes {
  readonly #nodes: Nodes;
  readonly #lists: TemplateLists;
  readonly #desks: readonly ChainDesk[];
  readonly #notices = new ChainNotices();
  readonly #sender: BlockSender;
  readonly #onParents: FundedNodesModules['onParents'];
  #authorizations: Authorizations;
  #events: NodeSetEvents | undefined;
  /** What the node said last. */
  #newest:
    | {
        readonly session: NodeSession;
        readonly jobs: readonly Job[];
        readonly standing: readonly ChainIndex[];
      }
    | undefined;
  /** What was handed on last. */
  #handed: { readonly jobs: readonly Job[]; readonly standing: readonly ChainIndex[] } | undefined;
  #refusedLists = 0;
  #timer: NodeJS.Timeout | undefined;
  #later: NodeJS.Immediate | undefined;

  constructor(modules: FundedNodesModules) {
    const { nodes, funds, authorizations, emission, uncleHeight } = modules;
    this.#nodes = nodes;
    this.#onParents = modules.onParents;
    this.#authorizations = authorizations;
    this.#lists = new TemplateLists(modules.walker ?? new ThreadListWalker(), () => this.#handOn('rest'));
    const terms = new TermsReader(emission);
    this.#desks = ALL_CHAINS.map(
      (chain) =>
        new ChainDesk(chain, {
          terms,
          authorizations: () => this.#authorizations,
          coinsFor: (view) => funds.coinsFor(view),
          guessFor: (view, height) => funds.guessFor(view, height),
          revision: () => funds.revision,
          listOf: (ofChain, txsBlob) => this.#lists.listOf(ofChain, txsBlob),
          uncleHeight,
        }),
    );
    this.#sender = new BlockSender({
      nodes,
      desks: this.#desks,
      listOfBytes: (bytes) => this.#lists.listOfBytes(bytes),
      onFind: modules.onFind,
      onVerdict: (session, hash, accepted) => this.#events?.onVerdict(session, hash, accepted),
      onRefusedList: (chain, parent) => {
        this.#refusedLists++;
        this.#desks[chain]!.goBare(parent);
        this.#handOn('rest');
      },
    });
  }

  get nodes(): readonly NodeStatus[] {
    return this.#nodes.nodes;
  }

  /** Where each chain stands, by its index. */
  get chainStates(): readonly ChainState[] {
    return this.#desks.map(({ state }) => state);
  }

  get counters(): FundingCounters {
    return { refusedLists: this.#refusedLists };
  }

  /** Blocks that the newest templates name, hex. */
  get deps(): readonly string[] {
    const jobs = this.#newest?.jobs ?? [];
    return [...new Set(jobs.flatMap(({ headerBlob }) => depsOf(headerBlob).map(bytesToHex)))];
  }

  open(events: NodeSetEvents): void {
    this.#events = events;
    this.#nodes.open({
      onIdentity: (identity) => events.onIdentity?.(identity),
      onSession: (session) => {
        this.#sender.noteSession(session);
        this.#newest = undefined;
        this.#handed = undefined;
        for (const desk of this.#desks) desk.startSession();
        events.onSession(session);
      },
      onJobs: (session, jobs, standing) => {
        this.#newest = { session, jobs, standing };
        this.#handed = undefined;
        this.#onParents?.(jobs.map(parentHexOf));
        this.#handOn('news');
      },
      onVerdict: (session, hash, accepted) => this.#sender.takeVerdict(session, hash, accepted),
      onSessionEnd: (session) => {
        if (this.#newest?.session.id === session.id) this.#newest = undefined;
        this.#sender.sendEarly(true);
        events.onSessionEnd(session);
      },
      onNotice: (notice) => events.onNotice(notice),
    });
  }

  /** Tells people something. */
  tell(level: 'info' | 'warn', message: string): void {
    this.#events?.onNotice({ level, name: 'polw', message });
  }

  /** What jobs rest on has changed: the fund has read more, or the height of an uncle is known. */
  refresh(): void {
    this.#handOn('fund');
  }

  /** Other authorizations: each chain uses them from its next parent on, and one that had none at once. */
  authorize(authorizations: Authorizations): void {
    this.#authorizations = authorizations;
    this.#handOn('rest');
  }

  /** The find that a block of a job is; undefined if it burns no coins of ours, or its job is long gone. @param header - 326 bytes */
  findOf(header: Uint8Array): Find | undefined {
    return this.#sender.findOf(header);
  }

  submit(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    const sent = this.#sender.submit(session, header, txsBlob);
    this.#plan();
    return sent;
  }

  expect(expected: ExpectedIdentity): void {
    this.#nodes.expect(expected);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#later);
    this.#events = undefined;
    this.#newest = undefined;
    this.#lists.close();
    this.#nodes.close();
  }

  /**
   * Hands on what is new.
   * @param why - `news`: the node has brought jobs. `fund`: what jobs rest on may have changed. `rest`: anything else
   */
  #handOn(why: 'news' | 'fund' | 'rest'): void {
    if (this.#newest === undefined || this.#events === undefined) return;
    const { session, jobs, standing } = this.#newest;
    const nowMs = performance.now();
    // Whoever mines on a parent that is gone is served before those whose job is only older.
    const isUrgent = why === 'news' && jobs.some((job) => this.#desks[job.chain]!.isNewParent(job));
    let isLater = false;
    const stopped: ChainIndex[] = [];
    const replaced: ChainIndex[] = [];
    let changed = false;
    const funded = jobs.map((job) => {
      const desk = this.#desks[job.chain]!;
      const canWait = isUrgent && desk.isRefresh(job);
      isLater ||= canWait;
      const outcome: Omit<DeskOutcome, 'state'> =
        canWait || (why === 'fund' && desk.isSettled)
          ? { job: desk.handed }
          : desk.take(job, standing.includes(job.chain), why === 'fund', nowMs);
      if (outcome.job === undefined && !standing.includes(job.chain)) stopped.push(job.chain);
      if (outcome.replaces === true) replaced.push(job.chain);
      changed ||= outcome.job !== undefined && outcome.job !== job;
      return outcome.job ?? job;
    });
    this.#plan();
    if (isLater) this.#later ??= setImmediate(() => this.#handOnLater());
    for (const { level, message } of this.#notices.news(this.chainStates)) this.tell(level, message);
    const handed = {
      jobs: changed ? funded : jobs,
      standing: stopped.length === 0 ? standing : inOrder([...standing, ...stopped]),
    };
    this.#sender.sendEarly();
    const before = this.#handed;
    if (
      before !== undefined &&
      sameItems(before.jobs, handed.jobs) &&
      sameItems(before.standing, handed.standing)
    )
      return;
    this.#handed = handed;
    // Whoever mines on it takes a job on the same parent for as good as the one before, unless the chain has stopped in between.
    if (replaced.length > 0)
      this.#events.onJobs(session, handed.jobs, inOrder([...new Set([...handed.standing, ...replaced])]));
    this.#events.onJobs(session, handed.jobs, handed.standing);
  }

  #handOnLater(): void {
    this.#later = undefined;
    this.#handOn('rest');
  }

  /** Looks again soon, while there is something that time alone changes. */
  #plan(): void {
    const waits = this.#sender.waits || this.#desks.some((desk) => desk.waits);
    if (waits && this.#events !== undefined) this.#timer ??= setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.#timer = undefined;
    this.#sender.tick(performance.now());
    if (this.#desks.some(({ waits }) => waits)) this.#handOn('rest');
    this.#plan();
  }
}

function inOrder(chains: readonly ChainIndex[]): readonly ChainIndex[] {
  return chains.toSorted((a, b) => a - b);
}

function sameItems<T>(before: readonly T[], after: readonly T[]): boolean {
  return before.length === after.length && before.every((item, i) => item === after[i]);
}

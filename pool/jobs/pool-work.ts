/**
 * The work that the pool has: jobs of the node that leads, as headers; who mines which; blocks that go out; parents on
 * which nothing is worth mining any more.
 * @module
 */
import { bytesToHex, equalBytes, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { RefusalLimit } from '../../protocol/refusal-limit.js';
import { BlockDesk, type BlockDeskModules } from '../blocks/block-desk.js';
import type { BlockFind } from '../blocks/block-find.js';
import type { BlockStateChange } from '../domain/block-record.js';
import { Leadership } from '../domain/leadership.js';
import type { UpstreamIdentity, UpstreamSession } from '../ports/upstream.js';
import { Dispatcher, type DispatcherOptions } from './dispatcher.js';
import { HeaderBoard, type HeaderBoardOptions } from './header-board.js';
import type { PoolHeader } from './pool-header.js';

export interface PoolWorkOptions extends DispatcherOptions, HeaderBoardOptions {
  /** Name of this front end, unique in the pool. */
  readonly frontEnd: string;
}

export interface PoolWorkModules
  extends Pick<
    BlockDeskModules,
    'upstream' | 'journal' | 'counters' | 'now' | 'storeNow' | 'afterCommit' | 'onEvent' | 'publish'
  > {
  /** Calls back once: after all input of this turn of the event loop for 0, else after some ms. */
  readonly later: (callback: () => void, afterMs: number) => void;
  /** A node has said whom its blocks pay. */
  readonly onIdentity: (identity: UpstreamIdentity) => void;
  /** A new state of a block is noted in the journal: a flush must follow. */
  readonly onBlockNoted: () => void;
}

export class PoolWork {
  readonly board: HeaderBoard;
  readonly dispatcher: Dispatcher;
  readonly #modules: PoolWorkModules;
  readonly #blocks: BlockDesk;
  readonly #refusals = new RefusalLimit();
  readonly #leadership: Leadership;
  /** Session of the node that leads. */
  #session: UpstreamSession | undefined;
  #standing: readonly ChainIndex[] = [];

  constructor(options: PoolWorkOptions, modules: PoolWorkModules) {
    const { upstream, journal, counters, now, later, storeNow, afterCommit, onEvent, publish } = modules;
    this.#modules = modules;
    this.#leadership = new Leadership(now());
    this.board = new HeaderBoard(options);
    this.dispatcher = new Dispatcher(options, {
      board: this.board,
      now,
      later,
      isWorthWork: (header) => this.#blocks.isWorthWork(header),
    });
    this.#blocks = new BlockDesk(options.frontEnd, {
      upstream,
      journal,
      counters,
      storeNow,
      jobTime: (receivedMs) => storeNow() - (now() - receivedMs),
      now,
      refusals: this.#refusals,
      afterCommit,
      onBlock: (find) => this.dispatcher.leave(find.header, now()),
      onTaken: ({ job: { chain }, parent }) => this.#closeParent(chain, parent),
      onHopeless: (header) => this.board.closeAfterGrace(header, now()),
      onReopen: (header) => this.dispatcher.reopen(header, now()),
      onEvent,
      publish,
    });
  }

  /** Begins to take jobs. */
  start(): void {
    const { upstream, onIdentity, onEvent } = this.#modules;
    upstream.open({
      onIdentity,
      onSession: (session) => this.#follow(session),
      onJobs: (session, jobs, standing = []) => this.#take(session, jobs, standing),
      onSessionEnd: (session) => this.#lose(session),
      onBlockState: (hash, state) => this.#settle(hash, state),
      onNotice: (notice) => onEvent({ type: 'notice', ...notice }),
    });
  }

  /** Does what is due by time: refreshes, closing of headers. To be called every second. */
  tick(): void {
    const nowMs = this.#modules.now();
    this.board.sweep(nowMs);
    if (this.#leadership.isMissed(nowMs)) this.#modules.onEvent({ type: 'noNode' });
    this.dispatcher.sweep(nowMs);
  }

  submitBlock(find: BlockFind): void {
    this.#blocks.submit(find);
  }

  closeHeader(header: PoolHeader, nowMs: number): void {
    this.board.withdraw(header, nowMs);
    this.dispatcher.evict(header.job.chain, nowMs);
  }

  /** Another front end found a block on this parent: work on it is worthless now. @param parent - hex */
  leaveParent(chain: ChainIndex, parent: string, hash: string): void {
    const header = this.board.current(chain);
    if (header !== undefined && bytesToHex(header.parent) === parent && !header.blocks.has(hash))
      this.dispatcher.leave(header, this.#modules.now());
  }

  /** A block of another front end on this parent was taken. @param parent - hex */
  endParent(chain: ChainIndex, parent: string): void {
    this.#closeParent(chain, hexToBytes(parent));
  }

  /** The node refused the other front end's block on this parent: the parent may be mined again. @param parent - hex */
  rejoinParent(chain: ChainIndex, parent: string): void {
    const header = this.dispatcher.left(chain);
    if (header !== undefined && bytesToHex(header.parent) === parent)
      this.dispatcher.reopen(header, this.#modules.now());
  }

  /** Name of the node that leads. */
  get node(): string | undefined {
    return this.#session?.name;
  }

  /** Number of chains on which the node that leads stands still. */
  get standing(): number {
    return this.#standing.length;
  }

  /** Heights of the blocks to be found, by chain. */
  get heights(): readonly (number | undefined)[] {
    return ALL_CHAINS.map((chain) => this.board.current(chain)?.job.height);
  }

  /** Time since each chain got its newest template, ms. */
  get templateAges(): readonly (number | undefined)[] {
    return this.board.templateAges(this.#modules.now());
  }

  /** Least template time of all headers that take shares, ms since the epoch; undefined without any. */
  get oldestLiveHeaderMs(): number | undefined {
    return this.board.oldestLiveTimestampMs(this.#modules.now());
  }

  #follow(session: UpstreamSession): void {
    this.#session = session;
    this.#refusals.forgetChains();
    this.#modules.onEvent(this.#leadership.began(session.name, this.#modules.now()));
  }

  #take(session: UpstreamSession, jobs: readonly Job[], standing: readonly ChainIndex[]): void {
    if (session !== this.#session) return;
    const nowMs = this.#modules.now();
    const live = jobs.filter(({ chain }) => !standing.includes(chain));
    const change = this.board.update(session, live, nowMs);
    this.#drop(standing, nowMs);
    for (const chain of change.parents) {
      this.#refusals.newParent(chain, nowMs);
      this.#modules.journal.target(chain, this.board.current(chain)!.job.target);
    }
    this.dispatcher.dispatch(change, nowMs);
  }

  /** Takes the chains on which the node stands still: nobody is given their jobs, nor credited on them. */
  #drop(standing: readonly ChainIndex[], nowMs: number): void {
    const before = this.#standing;
    this.#standing = standing;
    for (const chain of standing) {
      if (before.includes(chain) && this.board.current(chain) === undefined) continue;
      this.board.dropChain(chain, nowMs);
      this.dispatcher.evict(chain, nowMs);
    }
  }

  #lose(session: UpstreamSession): void {
    if (this.#session === session) {
      this.#session = undefined;
      this.#standing = [];
      this.#leadership.ended(this.#modules.now());
    }
    this.board.endSession(session, this.#modules.now());
  }

  #settle(hash: string, state: BlockStateChange['state']): void {
    this.#blocks.settle(hash, state);
    this.#modules.onBlockNoted();
  }

  #closeParent(chain: ChainIndex, parent: Uint8Array): void {
    this.board.closeParent(chain, parent, this.#modules.now());
    const header = this.board.current(chain);
    if (header !== undefined && equalBytes(header.parent, parent))
      this.dispatcher.leave(header, this.#modules.now());
  }
}

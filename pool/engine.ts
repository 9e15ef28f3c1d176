/**
 * The pool itself, between its full nodes and its miners, without sockets, clocks or files of its own:
 *
 * ```
 * upstream --jobs--> header board --headers--> dispatcher --jobs--> sessions --> miners
 *                                                                      | shares
 * upstream <--block-- block desk <--a share that is one-- share desk <--+
 *                         |                                   |
 *                         +----------> journal <--------------+     replies leave when the tick is on record
 * ```
 * @module
 */
import type { BlockFind } from './blocks/block-find.js';
import { type Account, parseAccount } from './domain/account.js';
import type { ConnectionPage, ConnectionQuery } from './domain/connection-facts.js';
import { Counters, type DisconnectReason } from './domain/counters.js';
import type { PoolServerEvent } from './domain/events.js';
import type { HeaderBoard } from './jobs/header-board.js';
import type { PoolHeader } from './jobs/pool-header.js';
import { PoolWork } from './jobs/pool-work.js';
import type { ExtranonceAnswer, Extranonces } from './ports/extranonces.js';
import type { ShareJournal } from './ports/journal.js';
import type { PeerLog } from './ports/peer-log.js';
import type { ListenerSettings, SessionConnection } from './ports/session-connection.js';
import type { PoolEvent } from './ports/store.js';
import type { Upstream, UpstreamIdentity } from './ports/upstream.js';
import { Acknowledgements } from './sessions/acknowledgements.js';
import { connectionPage } from './sessions/connection-page.js';
import type { DifficultyMemory } from './sessions/difficulty-memory.js';
import { identityOf, LiveWorkers, type WorkerLimits } from './sessions/live-worker.js';
import { RequestDesk, type RequestHost } from './sessions/request-desk.js';
import { Session, type SessionHost } from './sessions/session.js';
import { DifficultyTable } from './shares/difficulty-table.js';
import type { HeaderHash } from './shares/share-check.js';

export interface PoolOptions extends WorkerLimits {
  /** solo: all blocks are one owner's, and every user name mines. */
  readonly mode: 'solo' | 'pool';
  /** Name and version of this program, as clients are told. */
  readonly software: string;
  /** Name of this front end, unique in the pool. */
  readonly frontEnd: string;
  /** A refresh of a job (same parent) goes out when the miner's is older than this, ms. */
  readonly refreshAfterMs: number;
  /** How long shares count after their parent changed, ms. */
  readonly parentGraceMs: number;
  readonly maxLivePerChain: number;
  /** Least part of its difficulty that a share must have, above 0 up to 1. */
  readonly tolerance: number;
}

export interface PoolModules {
  readonly upstream: Upstream;
  readonly journal: ShareJournal;
  readonly hashHeader: HeaderHash;
  readonly extranonces: Extranonces;
  readonly difficultyMemory: Pick<DifficultyMemory, 'note' | 'recall'>;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  /** Calls back once, after all input of this tick was handled. */
  readonly afterTick: (callback: () => void) => void;
  /** Calls back once: after all input of this turn of the event loop for 0, else after some ms. */
  readonly later: (callback: () => void, afterMs: number) => void;
  readonly onEvent: (event: PoolServerEvent) => void;
  /** Tells the other front ends. */
  readonly publish: (event: PoolEvent) => void;
  readonly peers: PeerLog;
}

/** Ticks in which nearly all miners are disconnected while shares can't be recorded: each tick disconnects a tenth. */
const LET_GO_TICKS = 10;

export class Pool implements SessionHost, RequestHost {
  readonly work: PoolWork;
  readonly difficulties: DifficultyTable;
  readonly journal: ShareJournal;
  readonly acknowledgements: Acknowledgements;
  readonly counters = new Counters();
  readonly workers: LiveWorkers;
  readonly hashHeader: HeaderHash;
  readonly peers: PeerLog;
  readonly mode: 'solo' | 'pool';
  readonly software: string;
  ownAccount: Account | undefined;
  readonly #modules: PoolModules;
  readonly #requests: RequestDesk;
  readonly #sessions = new Set<Session>();
  #sessionIds = 0;
  /** Sessions whose login waits until a node has said whom its blocks pay. */
  readonly #unidentified = new Map<Session, () => void>();

  constructor(options: PoolOptions, modules: PoolModules) {
    this.#modules = modules;
    this.journal = modules.journal;
    this.hashHeader = modules.hashHeader;
    this.peers = modules.peers;
    this.mode = options.mode;
    this.software = options.software;
    this.workers = new LiveWorkers(options);
    this.difficulties = new DifficultyTable(options.tolerance);
    this.acknowledgements = new Acknowledgements({
      journal: modules.journal,
      counters: this.counters,
      afterTick: modules.afterTick,
      onUnrecorded: (count) => modules.onEvent({ type: 'unrecorded', count }),
    });
    this.#requests = new RequestDesk(this);
    this.work = new PoolWork(options, {
      ...modules,
      counters: this.counters,
      onIdentity: (identity) => this.#identify(identity),
      onBlockNoted: () => this.acknowledgements.schedule(),
      afterCommit: (callback) => this.acknowledgements.afterCommit(callback),
    });
  }

  /** Begins to take jobs. */
  start(): void {
    this.work.start();
  }

  /** A client has connected. @returns its session, which the caller greets at once or at its first line */
  connect(listener: ListenerSettings, connection: SessionConnection): Session {
    this.#sessionIds++;
    const session = new Session(this.#sessionIds, listener, {
      host: this,
      connection,
      nowMs: this.#modules.now(),
    });
    this.#sessions.add(session);
    this.counters.connections++;
    return session;
  }

  /** Handles a client's line. */
  handle(session: Session, line: string): void {
    this.#requests.handle(session, line, this.#modules.now());
  }

  /** Ends the session of a client that has gone, or that is cut off without a reply. */
  drop(session: Session, reason: DisconnectReason): void {
    if (!this.#sessions.has(session)) return;
    this.#noteLeave(session, reason);
    this.#release(session);
  }

  #noteLeave(session: Session, reason: DisconnectReason): void {
    this.counters.disconnected[reason]++;
    if (!this.peers.detailed) return;
    const leftMs = this.now();
    this.peers.detail('left', reason, () => ({
      ...session.peer,
      what: 'left',
      reason,
      account: session.worker('')?.account.address ?? '',
      worker: session.worker('')?.name ?? '',
      connectedMs: leftMs - session.connectedMs,
      accepted: session.accepted,
      rejected: session.rejected,
    }));
  }

  #release(session: Session): void {
    if (!this.#sessions.delete(session)) return;
    session.closed = true;
    this.#unidentified.delete(session);
    this.work.dispatcher.remove(session, this.#modules.now());
    const first = session.worker('');
    if (first !== undefined && session.extranonceUsed && !session.difficultyFixed)
      this.#modules.difficultyMemory.note(identityOf(first), session.lastWork);
    for (const worker of session.workers()) {
      if (this.workers.disconnect(worker) && worker.journalWorker !== undefined)
        this.acknowledgements.releaseWorker(worker.journalWorker);
    }
    if (session.extranonce !== '')
      this.#modules.extranonces.release(
        session.extranonce,
        session.extranonceUsed,
        session.connection.remoteAddress,
      );
  }

  disconnect(session: Session, reason: DisconnectReason): void {
    // Good shares of this tick are acknowledged all the same.
    if (this.acknowledgements.owes(session)) this.acknowledgements.flush();
    session.flush();
    if (!this.#sessions.has(session)) return;
    this.#noteLeave(session, reason);
    session.connection.end();
    this.#release(session);
  }

  now(): number {
    return this.#modules.now();
  }

  later(callback: () => void, afterMs: number): void {
    this.#modules.later(callback, afterMs);
  }

  whenIdentified(session: Session, callback: () => void): boolean {
    if (this.#unidentified.has(session)) return false;
    this.#unidentified.set(session, callback);
    return true;
  }

  /** A node has said whom its blocks pay. */
  #identify(identity: UpstreamIdentity): void {
    this.#modules.onEvent({ type: 'identity', ...identity });
    const accounts = identity.minerAddresses.map(parseAccount);
    this.ownAccount = accounts.find((account) => account !== undefined);
    if (this.ownAccount === undefined) return;
    const waiting = [...this.#unidentified.values()];
    this.#unidentified.clear();
    for (const callback of waiting) callback();
  }

  takeExtranonce(session: Session): ExtranonceAnswer {
    return this.#modules.extranonces.take(session.connection);
  }

  admit(session: Session, nowMs: number): void {
    this.work.dispatcher.add(session, nowMs);
    if (session.difficultyFixed) return;
    this.#modules.difficultyMemory.recall(identityOf(session.worker('')!), (work) => {
      if (session.closed || session.difficultyFixed || session.extranonceUsed) return;
      session.setDifficulty(work);
      session.provenWork = Number(session.difficulty.work);
      this.work.dispatcher.freshen(session, this.#modules.now());
    });
  }

  closeHeader(header: PoolHeader, nowMs: number): void {
    this.work.closeHeader(header, nowMs);
  }

  noteProven(session: Session): void {
    this.work.dispatcher.noteProven(session);
  }

  /** Disconnects the miners of extranonces that this front end no longer holds: they come back for other ones. */
  loseExtranonces(extranonces: readonly string[]): void {
    const lost = new Set(extranonces);
    for (const session of this.#sessions)
      if (lost.has(session.extranonce)) this.disconnect(session, 'extranonceLost');
  }

  submitBlock(find: BlockFind): void {
    this.work.submitBlock(find);
  }

  /** Does what is due by time: refreshes, closing of headers. To be called every second. */
  tick(): void {
    if (!this.recording) this.#letGo();
    this.work.tick();
  }

  /** Disconnects a part of the miners while shares can't be recorded, so that they turn to another pool. */
  #letGo(): void {
    let left = Math.ceil(this.#sessions.size / LET_GO_TICKS);
    for (const session of this.#sessions) {
      if (left === 0) return;
      left--;
      this.disconnect(session, 'unrecorded');
    }
  }

  /** Whether shares can be recorded now. */
  get recording(): boolean {
    return this.journal.writable;
  }

  get board(): HeaderBoard {
    return this.work.board;
  }

  /** Number of chains on which the node that leads stands still. */
  get standing(): number {
    return this.work.standing;
  }

  /** Name of the node that leads. */
  get node(): string | undefined {
    return this.work.node;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Some of the connections, in the order in which they came. */
  connections(query: ConnectionQuery): ConnectionPage {
    return connectionPage(this.#sessions, query, this.#modules.storeNow() - this.now());
  }

  /** Sessions that have authorized. */
  get miners(): number {
    return this.work.dispatcher.sessions;
  }
}

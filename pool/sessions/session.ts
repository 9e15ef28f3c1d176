/**
 * The state of one miner's connection: its workers, the jobs it was sent, the text it still has to be sent. What a
 * request does is in request-desk.ts, what a submission is worth in share-desk.ts. Sessions are many, so each is kept small.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import { notifyLine, setDifficultyLine } from '../../protocol/stratum/reply.js';
import type { Counters } from '../domain/counters.js';
import { clampWork } from '../domain/difficulty.js';
import type { Peer } from '../domain/peer-events.js';
import type { BalancedMiner } from '../jobs/chain-balance.js';
import type { HeaderJob, PoolHeader } from '../jobs/pool-header.js';
import type { PeerLog } from '../ports/peer-log.js';
import type { ListenerSettings, SessionConnection, SessionOutput } from '../ports/session-connection.js';
import type { DifficultyTable, ShareDifficulty } from '../shares/difficulty-table.js';
import { sendJob, sendNewJob, sentJobOf } from '../shares/header-difficulty.js';
import { noteDifficulty, noteShare, proposedWork, startVardiff, type Vardiff } from '../shares/vardiff.js';
import type { Acknowledgements, Recipient } from './acknowledgements.js';
import type { LiveWorker } from './live-worker.js';

/** The parts of the pool that a session uses. */
export interface SessionHost {
  readonly difficulties: DifficultyTable;
  readonly acknowledgements: Acknowledgements;
  readonly counters: Counters;
  readonly peers: PeerLog;
}

export class Session implements Recipient, BalancedMiner {
  readonly id: number;
  readonly listener: ListenerSettings;
  /** Headers that were sent to this session, each with its difficulty. */
  readonly jobs: HeaderJob[] = [];
  readonly vardiff: Vardiff;
  readonly #host: SessionHost;
  readonly connection: SessionConnection;
  readonly #output: SessionOutput;
  /** Whether the session gets the jobs of all chains at once, rather than one job. */
  readonly allJobs: boolean;
  // These four are written by ChainBalance.
  rate = 0;
  chain: ChainIndex = -1;
  sinceMs = 0;
  times: Float64Array | undefined = undefined;
  /** Greatest number of a header that was sent to this session: headers above it are new. */
  newestNumber = 0;
  out = '';
  queued = false;
  /** Software as named in `mining.subscribe`, cleaned. */
  agent = '';
  #firstWorker: LiveWorker | undefined;
  /** Workers after the first, by the login that authorized them. */
  #moreWorkers: Map<string, LiveWorker> | undefined;
  /** The extranonce in hex digits; empty before the first authorize. */
  extranonce = '';
  /** Whether a share was accepted under the extranonce. */
  extranonceUsed = false;
  /** Shares since the session connected. */
  accepted = 0;
  rejected = 0;
  readonly connectedMs: number;
  /** Header of the present job, if the session has one job at a time. */
  job: PoolHeader | undefined;
  /** Greatest work of an accepted share; before the first one, the listener's start work. It bounds the session's weight in the balance. */
  provenWork: number;
  /** Work of the last accepted share. */
  lastWork: bigint;
  /** When the present job was sent, ms. */
  jobSentMs = 0;
  /** Whether it waits for its turn to get a job. Written by JobTurns. */
  awaitsJob = false;
  /** The difficulty of the next header, and the difficulty that the miner was told last. */
  difficulty: ShareDifficulty;
  #toldDifficulty: ShareDifficulty;
  /** Whether the difficulty stays: it is the listener's only one, or was asked for by password. */
  difficultyFixed: boolean;
  closed = false;
  #greeted = false;

  constructor(
    id: number,
    listener: ListenerSettings,
    modules: {
      readonly host: SessionHost;
      readonly connection: SessionConnection;
      readonly nowMs: number;
    },
  ) {
    this.id = id;
    this.listener = listener;
    this.#host = modules.host;
    this.connection = modules.connection;
    this.connectedMs = modules.nowMs;
    this.#output = modules.connection.output;
    this.allJobs = listener.jobs === 'all';
    this.difficulty = modules.host.difficulties.of(listener.startWork);
    this.#toldDifficulty = this.difficulty;
    this.vardiff = startVardiff(listener.startWork, modules.nowMs);
    this.difficultyFixed = listener.fixed;
    this.provenWork = Number(listener.startWork);
    this.lastWork = listener.startWork;
  }

  /** The connection as events name it. */
  get peer(): Peer {
    const { connection, listener, agent } = this;
    return { address: connection.remoteAddress, listener: listener.name, agent };
  }

  get authorized(): boolean {
    return this.#firstWorker !== undefined;
  }

  /** Number of authorized logins. */
  get workerCount(): number {
    return (this.#firstWorker === undefined ? 0 : 1) + (this.#moreWorkers?.size ?? 0);
  }

  /** Adds a worker. @param login - the text that authorized it */
  addWorker(login: string, worker: LiveWorker): void {
    if (this.#firstWorker === undefined) {
      this.#firstWorker = worker;
    } else {
      this.#moreWorkers ??= new Map();
      this.#moreWorkers.set(login.trim(), worker);
    }
  }

  /** The worker that a submission is credited to: the one of the login that it names, or else the first. */
  worker(login: string): LiveWorker | undefined {
    return this.#moreWorkers?.get(login.trim()) ?? this.#firstWorker;
  }

  /** All workers, each once. */
  workers(): Iterable<LiveWorker> {
    if (this.#firstWorker === undefined) return [];
    return new Set([this.#firstWorker, ...(this.#moreWorkers?.values() ?? [])]);
  }

  /** A worker by account and name. */
  workerOf(accountKey: string, name: string): LiveWorker | undefined {
    for (const worker of this.workers())
      if (worker.account.key === accountKey && worker.name === name) return worker;
    return undefined;
  }

  /** Sends the first difficulty, before everything else. Does nothing the second time. */
  greet(): void {
    if (this.#greeted) return;
    this.#greeted = true;
    this.#toldDifficulty = this.difficulty;
    this.say(setDifficultyLine(this.difficulty.stratum));
  }

  /** Queues text for the end of the tick. */
  say(text: string): void {
    this.#host.acknowledgements.say(this, text);
  }

  /** Sends the newest header of a chain, unless it is the present one. */
  give(header: PoolHeader, nowMs: number): void {
    if (this.job === header) return;
    this.job = header;
    this.#announce(this.#jobOf(header), nowMs);
  }

  /** Sends several chains' newest headers at once. @param headers - at least one */
  giveAll(headers: readonly PoolHeader[], nowMs: number): void {
    const jobs = headers.map((header) => this.#jobOf(header));
    // A miner that goes by the difficulty told last must not miss a share on any of these headers.
    const lowest = jobs.reduce((a, b) => (b.difficulty.work < a.difficulty.work ? b : a));
    this.#noteJob(lowest, nowMs);
    this.say(notifyLine(jobs.map((job) => job.object)));
  }

  /** Notes an accepted share. */
  noteShare({ work }: ShareDifficulty, nowMs: number): void {
    this.extranonceUsed = true;
    this.accepted++;
    this.connection.noteAccepted();
    const share = Number(work);
    this.lastWork = work;
    if (share > this.provenWork) this.provenWork = share;
    noteShare(this.vardiff, share, nowMs);
    this.adjust(nowMs);
  }

  /** Adapts the difficulty to the miner's shares, or to its silence. @returns whether it fell */
  adjust(nowMs: number): boolean {
    if (this.difficultyFixed) return false;
    const work = proposedWork(this.vardiff, this.listener, nowMs);
    if (work === undefined || work === this.difficulty.work) return false;
    const fell = work < this.difficulty.work;
    this.difficulty = this.#host.difficulties.of(work);
    return fell;
  }

  /** Sets the difficulty of the headers to come, within the listener's bounds. */
  setDifficulty(work: bigint): void {
    const { minWork, maxWork } = this.listener;
    this.difficulty = this.#host.difficulties.of(clampWork(work, minWork, maxWork));
  }

  /** Sends the waiting text. Called at the end of the tick. */
  flush(): void {
    const text = this.out;
    this.out = '';
    this.queued = false;
    if (!this.closed && text !== '') this.#write(text);
  }

  /** The difficulty of this session's shares on a header; undefined if the header was never sent to it. */
  difficultyOf(header: PoolHeader): ShareDifficulty | undefined {
    return header.number > this.newestNumber ? undefined : sentJobOf(this.jobs, header)?.difficulty;
  }

  /** A header with its difficulty for this session: the present difficulty if the header is new. */
  #jobOf(header: PoolHeader): HeaderJob {
    const job = header.jobAt(this.difficulty, this.#host.difficulties);
    if (header.number <= this.newestNumber) return sendJob(this.jobs, job);
    this.newestNumber = header.number;
    sendNewJob(this.jobs, job);
    return job;
  }

  #announce(job: HeaderJob, nowMs: number): void {
    this.#noteJob(job, nowMs);
    // All sessions get the same bytes; text that waits goes out first.
    if (this.queued) this.say(job.line.toString('latin1'));
    else if (!this.closed) this.#write(job.line);
  }

  #write(data: string | Uint8Array): void {
    if (!this.#output.write(data)) this.connection.checkUnsent();
  }

  #noteJob({ header, difficulty }: HeaderJob, nowMs: number): void {
    if (this.jobSentMs === 0 && this.#host.peers.detailed) this.#noteFirstJob(header, difficulty);
    this.jobSentMs = nowMs;
    this.#host.counters.jobsSent++;
    if (difficulty === this.#toldDifficulty) return;
    this.#toldDifficulty = difficulty;
    noteDifficulty(this.vardiff, difficulty.work, nowMs);
    this.say(setDifficultyLine(difficulty.stratum));
  }

  #noteFirstJob({ job }: PoolHeader, { stratum }: ShareDifficulty): void {
    this.#host.peers.detail('firstJob', '', () => ({
      ...this.peer,
      what: 'firstJob',
      account: this.#firstWorker?.account.address ?? '',
      worker: this.#firstWorker?.name ?? '',
      chain: job.chain,
      height: job.height,
      difficulty: stratum,
    }));
  }
}

/** A session's id as clients are told it: 8 hex digits, not all zero. */
export function sessionIdText({ id }: Session): string {
  return id.toString(16).padStart(8, '0');
}

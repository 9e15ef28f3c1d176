/**
 * One miner's connection as the stratum protocol sees it: lines in, replies and jobs out, without a socket or a clock.
 *
 * ```
 * connected --authorize (good address, extranonce left)--> authorized: jobs, shares
 * ```
 * Every request is answered but `alph_submitHashrate`: some miners count an answer to that as a refusal.
 * @module
 */
import {
  errorLine,
  notifyLine,
  resultLine,
  setDifficultyLine,
  setExtranonceLine,
} from '../../protocol/stratum/reply.js';
import { parseRequest, type Request, textParam } from '../../protocol/stratum/request.js';
import type { Recipient } from './acknowledgements.js';
import { clampWork, workOfStratumDifficulty } from './difficulty.js';
import type { ShareDifficulty } from './difficulty-table.js';
import type { PoolHeader } from './header-board.js';
import { HeaderDifficulties } from './header-difficulty.js';
import type { LiveWorker } from './live-worker.js';
import { cleanText, parseLogin, parsePassword } from './login.js';
import type { ListenerSettings, SessionHost } from './session-host.js';
import { ShareDesk } from './share-desk.js';
import { noteDifficulty, noteShare, proposedWork, startVardiff, type Vardiff } from './vardiff.js';

/** Workers that one connection may authorize. */
export const MAX_WORKERS_PER_CONNECTION = 64;

const MAX_AGENT_CHARS = 64;

const UNKNOWN = { code: -1, message: 'unsupported method' } as const;
const BAD_WORKER_CODE = 22;

/** Where a session's lines go. */
export interface SessionOutput {
  write(text: string): void;
}

export class Session implements Recipient {
  readonly id: number;
  readonly listener: ListenerSettings;
  /** Headers that were sent here, and what a share on each counts. */
  readonly jobs = new HeaderDifficulties<PoolHeader, ShareDifficulty>();
  readonly vardiff: Vardiff;
  readonly #host: SessionHost;
  readonly #output: SessionOutput;
  readonly #shares: ShareDesk;
  out = '';
  agent = '';
  /** Workers by the login that authorized them; none before the first authorize. */
  #workers: Map<string, LiveWorker> | undefined;
  #firstWorker: LiveWorker | undefined;
  /** Hex digits; empty before the first authorize. */
  extranonce = '';
  /** Accepted shares on the present header. */
  sharesOnJob = 0;
  /** Whether a share was accepted under the extranonce. */
  extranonceUsed = false;
  /** When its present job was sent, ms. */
  jobSentMs = 0;
  /** The difficulty that the next header will have, and the one that it was told last. */
  difficulty: ShareDifficulty;
  #toldDifficulty: ShareDifficulty;
  /** Asked for by password: it stays. */
  difficultyFixed: boolean;
  closed = false;

  constructor(
    id: number,
    listener: ListenerSettings,
    modules: { readonly host: SessionHost; readonly output: SessionOutput; readonly nowMs: number },
  ) {
    const { host, output, nowMs } = modules;
    this.id = id;
    this.listener = listener;
    this.#host = host;
    this.#output = output;
    this.difficulty = host.difficulties.of(listener.startWork);
    this.#toldDifficulty = this.difficulty;
    this.vardiff = startVardiff(listener.startWork, nowMs);
    this.difficultyFixed = listener.fixed;
    this.#shares = new ShareDesk(this, host);
  }

  /** Says the difficulty, before anything from the client. */
  start(): void {
    this.#say(setDifficultyLine(this.difficulty.stratum));
  }

  get authorized(): boolean {
    return this.#firstWorker !== undefined;
  }

  /** Whom a submission is credited to: the worker of the login that it names, or the first that authorized here. */
  worker(login: string): LiveWorker | undefined {
    return this.#workers?.get(login) ?? this.#firstWorker;
  }

  workers(): Iterable<LiveWorker> {
    return this.#workers?.values() ?? [];
  }

  /** Takes a line. */
  handle(line: string, nowMs: number): void {
    const request = parseRequest(line);
    if (request.kind === 'request') this.#answer(request, nowMs);
    else if (request.kind === 'malformed') {
      this.#host.counters.malformed++;
      this.#say(errorLine(request.id, -1, `malformed: ${request.reason}`));
      this.#host.noteAbuse(this, nowMs);
    } else if (request.kind === 'tooDeep') this.#host.disconnect(this, 'tooDeep');
  }

  /** Sends the newest header of a chain. @returns false if it has it already */
  give(header: PoolHeader, nowMs: number): boolean {
    if (this.jobs.last === header) return false;
    this.#announce(header, this.jobs.send(header, this.difficulty), nowMs);
    this.sharesOnJob = 0;
    return true;
  }

  /** Sends all chains' newest headers at once. */
  giveAll(headers: readonly PoolHeader[], nowMs: number): void {
    const objects = headers.map((header) => header.jobObject(this.jobs.send(header, this.difficulty)));
    this.jobSentMs = nowMs;
    this.#tellDifficulty(this.difficulty, nowMs);
    this.#say(notifyLine(objects));
    this.#host.counters.jobsSent++;
  }

  /** Sends the present header again, at the lower difficulty that is wanted now: the miner is silent, and there is no other. */
  lower(nowMs: number): void {
    const header = this.jobs.last;
    if (header === undefined || this.sharesOnJob > 0) return;
    const before = this.jobs.of(header);
    this.jobs.lowerLast(this.difficulty);
    if (this.jobs.of(header) !== before) this.#announce(header, this.difficulty, nowMs);
  }

  /** A share was accepted. */
  noteShare(header: PoolHeader, { work }: ShareDifficulty, nowMs: number): void {
    this.extranonceUsed = true;
    if (header === this.jobs.last) this.sharesOnJob++;
    noteShare(this.vardiff, Number(work), nowMs);
    this.adjust(nowMs);
  }

  /** Takes the difficulty that the miner's shares, or its silence, call for. @returns whether it fell */
  adjust(nowMs: number): boolean {
    if (this.difficultyFixed) return false;
    const work = proposedWork(this.vardiff, this.listener, nowMs);
    if (work === undefined || work === this.difficulty.work) return false;
    const fell = work < this.difficulty.work;
    this.difficulty = this.#host.difficulties.of(work);
    return fell;
  }

  #announce(header: PoolHeader, difficulty: ShareDifficulty, nowMs: number): void {
    this.jobSentMs = nowMs;
    this.#tellDifficulty(difficulty, nowMs);
    this.#say(header.notifyLine(difficulty));
    this.#host.counters.jobsSent++;
  }

  /** Sends what waits. Called at the end of the tick. */
  flush(): void {
    const text = this.out;
    this.out = '';
    if (!this.closed) this.#output.write(text);
  }

  #say(text: string): void {
    this.#host.acknowledgements.say(this, text);
  }

  #tellDifficulty(difficulty: ShareDifficulty, nowMs: number): void {
    if (difficulty === this.#toldDifficulty) return;
    this.#toldDifficulty = difficulty;
    noteDifficulty(this.vardiff, difficulty.work, nowMs);
    this.#say(setDifficultyLine(difficulty.stratum));
  }

  #answer(request: Request & { kind: 'request' }, nowMs: number): void {
    const { id, params } = request;
    switch (request.method) {
      case 'mining.submit':
        this.#shares.submit(id, params, nowMs);
        return;
      case 'alph_submitHashrate':
        this.#noteHashrate(params);
        return;
      case 'mining.subscribe':
        this.agent = cleanText(textParam(params, 0) ?? '', MAX_AGENT_CHARS);
        this.#say(resultLine(id, `"${this.id.toString(16).padStart(8, '0')}"`));
        return;
      case 'mining.authorize':
        this.#authorize(id, textParam(params, 0), textParam(params, 1) ?? '', nowMs);
        return;
      case 'mining.extranonce.subscribe':
        this.#say(resultLine(id, 'true'));
        if (this.authorized) this.#say(setExtranonceLine(this.extranonce));
        return;
      case 'mining.suggest_difficulty':
        this.#suggest(id, params);
        return;
      case 'mining.hello':
      case 'mining.noop':
        this.#say(resultLine(id, 'true'));
        return;
      case 'mining.configure':
        this.#say(resultLine(id, '{}'));
        return;
      case 'connection.set_gzip':
        this.#say(resultLine(id, 'false'));
        return;
      default:
        this.#say(errorLine(id, UNKNOWN.code, UNKNOWN.message));
    }
  }

  #authorize(id: string, loginText: string | undefined, password: string, nowMs: number): void {
    const first = !this.authorized;
    const refusal = this.#addWorker(loginText, password);
    const { counters } = this.#host;
    if (refusal !== undefined) {
      counters.authorizationsRefused++;
      this.#say(errorLine(id, BAD_WORKER_CODE, refusal));
      return;
    }
    if (first && !this.#takeExtranonce()) {
      counters.extranoncesRefused++;
      this.#say(errorLine(id, -1, 'the pool is full: no extranonce is left'));
      this.#host.disconnect(this, 'noExtranonce');
      return;
    }
    counters.authorizations++;
    this.#say(resultLine(id, 'true'));
    if (!first) return;
    this.#say(setExtranonceLine(this.extranonce));
    this.#host.admit(this, nowMs);
  }

  /** @returns why it is refused, or undefined */
  #addWorker(loginText: string | undefined, password: string): string | undefined {
    if (loginText === undefined) return 'params: expected ["ADDRESS.WORKER", "PASSWORD"]';
    if (this.#workers?.has(loginText)) return undefined;
    const login = parseLogin(loginText);
    if (login.kind === 'refused') return login.reason;
    this.#workers ??= new Map();
    if (this.#workers.size >= MAX_WORKERS_PER_CONNECTION)
      return `no more than ${MAX_WORKERS_PER_CONNECTION} workers on one connection`;
    const worker = this.#host.workers.connect(login.account, login.worker);
    worker.agent = this.agent;
    this.#workers.set(loginText, worker);
    if (this.#firstWorker === undefined) {
      this.#firstWorker = worker;
      const asked = parsePassword(password).difficulty;
      if (asked !== undefined) this.#fixDifficulty(asked);
    }
    return undefined;
  }

  #takeExtranonce(): boolean {
    const extranonce = this.#host.takeExtranonce();
    if (extranonce === undefined) return false;
    this.extranonce = extranonce;
    return true;
  }

  #suggest(id: string, params: unknown): void {
    const asked: unknown = Array.isArray(params) ? params[0] : undefined;
    const work = typeof asked === 'number' ? workOfStratumDifficulty(asked) : undefined;
    if (work === undefined) {
      this.#say(errorLine(id, -1, 'difficulty: expected a number above 0'));
      return;
    }
    this.#say(resultLine(id, 'true'));
    if (this.difficultyFixed) return;
    this.setDifficulty(work);
  }

  #fixDifficulty(stratumDifficulty: number): void {
    const work = workOfStratumDifficulty(stratumDifficulty);
    if (work === undefined) return;
    this.setDifficulty(work);
    this.difficultyFixed = true;
  }

  /** The difficulty of headers from now on, within the listener's bounds. */
  setDifficulty(work: bigint): void {
    const { minWork, maxWork } = this.listener;
    this.difficulty = this.#host.difficulties.of(clampWork(work, minWork, maxWork));
  }

  #noteHashrate(params: unknown): void {
    const worker = this.#firstWorker;
    const value: unknown = Array.isArray(params) ? params[0] : undefined;
    const hashrate =
      typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
    if (worker !== undefined && hashrate >= 0 && Number.isFinite(hashrate))
      worker.reportedHashrate = hashrate;
  }
}

/**
 * What each request of a miner does. Lines in, replies and jobs out, without a socket or a clock.
 *
 * ```
 * connected --authorize (good address, extranonce left)--> authorized: jobs, shares
 * ```
 * Every request is answered but `alph_submitHashrate`: some miners count an answer to that as a refusal.
 * @module
 */
import { errorLine, resultLine, setExtranonceLine } from '../../protocol/stratum/reply.js';
import { parseRequest, type Request, textParam } from '../../protocol/stratum/request.js';
import type { DisconnectReason } from '../domain/counters.js';
import { workOfStratumDifficulty } from '../domain/difficulty.js';
import type { Offence } from '../guard/bans.js';
import { ShareDesk, type ShareHost } from '../shares/share-desk.js';
import type { LiveWorkers, WorkerRefusal } from './live-worker.js';
import { cleanText, parseLogin, parsePassword } from './login.js';
import type { Session } from './session.js';

/** Workers that one connection may authorize. */
export const MAX_WORKERS_PER_CONNECTION = 64;

const MAX_AGENT_CHARS = 64;

const FULL: Readonly<Record<WorkerRefusal, string>> = {
  accountFull: 'too many workers of this account are connected',
  addressFull: 'too many workers from your address are connected',
};

const BAD_WORKER_CODE = 22;
const OTHER_CODE = -1;

/** The parts of the pool that a request desk uses. */
export interface RequestHost extends ShareHost {
  readonly workers: LiveWorkers;
  /** An extranonce as hex digits; undefined if none is left. */
  takeExtranonce(): string | undefined;
  /** A session has its first worker: gives it its first job. */
  admit(session: Session, nowMs: number): void;
}

export class RequestDesk {
  readonly #host: RequestHost;
  readonly #shares: ShareDesk;

  constructor(host: RequestHost) {
    this.#host = host;
    this.#shares = new ShareDesk(host);
  }

  /** Takes a line of a session. */
  handle(session: Session, line: string, nowMs: number): void {
    const request = parseRequest(line);
    if (request.kind === 'request') this.#answer(session, request, nowMs);
    else if (request.kind === 'malformed') {
      this.#host.counters.malformed++;
      session.say(errorLine(request.id, OTHER_CODE, `malformed: ${request.reason}`));
      this.#end(session, 'garbage', 'garbage');
    } else if (request.kind === 'tooDeep') this.#end(session, 'tooDeep', 'tooDeep');
  }

  #answer(session: Session, request: Request & { kind: 'request' }, nowMs: number): void {
    const { id, params } = request;
    switch (request.method) {
      case 'mining.submit':
        this.#shares.submit(session, id, params, nowMs);
        return;
      case 'alph_submitHashrate':
        noteHashrate(session, params, this.#host.workers);
        return;
      case 'mining.subscribe':
        session.agent = cleanText(textParam(params, 0) ?? '', MAX_AGENT_CHARS);
        session.say(resultLine(id, `"${session.id.toString(16).padStart(8, '0')}"`));
        return;
      case 'mining.authorize':
        this.#authorize(session, id, params, nowMs);
        return;
      case 'mining.extranonce.subscribe':
        session.say(resultLine(id, 'true'));
        if (session.authorized) session.say(setExtranonceLine(session.extranonce));
        return;
      case 'mining.suggest_difficulty':
        suggestDifficulty(session, id, params);
        return;
      case 'mining.hello':
      case 'mining.noop':
        session.say(resultLine(id, 'true'));
        return;
      case 'mining.configure':
        session.say(resultLine(id, '{}'));
        return;
      case 'connection.set_gzip':
        session.say(resultLine(id, 'false'));
        return;
      default:
        session.say(errorLine(id, OTHER_CODE, 'unsupported method'));
    }
  }

  #authorize(session: Session, id: string, params: unknown, nowMs: number): void {
    const first = !session.authorized;
    const refusal = this.#addWorker(session, textParam(params, 0), textParam(params, 1) ?? '');
    const { counters } = this.#host;
    if (refusal !== undefined) {
      counters.authorizationsRefused++;
      session.say(errorLine(id, BAD_WORKER_CODE, refusal));
      if (!session.connection.noteRefusedLogin()) this.#end(session, 'messageRate', 'flood');
      return;
    }
    if (first && !this.#takeExtranonce(session)) {
      counters.extranoncesRefused++;
      session.say(errorLine(id, OTHER_CODE, 'the pool is full: no extranonce is left'));
      this.#host.disconnect(session, 'noExtranonce');
      return;
    }
    counters.authorizations++;
    session.say(resultLine(id, 'true'));
    if (!first) return;
    session.say(setExtranonceLine(session.extranonce));
    this.#host.admit(session, nowMs);
  }

  /** @returns why it is refused, or undefined */
  #addWorker(session: Session, loginText: string | undefined, password: string): string | undefined {
    if (loginText === undefined) return 'params: expected ["ADDRESS.WORKER", "PASSWORD"]';
    const login = parseLogin(loginText);
    if (login.kind === 'refused') return login.reason;
    const known = session.workerOf(login.account.key, login.worker);
    if (known !== undefined) {
      // Perhaps in another spelling: submissions may name it so.
      if (session.workerCount < MAX_WORKERS_PER_CONNECTION) session.addWorker(loginText, known);
      return undefined;
    }
    if (session.workerCount >= MAX_WORKERS_PER_CONNECTION)
      return `no more than ${MAX_WORKERS_PER_CONNECTION} workers on one connection`;
    const first = !session.authorized;
    const worker = this.#host.workers.connect(login.account, login.worker, session.connection);
    if (typeof worker === 'string') return FULL[worker];
    worker.agent = session.agent;
    session.addWorker(loginText, worker);
    const asked = first ? parsePassword(password).difficulty : undefined;
    const work = asked === undefined ? undefined : workOfStratumDifficulty(asked);
    if (work === undefined || session.difficultyFixed) return undefined;
    session.setDifficulty(work);
    session.difficultyFixed = true;
    return undefined;
  }

  #end(session: Session, reason: DisconnectReason, offence: Offence): void {
    session.connection.noteOffence(offence);
    this.#host.disconnect(session, reason);
  }

  #takeExtranonce(session: Session): boolean {
    const extranonce = this.#host.takeExtranonce();
    if (extranonce === undefined) return false;
    session.extranonce = extranonce;
    return true;
  }
}

function suggestDifficulty(session: Session, id: string, params: unknown): void {
  const asked: unknown = Array.isArray(params) ? params[0] : undefined;
  const work = typeof asked === 'number' ? workOfStratumDifficulty(asked) : undefined;
  if (work === undefined) {
    session.say(errorLine(id, OTHER_CODE, 'difficulty: expected a number above 0'));
    return;
  }
  session.say(resultLine(id, 'true'));
  if (!session.difficultyFixed) session.setDifficulty(work);
}

function noteHashrate(session: Session, params: unknown, workers: LiveWorkers): void {
  const worker = session.worker('');
  const value: unknown = Array.isArray(params) ? params[0] : undefined;
  const hashrate = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  if (worker === undefined || !(hashrate >= 0 && Number.isFinite(hashrate))) return;
  worker.reportedHashrate = hashrate;
  workers.noteChange(worker);
}

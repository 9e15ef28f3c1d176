/**
 * Carries out each request of a miner. Lines come in, replies and jobs go out; there is no socket and no clock here.
 *
 * ```
 * connected --authorize (good address, extranonce left)--> authorized: jobs, shares
 * ```
 * Every request is answered except `alph_submitHashrate`: some miners count an answer to it as a refusal. Params are taken in
 * every form in which some firmware sends them: by place, by name, or bare.
 * @module
 */
import { errorLine, helloResult, resultLine, setExtranonceLine } from '../../protocol/stratum/reply.js';
import { numberOf, paramOf, parseRequest, type Request, textOf } from '../../protocol/stratum/request.js';
import { MAX_USER_CHARS } from '../../protocol/stratum/user-name.js';
import type { Account } from '../domain/account.js';
import type { DisconnectReason } from '../domain/counters.js';
import { workOfStratumDifficulty } from '../domain/difficulty.js';
import { LOGIN_REFUSALS, type LoginRefusal } from '../domain/login-refusals.js';
import type { Offence } from '../guard/bans.js';
import type { ExtranonceAnswer, ExtranonceRefusal } from '../ports/extranonces.js';
import { ShareDesk, type ShareHost } from '../shares/share-desk.js';
import { AddressMemory } from './address-memory.js';
import type { LiveWorkers } from './live-worker.js';
import { type Login, parseLogin, parsePassword, printableText } from './login.js';
import { LoginTurns } from './login-turns.js';
import { type Session, sessionIdText } from './session.js';

/** Most workers that one connection may authorize. */
export const MAX_WORKERS_PER_CONNECTION = 64;

const MAX_AGENT_CHARS = 64;

/** Most characters of a client's text that are shown: an address and a worker's name, or the beginning of a line. */
const MAX_SENT_CHARS = 100;

const BAD_WORKER_CODE = 22;
const OTHER_CODE = -1;

const USER_NAMES = ['worker', 'user', 'username', 'login', 'wallet', 'address'];
const PASSWORD_NAMES = ['password', 'pass'];
const AGENT_NAMES = ['agent', 'userAgent', 'user_agent'];

/** The parts of the pool that a request desk uses. */
export interface RequestHost extends ShareHost {
  readonly workers: LiveWorkers;
  /** Solo mode: all blocks belong to one owner, and every user name may mine. */
  readonly mode: 'solo' | 'pool';
  /** The account of miners without an address; undefined until a node has told which addresses its blocks pay. */
  readonly ownAccount: Account | undefined;
  /** Name and version of this program. */
  readonly software: string;
  /** Monotonic clock, ms. */
  now(): number;
  /** Calls back once: after all input of this turn of the event loop for 0, else after some ms. */
  later(callback: () => void, afterMs: number): void;
  /**
   * Calls back when a node has told which addresses its blocks pay, unless the session has ended by then.
   * @returns false if that session waits already
   */
  whenIdentified(session: Session, callback: () => void): boolean;
  /** An extranonce for a session, or why it gets none. */
  takeExtranonce(session: Session): ExtranonceAnswer;
  /** A session has its first worker: gives it its first job. */
  admit(session: Session, nowMs: number): void;
}

/** The reply to a login when too many wait. */
const BUSY = 'the pool is looking at too many logins: authorize again in a moment';

/** The reply to a miner that gets no extranonce. */
const EXTRANONCE_REFUSALS: Readonly<Record<ExtranonceRefusal, string>> = {
  noExtranonce: 'the pool is full: no extranonce is left',
  addressExtranonces: 'your address has as many extranonces as it may: wait for a minute or two',
};

export class RequestDesk {
  readonly #host: RequestHost;
  readonly #shares: ShareDesk;
  readonly #addresses = new AddressMemory();
  readonly #logins: LoginTurns;

  constructor(host: RequestHost) {
    this.#host = host;
    this.#shares = new ShareDesk(host);
    this.#logins = new LoginTurns((callback) => host.later(callback, 0));
  }

  /** Takes a line of a session. */
  handle(session: Session, line: string, nowMs: number): void {
    const request = parseRequest(line);
    if (request.kind === 'request') this.#answer(session, request, nowMs);
    else if (request.kind === 'malformed') {
      this.#host.counters.malformed++;
      session.say(errorLine(request.id, OTHER_CODE, `malformed: ${request.reason}`));
      this.#noteMalformed(session, line, request.reason);
      this.#end(session, 'garbage', 'garbage');
    } else if (request.kind === 'tooDeep') {
      this.#noteMalformed(session, line, 'nested too deeply');
      this.#end(session, 'tooDeep', 'tooDeep');
    }
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
        noteAgent(session, params);
        session.say(resultLine(id, `"${sessionIdText(session)}"`));
        return;
      case 'mining.authorize':
        if (!this.#logins.take(session, () => this.#authorize(session, id, params)))
          session.say(errorLine(id, OTHER_CODE, BUSY));
        return;
      case 'mining.extranonce.subscribe':
        session.say(resultLine(id, 'true'));
        if (session.authorized) session.say(setExtranonceLine(session.extranonce));
        return;
      case 'mining.suggest_difficulty':
        suggestDifficulty(session, id, params);
        return;
      case 'mining.hello':
        noteAgent(session, params);
        session.say(resultLine(id, helloResult(this.#host.software)));
        return;
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
        if (this.#host.peers.detailed)
          this.#host.peers.detail('unknownMethod', '', () => ({
            ...session.peer,
            what: 'unknownMethod',
            method: printableText(request.method, MAX_AGENT_CHARS),
          }));
    }
  }

  #authorize(session: Session, id: string, params: unknown): void {
    const text = textOf(paramOf(params, 0, USER_NAMES));
    const login = text === undefined ? undefined : parseLogin(text, this.#addresses);
    const account = this.#accountOf(login);
    if (account === 'unknown') {
      // Without a node it is not known which addresses blocks pay. There are no jobs either.
      const waits = this.#host.whenIdentified(session, () => this.#authorize(session, id, params));
      if (!waits) this.#refuse(session, id, text, 'noNode');
      return;
    }
    const first = !session.authorized;
    const worker = login?.worker ?? '';
    if (typeof account === 'string') {
      this.#refuse(session, id, text, account);
      return;
    }
    const refusal = this.#addWorker(session, text ?? '', account, worker);
    if (refusal !== undefined) {
      this.#refuse(session, id, text, refusal);
      return;
    }
    if (first) this.#takeWishes(session, textOf(paramOf(params, 1, PASSWORD_NAMES)) ?? '');
    const { counters, peers } = this.#host;
    if (first) {
      const answer = this.#host.takeExtranonce(session);
      if (answer.type === 'refused') {
        const { reason } = answer;
        counters.extranoncesRefused++;
        session.say(errorLine(id, OTHER_CODE, EXTRANONCE_REFUSALS[reason]));
        peers.note({ ...session.peer, what: 'connectionRefused', reason, detail: undefined });
        this.#host.disconnect(session, reason);
        return;
      }
      session.extranonce = answer.extranonce;
    }
    counters.authorizations++;
    session.say(resultLine(id, 'true'));
    this.#noteLogin(session, account, login, text);
    if (!first) return;
    session.say(setExtranonceLine(session.extranonce));
    this.#host.admit(session, this.#host.now());
  }

  /** The account of a login, or why it is refused, or that this is not known yet. */
  #accountOf(login: Login | undefined): Account | LoginRefusal | 'unknown' {
    if (login?.kind === 'address') return login.account;
    const { mode, ownAccount } = this.#host;
    // All blocks pay the node's addresses, whatever user name the miner sends.
    if (mode === 'solo') return ownAccount ?? 'unknown';
    return login === undefined ? 'noUser' : 'noAddress';
  }

  #refuse(session: Session, id: string, text: string | undefined, reason: LoginRefusal): void {
    const { counters, peers } = this.#host;
    counters.authorizationsRefused++;
    session.say(errorLine(id, BAD_WORKER_CODE, LOGIN_REFUSALS[reason].message));
    const sent = printableText(text ?? '', MAX_SENT_CHARS);
    peers.note({ ...session.peer, what: 'loginRefused', sent, reason });
    if (!session.connection.noteRefusedLogin()) this.#end(session, 'messageRate', 'flood');
  }

  /** @returns why it is refused, or undefined */
  #addWorker(session: Session, text: string, account: Account, name: string): LoginRefusal | undefined {
    const known = session.workerOf(account.key, name);
    if (known !== undefined) {
      // The same worker may come in another spelling, which its submissions may name.
      if (session.workerCount < MAX_WORKERS_PER_CONNECTION && text.length <= MAX_USER_CHARS)
        session.addWorker(text, known);
      return undefined;
    }
    if (session.workerCount >= MAX_WORKERS_PER_CONNECTION) return 'connectionFull';
    const worker = this.#host.workers.connect(account, name, session.connection);
    if (typeof worker === 'string') return worker;
    worker.agent = session.agent;
    // A login of any length is read, but only so much is kept: submissions may name the worker by this, too.
    const { address } = account;
    session.addWorker(text.length <= MAX_USER_CHARS ? text : `${address}.${name}`, worker);
    return undefined;
  }

  #takeWishes(session: Session, password: string): void {
    const asked = parsePassword(password).difficulty;
    const work = asked === undefined ? undefined : workOfStratumDifficulty(asked);
    if (work === undefined || session.difficultyFixed) return;
    session.setDifficulty(work);
    session.difficultyFixed = true;
  }

  #noteLogin(session: Session, account: Account, login: Login | undefined, text: string | undefined): void {
    const { peers } = this.#host;
    const worker = login?.worker ?? '';
    if (login !== undefined && !login.asWritten) {
      const sent = printableText(text ?? '', MAX_SENT_CHARS);
      peers.note({ ...session.peer, what: 'loginChanged', sent, account: account.address, worker });
    }
    if (!peers.detailed) return;
    const difficulty = session.difficulty.stratum;
    peers.detail('authorized', '', () => ({
      ...session.peer,
      what: 'authorized',
      account: account.address,
      worker,
      difficulty,
    }));
  }

  #noteMalformed(session: Session, line: string, reason: string): void {
    if (!this.#host.peers.detailed) return;
    const sent = printableText(line, MAX_SENT_CHARS);
    this.#host.peers.detail('malformed', '', () => ({ ...session.peer, what: 'malformed', sent, reason }));
  }

  #end(session: Session, reason: DisconnectReason, offence: Offence): void {
    session.connection.noteOffence(offence);
    this.#host.disconnect(session, reason);
  }
}

/** A miner that says what it is in `mining.hello` sends the id of an earlier session in `mining.subscribe`, or nothing. */
function noteAgent(session: Session, params: unknown): void {
  const text = textOf(paramOf(params, 0, AGENT_NAMES));
  if (text === undefined || text === '' || /^[0-9a-f]{8}$/.test(text)) return;
  session.agent = printableText(text, MAX_AGENT_CHARS);
}

function suggestDifficulty(session: Session, id: string, params: unknown): void {
  const asked = numberOf(paramOf(params, 0, ['difficulty', 'diff']));
  const work = asked === undefined ? undefined : workOfStratumDifficulty(asked);
  if (work === undefined) {
    session.say(errorLine(id, OTHER_CODE, 'difficulty: expected a number above 0'));
    return;
  }
  session.say(resultLine(id, 'true'));
  if (!session.difficultyFixed) session.setDifficulty(work);
}

function noteHashrate(session: Session, params: unknown, workers: LiveWorkers): void {
  const worker = session.worker('');
  const hashrate = numberOf(paramOf(params, 0, ['hashrate', 'hashRate']));
  if (worker === undefined || hashrate === undefined || hashrate < 0) return;
  worker.reportedHashrate = hashrate;
  workers.noteChange(worker);
}

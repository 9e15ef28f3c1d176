/**
 * The miner's side of one stratum connection: lines in, lines and events out. Knows no socket and no clock.
 *
 * ```
 * open --> subscribe, authorize --> authorized, and a job --> jobs ... --> shares, answers by request id
 * ```
 *
 * Pools differ in the order of what follows authorize. So jobs are kept until it is answered; the first extranonce
 * counts at once, a later one from the next `mining.notify` on. Neither `mining.extranonce.subscribe` nor anything else
 * is asked: pools of this dialect send the extranonce unasked, and some count an unknown method against a miner. Where
 * the answer to subscribe names one, it is the first.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { equalBytes } from '../../protocol/bytes.js';
import { NONCE_BYTES } from '../../protocol/header.js';
import type { Job, TxsBlob } from '../../protocol/job.js';
import { counted } from '../../protocol/quantity-text.js';
import {
  encodeAuthorize,
  encodeSubmit,
  encodeSubmitHashrate,
  encodeSubscribe,
} from '../../protocol/stratum/miner-requests.js';
import type { PoolJob } from '../../protocol/stratum/pool-job.js';
import { type PoolMessage, parsePoolMessage } from '../../protocol/stratum/pool-messages.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';
import { targetBytes, targetOfDifficulty } from '../../protocol/target.js';

/** The miner's names towards the pool. */
export interface PoolLogin {
  /** User name as the pool wants it: `address.worker` as a rule. */
  readonly user: string;
  readonly password: string;
  /** Name and version of this program. */
  readonly agent: string;
}

/** A `client.reconnect`. */
export type Redirect = Extract<PoolMessage, { kind: 'reconnect' }>;

export interface StratumClientEvents {
  /** Sends a line. @returns false if the connection is gone */
  send(line: string): boolean;
  /**
   * Authorized, and these are the newest jobs.
   * @param extranonce - the same object for as long as it stays the same
   */
  onJobs(jobs: readonly Job[], extranonce: Uint8Array): void;
  /** The pool has said yes to the worker; jobs may have come before, or come later. */
  onAuthorized(): void;
  /** An answer to a share. */
  onAnswer(blockHash: Uint8Array, refusal: Refusal | undefined): void;
  /**
   * Mining is impossible on this connection.
   * @param refused - the next try would end like this one: the worker is not let in, or gets no room to search
   */
  onUnusable(problem: string, refused: boolean): void;
  onRedirect(redirect: Redirect): void;
  /** The pool did something wrong; the connection goes on. */
  onProblem(problem: string): void;
  /** The pool has a message for people. */
  onMessage(text: string): void;
}

/** Longest extranonce: of the 16 bytes before the counter two are the device's. */
const MAX_USABLE_EXTRANONCE_BYTES = 14;

/** Shares whose answer is still awaited on one connection. */
const MAX_AWAITED_ANSWERS = 8_192;

const SUBSCRIBE_ID = 1;
const AUTHORIZE_ID = 2;

export class StratumClient {
  readonly #login: PoolLogin;
  readonly #events: StratumClientEvents;
  #authorized = false;
  #spoke = false;
  #extranonce: Uint8Array = new Uint8Array(0);
  #extranonceSeen = false;
  /** Counts from the next jobs on. */
  #nextExtranonce: Uint8Array | undefined;
  #target: Uint8Array | undefined;
  #jobs: readonly Job[] = [];
  /** The pool's ids of the jobs that were handed on. */
  readonly #jobIds = new WeakMap<Job, string | number>();
  #lastId = AUTHORIZE_ID;
  /** Hashes of shares, by request id. */
  readonly #awaited = new BoundedMap<number, Uint8Array>(MAX_AWAITED_ANSWERS);

  constructor(login: PoolLogin, events: StratumClientEvents) {
    this.#login = login;
    this.#events = events;
  }

  /** Whether there are jobs that may be worked on. */
  get ready(): boolean {
    return this.#authorized && this.#jobs.length > 0;
  }

  /** Begins to talk. */
  open(): void {
    const { user, password, agent } = this.#login;
    this.#events.send(encodeSubscribe(SUBSCRIBE_ID, agent));
    this.#events.send(encodeAuthorize(AUTHORIZE_ID, user, password));
  }

  /** Takes a line of the pool's. */
  receive(line: string): void {
    if (line.trim() === '') return;
    const message = parsePoolMessage(line);
    if (message.kind !== 'garbage') this.#spoke = true;
    this.#take(message);
  }

  /** The pool does not answer the authorize: its jobs, if it sent any, mean yes. @returns whether it did */
  assumeAuthorized(): boolean {
    if (this.#jobs.length === 0) return false;
    this.#authorized = true;
    this.#announce();
    return true;
  }

  /**
   * Sends a share.
   * @param job - of `onJobs`
   * @param nonce - 24 bytes
   * @returns false if the job is not of this connection, its extranonce has changed, or the connection is gone
   */
  submit(job: Job, nonce: Uint8Array, blockHash: Uint8Array): boolean {
    const jobId = this.#jobIds.get(job);
    if (jobId === undefined || nonce.length !== NONCE_BYTES) return false;
    if (!equalBytes(nonce.subarray(0, this.#extranonce.length), this.#extranonce)) return false;
    const id = ++this.#lastId;
    const sent = this.#events.send(
      encodeSubmit(id, { jobId, chain: job.chain, nonce, worker: this.#login.user }),
    );
    if (!sent) return false;
    this.#awaited.set(id, blockHash);
    return true;
  }

  /** @param hashesPerSecond - at least 0 */
  reportHashrate(hashesPerSecond: number): void {
    if (this.ready) this.#events.send(encodeSubmitHashrate(++this.#lastId, hashesPerSecond));
  }

  #take(message: PoolMessage): void {
    switch (message.kind) {
      case 'response':
        this.#takeResponse(message);
        break;
      case 'notify':
        for (const problem of message.problems) this.#events.onProblem(problem);
        this.#takeJobs(message.jobs);
        break;
      case 'difficulty':
        this.#target = targetBytes(targetOfDifficulty(message.difficulty));
        break;
      case 'extranonce':
        this.#takeExtranonce(message.extranonce);
        break;
      case 'unusableExtranonce':
        // Shares without the right one would all be refused.
        this.#events.onUnusable(message.problem, true);
        break;
      case 'reconnect':
        this.#events.onRedirect(message);
        break;
      case 'showMessage':
        this.#events.onMessage(message.text);
        break;
      case 'wrong':
        this.#events.onProblem(message.problem);
        break;
      case 'garbage':
        if (this.#spoke) this.#events.onProblem(message.problem);
        else this.#events.onUnusable(`what answers is no stratum pool: ${message.problem}`, false);
        break;
      case 'other':
        break;
    }
  }

  #takeResponse({ id, refusal, extranonce }: Extract<PoolMessage, { kind: 'response' }>): void {
    // Most pools answer with a session id; those that answer as Bitcoin's do put the extranonce behind it.
    if (id === SUBSCRIBE_ID && refusal === undefined && extranonce !== undefined)
      this.#takeExtranonce(extranonce);
    if (id === AUTHORIZE_ID) {
      if (refusal !== undefined) {
        this.#events.onUnusable(`${this.#login.user} is not authorized: ${refusal.message}`, true);
        return;
      }
      if (this.#authorized) return;
      this.#authorized = true;
      this.#events.onAuthorized();
      if (this.#jobs.length > 0) this.#announce();
      return;
    }
    // A refused subscribe is no matter: many miners send none. So is an answer to a report, or to what nobody asked.
    const blockHash = id === undefined ? undefined : this.#awaited.get(id);
    if (blockHash === undefined) return;
    this.#awaited.delete(id!);
    this.#events.onAnswer(blockHash, refusal);
  }

  #takeJobs(named: readonly PoolJob[]): void {
    const jobs: Job[] = [];
    for (const { id, target = this.#target, ...parts } of named) {
      if (target === undefined) {
        this.#events.onProblem('a job without targetBlob, and no mining.set_difficulty before it');
        continue;
      }
      const job: Job = { ...parts, target, txsBlob: NO_TXS };
      this.#jobIds.set(job, id);
      jobs.push(job);
    }
    // What does not decode is not mined; what was there before still may be worth something.
    if (jobs.length === 0) return;
    this.#jobs = jobs;
    if (this.#nextExtranonce !== undefined) {
      this.#extranonce = this.#nextExtranonce;
      this.#nextExtranonce = undefined;
    }
    if (this.#authorized) this.#announce();
  }

  #takeExtranonce(extranonce: Uint8Array): void {
    if (extranonce.length > MAX_USABLE_EXTRANONCE_BYTES) {
      const got = `an extranonce of ${counted(extranonce.length, 'byte')}`;
      this.#events.onUnusable(`${got}: at most ${MAX_USABLE_EXTRANONCE_BYTES} leave room to search`, true);
      return;
    }
    if (this.#extranonceSeen) {
      this.#nextExtranonce = equalBytes(extranonce, this.#extranonce) ? undefined : extranonce;
      return;
    }
    this.#extranonceSeen = true;
    this.#extranonce = extranonce;
    if (this.ready) this.#announce();
  }

  #announce(): void {
    this.#events.onJobs(this.#jobs, this.#extranonce);
  }
}

/** A pool has the transactions of its jobs. */
const NO_TXS: TxsBlob = [];

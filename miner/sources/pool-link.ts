/**
 * A lasting link to one pool: connects, logs in, reconnects with backoff, and notices a pool that is there and says
 * nothing. A session begins with the first jobs of a connection, and again when the extranonce changes.
 *
 * ```
 * idle -- open --> connecting -- authorized, jobs --> up -- lost --> waiting (backoff) --> connecting
 * ```
 * @module
 */
import { type BackoffOptions, backoffMs } from '../../node/backoff.js';
import type { Job } from '../../protocol/job.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { MAX_POOL_LINE_BYTES } from '../../protocol/stratum/pool-messages.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { SourceNotice, SourceProgress, SourceSession } from '../core/source.js';
import { type PoolEndpoint, poolName, redirected } from './pool-endpoint.js';
import { type PoolLogin, type Redirect, StratumClient } from './stratum-client.js';
import type { OpenTransport, Transport } from './transports/transport.js';

export interface PoolLinkOptions {
  readonly login: PoolLogin;
  readonly openTransport: OpenTransport;
  /** Whether any certificate is taken. */
  readonly tlsInsecure: boolean;
  /** Whether `client.reconnect` is followed to other hosts, too. */
  readonly allowRedirect: boolean;
  /**
   * Longest time from opening a connection to its first jobs, ms. Some pools send the first job only with their node's
   * next template: once the worker is authorized the connection is kept beyond, while the next pool is tried.
   */
  readonly connectTimeoutMs: number;
  /** Wait for the first job after which that is told, ms. */
  readonly waitingMs: number;
  /** Longest time that shares wait while nothing at all is heard, ms. */
  readonly answerSilenceMs: number;
  /** Longest time between two jobs, ms. */
  readonly jobSilenceMs: number;
  readonly backoff: BackoffOptions;
  /** Least wait after the worker was refused, ms. */
  readonly refusedMs: number;
  /** A link that was up for so long starts its backoff anew, ms. */
  readonly steadyMs: number;
}

export const DEFAULT_POOL_LINK_OPTIONS: Omit<PoolLinkOptions, 'login' | 'openTransport'> = {
  tlsInsecure: false,
  allowRedirect: false,
  connectTimeoutMs: 10_000,
  waitingMs: 500,
  answerSilenceMs: 30_000,
  jobSilenceMs: 600_000,
  backoff: { firstMs: 1_000, maxMs: 30_000 },
  refusedMs: 60_000,
  steadyMs: 10_000,
};

export interface PoolLinkEvents {
  /** The newest jobs; a session object other than before means a new session. */
  onJobs(session: SourceSession, jobs: readonly Job[]): void;
  onVerdict(session: SourceSession, blockHash: Uint8Array, refusal: Refusal | undefined): void;
  onSessionEnd(session: SourceSession): void;
  /**
   * The connection was lost, a try brought none, or it has brought no job for long.
   * @param planned - the pool asked for it, and will be back at once
   */
  onDown(planned: boolean): void;
  onProgress(progress: Omit<SourceProgress, 'name'>): void;
  onNotice(notice: Omit<SourceNotice, 'name'>): void;
}

/** Longest wait that a pool can ask for, ms. */
const MAX_REDIRECT_WAIT_MS = 300_000;

/** How often silence is looked for, ms. */
const CHECK_MS = 1_000;

/** The state of one connection. */
interface Connection {
  readonly transport: Transport;
  readonly client: StratumClient;
  readonly splitter: LineSplitter;
  readonly openedMs: number;
  session: SourceSession | undefined;
  upSinceMs: number | undefined;
  authorized: boolean;
  /** Until it is told that the first job is waited for. */
  waiting: ReturnType<typeof setTimeout> | undefined;
  /** Whether it was told that another pool should be mined for meanwhile. */
  slow: boolean;
  /** When the first share was sent since anything was heard. */
  askedMs: number | undefined;
  jobMs: number;
}

export class PoolLink {
  readonly endpoint: PoolEndpoint;
  readonly #options: PoolLinkOptions;
  readonly #events: PoolLinkEvents;
  readonly #nextSessionId: () => number;
  /** The next try goes to this endpoint: the pool may have sent us elsewhere. */
  #target: PoolEndpoint;
  #connection: Connection | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #check: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(
    endpoint: PoolEndpoint,
    options: PoolLinkOptions,
    events: PoolLinkEvents,
    nextSessionId: () => number,
  ) {
    this.endpoint = endpoint;
    this.#target = endpoint;
    this.#options = options;
    this.#events = events;
    this.#nextSessionId = nextSessionId;
  }

  get name(): string {
    return poolName(this.endpoint);
  }

  /** Whether it is connected, tries to be, or waits for its next try. */
  get engaged(): boolean {
    return this.#connection !== undefined || this.#retry !== undefined;
  }

  /** Connects, unless it is engaged already. */
  open(): void {
    if (!this.engaged) this.#connect();
  }

  /** Sends a share of this link's present session. @returns false if it is over */
  submit(session: SourceSession, job: Job, nonce: Uint8Array, blockHash: Uint8Array): boolean {
    const connection = this.#connection;
    if (connection === undefined || connection.session !== session) return false;
    const sent = connection.client.submit(job, nonce, blockHash);
    if (sent) connection.askedMs ??= performance.now();
    return sent;
  }

  reportHashrate(hashesPerSecond: number): void {
    this.#connection?.client.reportHashrate(hashesPerSecond);
  }

  /** Disconnects; it may be opened again. */
  close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#failures = 0;
    this.#target = this.endpoint;
    this.#drop();
  }

  #connect(): void {
    this.#retry = undefined;
    const { login, openTransport, connectTimeoutMs, tlsInsecure } = this.#options;
    const nowMs = performance.now();
    const splitter = new LineSplitter(MAX_POOL_LINE_BYTES);
    const client: StratumClient = new StratumClient(login, {
      send: (line) => transport.send(line),
      onJobs: (jobs, extranonce) => this.#takeJobs(connection, jobs, extranonce),
      onAuthorized: () => this.#await(connection),
      onAnswer: (blockHash, refusal) => {
        if (connection.session !== undefined) this.#events.onVerdict(connection.session, blockHash, refusal);
      },
      onUnusable: (problem, refused) =>
        this.#lose(connection, problem, refused ? this.#options.refusedMs : 0),
      onRedirect: (redirect) => this.#follow(connection, redirect),
      onProblem: (message) => this.#fault(message),
      onMessage: (text) => this.#events.onNotice({ level: 'info', message: `says: ${text}`, topic: 'said' }),
    });
    const transport: Transport = openTransport(
      this.#target,
      { connectTimeoutMs, tlsInsecure, maxLineBytes: MAX_POOL_LINE_BYTES },
      {
        onOpen: () => client.open(),
        onData: (chunk) => this.#receive(connection, chunk),
        onClose: (reason) => this.#lose(connection, reason),
      },
    );
    const connection: Connection = {
      transport,
      client,
      splitter,
      openedMs: nowMs,
      session: undefined,
      upSinceMs: undefined,
      authorized: false,
      waiting: undefined,
      slow: false,
      askedMs: undefined,
      jobMs: nowMs,
    };
    this.#connection = connection;
    const checkMs = Math.min(CHECK_MS, connectTimeoutMs / 4, this.#options.answerSilenceMs / 4);
    this.#check = setInterval(() => this.#checkSilence(connection), checkMs);
    this.#events.onProgress({ state: 'connecting', failures: this.#failures });
  }

  /** The worker is authorized; the first job follows at once as a rule. */
  #await(connection: Connection): void {
    if (this.#connection !== connection) return;
    connection.authorized = true;
    const failures = this.#failures;
    this.#events.onProgress({ state: 'authorized', failures });
    connection.waiting = setTimeout(
      () => this.#events.onProgress({ state: 'waiting', failures }),
      this.#options.waitingMs,
    );
  }

  #receive(connection: Connection, chunk: Uint8Array): void {
    connection.askedMs = undefined;
    const fits = connection.splitter.push(chunk, (line) => {
      connection.client.receive(line);
      return this.#connection === connection;
    });
    if (!fits && this.#connection === connection)
      this.#lose(connection, `sent a line of more than ${MAX_POOL_LINE_BYTES} bytes`);
  }

  #takeJobs(connection: Connection, jobs: readonly Job[], extranonce: Uint8Array): void {
    if (this.#connection !== connection) return;
    clearTimeout(connection.waiting);
    connection.jobMs = performance.now();
    connection.upSinceMs ??= connection.jobMs;
    const old = connection.session;
    if (old?.noncePrefix !== extranonce) {
      const { peer } = connection.transport;
      connection.session = {
        id: this.#nextSessionId(),
        name: this.name,
        noncePrefix: extranonce,
        ...(peer === undefined ? {} : { peer }),
      };
    }
    this.#events.onJobs(connection.session!, jobs);
    if (old !== undefined && old !== connection.session) this.#events.onSessionEnd(old);
  }

  #checkSilence(connection: Connection): void {
    const { connectTimeoutMs, answerSilenceMs, jobSilenceMs } = this.#options;
    const nowMs = performance.now();
    if (connection.upSinceMs === undefined && !connection.slow) {
      if (nowMs - connection.openedMs < connectTimeoutMs || connection.client.assumeAuthorized()) return;
      if (!connection.authorized)
        this.#lose(connection, `no jobs within ${connectTimeoutMs / 1000} s of connecting`);
      else {
        // Kept: its first job may come in minutes, and the next try would wait as long.
        connection.slow = true;
        this.#events.onDown(false);
      }
    } else if (connection.askedMs !== undefined && nowMs - connection.askedMs >= answerSilenceMs) {
      this.#lose(connection, `shares were sent, and nothing was heard for ${answerSilenceMs / 1000} s`);
    } else if (nowMs - connection.jobMs >= jobSilenceMs) {
      this.#lose(connection, `no job for ${jobSilenceMs / 1000} s`);
    }
  }

  #follow(connection: Connection, { host, port, waitSeconds }: Redirect): void {
    const target = redirected(this.#target, host, port);
    if (target === undefined) {
      this.#fault(`client.reconnect: expected a host, got "${host}"`);
      return;
    }
    const elsewhere = target.host.toLowerCase() !== this.endpoint.host.toLowerCase();
    if (elsewhere && !this.#options.allowRedirect) {
      this.#fault(`wants this miner to go to ${poolName(target)}: not followed (--allow-redirect would)`);
      return;
    }
    this.#target = target;
    const waitMs = Math.min(waitSeconds * 1_000, MAX_REDIRECT_WAIT_MS);
    this.#lose(connection, `asked to reconnect to ${poolName(target)}`, waitMs, true);
  }

  #lose(connection: Connection, reason: string, leastWaitMs = 0, planned = false): void {
    if (this.#connection !== connection) return;
    const { upSinceMs } = connection;
    const { steadyMs, backoff } = this.#options;
    // Where the pool has sent us may be wrong: the next try goes to the address that the user gave.
    if (!planned && upSinceMs === undefined) this.#target = this.endpoint;
    if (upSinceMs !== undefined && performance.now() - upSinceMs >= steadyMs) this.#failures = 0;
    this.#failures++;
    const retryInMs = Math.max(leastWaitMs, backoffMs(this.#failures, Math.random, backoff));
    // Before anybody hears of the loss, and may close this link for it.
    this.#retry = setTimeout(() => this.#connect(), retryInMs);
    this.#drop();
    this.#events.onNotice({
      level: planned ? 'info' : 'warn',
      message: `${reason}; trying again in ${(retryInMs / 1000).toFixed(1)} s`,
      topic: 'failure',
    });
    this.#events.onProgress({ state: 'away', reason, failures: this.#failures });
    this.#events.onDown(planned && retryInMs <= backoff.maxMs);
  }

  #drop(): void {
    clearInterval(this.#check);
    const connection = this.#connection;
    this.#connection = undefined;
    clearTimeout(connection?.waiting);
    connection?.transport.close();
    if (connection?.session !== undefined) this.#events.onSessionEnd(connection.session);
  }

  #fault(message: string): void {
    this.#events.onNotice({ level: 'warn', message, topic: 'fault' });
  }
}

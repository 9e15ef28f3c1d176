/**
 * A lasting link to one full node: connects, reconnects with backoff, and tells a quiet network from a dead node.
 *
 * A **session** is the time during which one node hands out jobs without a gap. Only the node that issued a template
 * accepts its block, and a restarted node has forgotten its templates: so a template is worth nothing once its session
 * has ended. A session may outlive the TCP connection that it began on: a second connection takes over when it brings other
 * jobs. If the second one brings the same jobs, the network is quiet, and nothing is known about the first one.
 * @module
 */
import { equalBytes } from '../protocol/bytes.js';
import type { ChainIndex } from '../protocol/chain.js';
import type { Job, TxsBlob } from '../protocol/job.js';
import { type BackoffOptions, backoffMs } from './backoff.js';
import { type CloseReason, NodeConnection } from './connection.js';
import { describeClose, diagnoseNoJobs, mayBeExplained } from './diagnosis.js';
import { endpointName, type NodeEndpoint } from './endpoint.js';
import { JobOrder } from './job-order.js';

export interface NodeLinkOptions {
  readonly apiKey?: string | undefined;
  /** Longest time from opening a connection to the first Jobs, ms. */
  readonly connectTimeoutMs: number;
  /** Longest frame that is taken, bytes. */
  readonly maxFrameBytes?: number;
  /** Silence after which a second connection is tried, ms. */
  readonly silenceMs: number;
  /** Time in which the second connection must bring Jobs, ms. */
  readonly probeTimeoutMs: number;
  /** How long a connection that was taken over from is kept for its verdicts, ms. */
  readonly verdictMs: number;
  readonly restTimeoutMs: number;
  readonly backoff: BackoffOptions;
  /** A link that was up for so long starts its backoff anew, ms. */
  readonly steadyMs: number;
}

export const DEFAULT_NODE_LINK_OPTIONS: NodeLinkOptions = {
  connectTimeoutMs: 5_000,
  silenceMs: 10_000,
  probeTimeoutMs: 2_000,
  verdictMs: 5_000,
  restTimeoutMs: 2_000,
  backoff: { firstMs: 1_000, maxMs: 30_000 },
  steadyMs: 10_000,
};

export interface NodeLinkEvents {
  /** The newest jobs, without those that are old ones come late; `sessionStarted` with the first ones of a session. */
  onJobs(jobs: readonly Job[], sessionStarted: boolean): void;
  /** The node's verdict on a block sent over this link. */
  onVerdict(blockHash: Uint8Array, accepted: boolean): void;
  /** The session ended, or a try brought none. Told at once. */
  onSessionEnd(): void;
  /** The reason of the last end, in words; may follow somewhat later. @param retryInMs - the wait before the next try, from the loss on */
  onDown(message: string, retryInMs: number): void;
}

/** Most times `silenceMs` between two second connections on a quiet network. */
const MAX_SILENCES = 3;

/** A link to one node; idle until `open`. */
export class NodeLink {
  readonly endpoint: NodeEndpoint;
  readonly #options: NodeLinkOptions;
  readonly #events: NodeLinkEvents;
  readonly #random: () => number;
  #connection: NodeConnection | undefined;
  #probe: NodeConnection | undefined;
  /** The connection that the last probe took over from: it may still bring verdicts. */
  #retired: NodeConnection | undefined;
  #retirement: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** State of the session. */
  #order = new JobOrder();
  #release: NodeJS.Timeout | undefined;
  /** Jobs of the last message. */
  #last: readonly Job[] = [];
  /** Second connections in a row that brought the same jobs. */
  #quietProbes = 0;
  #upSinceMs: number | undefined;
  #failures = 0;
  #closed = false;

  constructor(
    endpoint: NodeEndpoint,
    options: NodeLinkOptions,
    events: NodeLinkEvents,
    random: () => number = Math.random,
  ) {
    this.endpoint = endpoint;
    this.#options = options;
    this.#events = events;
    this.#random = random;
  }

  get name(): string {
    return endpointName(this.endpoint);
  }

  /** Whether a session is under way. */
  get up(): boolean {
    return this.#upSinceMs !== undefined;
  }

  open(): void {
    if (this.#closed) return;
    const connection: NodeConnection = new NodeConnection(this.endpoint, this.#options, {
      onMessage: (message) => {
        if (message.type === 'submitResult') {
          this.#events.onVerdict(message.blockHash, message.accepted);
          return;
        }
        if (this.#connection !== connection) return;
        this.#dropProbe();
        this.#receive(message.jobs);
      },
      onClose: (reason) => {
        if (this.#connection === connection) this.#lose(reason);
      },
    });
    this.#connection = connection;
    this.#wait(this.#options.connectTimeoutMs, () => {
      this.#lose({
        kind: 'timeout',
        detail: `no jobs within ${this.#options.connectTimeoutMs} ms of connecting`,
      });
    });
  }

  /** Sends a found block. @returns false if there is no session */
  submit(header: Uint8Array, txsBlob: TxsBlob): boolean {
    return this.up && this.#connection?.submit(header, txsBlob) === true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#dropConnections();
    this.#upSinceMs = undefined;
  }

  #receive(jobs: readonly Job[]): void {
    const sessionStarted = !this.up;
    this.#upSinceMs ??= performance.now();
    this.#last = jobs;
    this.#quietProbes = 0;
    this.#waitForSilence();
    if (sessionStarted) this.#order = new JobOrder();
    const newest = this.#order.take(jobs, performance.now());
    this.#planRelease();
    this.#events.onJobs(newest, sessionStarted);
  }

  /** A job that is held back is believed after a while, when nothing else comes. */
  #planRelease(): void {
    clearTimeout(this.#release);
    const { dueMs } = this.#order;
    if (dueMs === undefined) return;
    this.#release = setTimeout(
      () => {
        const changed = this.#order.release(performance.now());
        this.#planRelease();
        if (changed) this.#events.onJobs(this.#order.jobs, false);
      },
      Math.max(1, dueMs - performance.now()),
    );
  }

  /** Longer each time that a second connection brought nothing new. */
  #waitForSilence(): void {
    const times = Math.min(1 + this.#quietProbes, MAX_SILENCES);
    this.#wait(times * this.#options.silenceMs, () => this.#probeSilence());
  }

  /** The node's REST API has told the height of a chain: that settles which of two of its jobs is the newer one. */
  settle(chain: ChainIndex, height: number): void {
    const changed = this.#order.settle(chain, height, performance.now());
    this.#planRelease();
    if (changed && this.up) this.#events.onJobs(this.#order.jobs, false);
  }

  /** Chains whose older job is not believed yet. */
  get heldBack(): readonly ChainIndex[] {
    return this.#order.held;
  }

  /** A node brings Jobs at connect: a second connection tells whether the first is quiet or dead. */
  #probeSilence(): void {
    const probe: NodeConnection = new NodeConnection(
      this.endpoint,
      { ...this.#options, connectTimeoutMs: this.#options.probeTimeoutMs },
      {
        onMessage: (message) => {
          if (message.type === 'submitResult') {
            this.#events.onVerdict(message.blockHash, message.accepted);
            return;
          }
          if (this.#probe === probe && sameJobs(message.jobs, this.#last)) {
            this.#dropProbe();
            this.#quietProbes++;
            this.#waitForSilence();
            return;
          }
          if (this.#probe === probe) this.#takeOver(probe);
          if (this.#connection === probe) this.#receive(message.jobs);
        },
        onClose: (reason) => {
          if (this.#probe === probe) {
            this.#lose({
              ...reason,
              detail: `silent for ${this.#options.silenceMs} ms, and a second connection failed: ${reason.detail}`,
            });
          } else if (this.#connection === probe) this.#lose(reason);
        },
      },
    );
    this.#probe = probe;
    this.#wait(this.#options.probeTimeoutMs, () => {
      this.#lose({
        kind: 'timeout',
        detail: `silent for ${this.#options.silenceMs} ms, and a second connection brought no jobs within ${this.#options.probeTimeoutMs} ms`,
      });
    });
  }

  #takeOver(probe: NodeConnection): void {
    const old = this.#connection;
    this.#connection = probe;
    this.#probe = undefined;
    // A verdict comes back on the connection that its block was sent on.
    this.#dropRetired();
    this.#retired = old;
    this.#retirement = setTimeout(() => this.#dropRetired(), this.#options.verdictMs);
  }

  #lose(reason: CloseReason): void {
    clearTimeout(this.#timer);
    this.#dropConnections();
    const hadJobs = this.#upSinceMs !== undefined;
    if (this.#upSinceMs !== undefined && performance.now() - this.#upSinceMs >= this.#options.steadyMs)
      this.#failures = 0;
    this.#upSinceMs = undefined;
    if (this.#closed) return;
    this.#failures++;
    const retryInMs = backoffMs(this.#failures, this.#random, this.#options.backoff);
    this.#wait(retryInMs, () => this.open());
    this.#events.onSessionEnd();
    if (hadJobs || !mayBeExplained(reason)) {
      this.#events.onDown(describeClose(this.endpoint, reason), retryInMs);
      return;
    }
    const rest = { apiKey: this.#options.apiKey, timeoutMs: this.#options.restTimeoutMs };
    const failures = this.#failures;
    void diagnoseNoJobs(this.endpoint, reason, rest).then((message) => {
      // By now the link may be up again, or have failed anew: then this failure is old news.
      if (!this.#closed && !this.up && this.#failures === failures) this.#events.onDown(message, retryInMs);
    });
  }

  #dropRetired(): void {
    clearTimeout(this.#retirement);
    const retired = this.#retired;
    this.#retired = undefined;
    retired?.close();
  }

  #dropProbe(): void {
    const probe = this.#probe;
    this.#probe = undefined;
    probe?.close();
  }

  #dropConnections(): void {
    clearTimeout(this.#release);
    this.#dropProbe();
    this.#dropRetired();
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  /** The link waits for one thing at a time. */
  #wait(delayMs: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, delayMs);
  }
}

function sameJobs(a: readonly Job[], b: readonly Job[]): boolean {
  return a.length === b.length && a.every((job, i) => equalBytes(job.headerBlob, b[i]!.headerBlob));
}

/**
 * Jobs from one or several full nodes: a link to each, and the first in order that is up leads.
 * @module
 */
import type { NodeEndpoint } from '../../node/endpoint.js';
import { chooseLeader, type NodeState } from '../../node/leader.js';
import { DEFAULT_NODE_LINK_OPTIONS, NodeLink, type NodeLinkOptions } from '../../node/node-link.js';
import type { Job } from '../../protocol/job.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { JobSource, SourceEvents, SourceSession } from '../core/source.js';

export interface FullNodeSourceOptions {
  /** In order of preference, at least one. */
  readonly endpoints: readonly NodeEndpoint[];
  readonly link?: Partial<NodeLinkOptions>;
  /** How long a preferred node must have been up before it leads again, ms. */
  readonly returnAfterMs?: number;
}

const DEFAULT_RETURN_AFTER_MS = 60_000;

interface Member {
  readonly link: NodeLink;
  state: NodeState;
  session: SourceSession | undefined;
  jobs: readonly Job[];
}

/** A node never says why. */
const REFUSED: Refusal = { reason: 'other', message: 'refused by the node' };

const NO_EXTRANONCE = new Uint8Array(0);

export class FullNodeSource implements JobSource {
  readonly kind = 'nodes';
  readonly #members: Member[];
  readonly #returnAfterMs: number;
  #events: SourceEvents | undefined;
  #leader: number | undefined;
  /** The session that was announced last. */
  #session: SourceSession | undefined;
  #sessions = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FullNodeSourceOptions) {
    this.#returnAfterMs = options.returnAfterMs ?? DEFAULT_RETURN_AFTER_MS;
    this.#members = options.endpoints.map((endpoint, index) => ({
      link: new NodeLink(
        endpoint,
        { ...DEFAULT_NODE_LINK_OPTIONS, ...options.link },
        {
          onJobs: (jobs, sessionStarted) => this.#receive(index, jobs, sessionStarted),
          onVerdict: (blockHash, accepted) => {
            const session = this.#members[index]!.session;
            if (session === undefined) return;
            this.#events?.onVerdict(session, blockHash, accepted ? undefined : REFUSED);
          },
          onSessionEnd: () => this.#endSession(index),
          onDown: (message, retryInMs) => {
            this.#events?.onNotice({
              level: 'warn',
              name: this.#members[index]!.link.name,
              message: `${message}; trying again in ${(retryInMs / 1000).toFixed(1)} s`,
            });
          },
        },
      ),
      state: { state: 'pending' },
      session: undefined,
      jobs: [],
    }));
  }

  open(events: SourceEvents): void {
    this.#events = events;
    for (const { link } of this.#members) link.open();
    // A preferred node that has been well for long enough takes over without any event of its own.
    if (this.#members.length > 1)
      this.#timer = setInterval(() => this.#elect(), Math.min(1_000, this.#returnAfterMs));
  }

  submit(session: SourceSession, job: Job, header: Uint8Array): boolean {
    const member = this.#members.find((candidate) => candidate.session === session);
    return member?.link.submit(header, job.txsBlob) ?? false;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#events = undefined;
    for (const { link } of this.#members) link.close();
  }

  #receive(index: number, jobs: readonly Job[], sessionStarted: boolean): void {
    const member = this.#members[index]!;
    member.jobs = jobs;
    if (sessionStarted) {
      this.#sessions++;
      member.session = { id: this.#sessions, name: member.link.name, noncePrefix: NO_EXTRANONCE };
      member.state = { state: 'up', sinceMs: performance.now() };
      if (this.#elect()) return;
    }
    if (this.#leader === index) this.#events?.onJobs(member.session!, jobs);
  }

  #endSession(index: number): void {
    const member = this.#members[index]!;
    const { session } = member;
    member.session = undefined;
    member.state = { state: 'down' };
    if (session !== undefined) this.#events?.onSessionEnd(session);
    this.#elect();
  }

  /** @returns whether another node leads now; its jobs were handed on then */
  #elect(): boolean {
    const leader = chooseLeader(
      this.#members.map((member) => member.state),
      this.#leader,
      performance.now(),
      this.#returnAfterMs,
    );
    const session = leader === undefined ? undefined : this.#members[leader]!.session;
    if (leader === this.#leader && session === this.#session) return false;
    this.#leader = leader;
    this.#session = session;
    if (leader === undefined || session === undefined) return false;
    this.#events?.onSession(session);
    this.#events?.onJobs(session, this.#members[leader]!.jobs);
    return true;
  }
}

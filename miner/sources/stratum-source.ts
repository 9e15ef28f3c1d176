/**
 * Jobs from one or several pools. One is mined for: the first in order that is there. A link to a pool further down is
 * opened only when the pools above it are away, since pools see a worker for each connection. The pools above are tried all
 * the while; the first of them that has been well for a minute is mined for again.
 * @module
 */

import { chooseLeader, type NodeState } from '../../node/leader.js';
import { NONCE_BYTES } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { CARRIERS } from '../../protocol/stratum/carrier.js';
import type { JobSource, SourceEvents, SourceSession } from '../core/source.js';
import type { PoolEndpoint } from './pool-endpoint.js';
import { DEFAULT_POOL_LINK_OPTIONS, PoolLink, type PoolLinkOptions } from './pool-link.js';
import type { PoolLogin } from './stratum-client.js';
import type { OpenTransport } from './transports/transport.js';

export interface StratumSourceOptions {
  /** In order of preference, at least one. */
  readonly endpoints: readonly PoolEndpoint[];
  /** For all of them, or one for each in their order. */
  readonly login: PoolLogin | readonly PoolLogin[];
  readonly openTransport: OpenTransport;
  readonly link?: Partial<PoolLinkOptions>;
  /** How long a preferred pool must have been well before it is mined for again, ms. */
  readonly returnAfterMs?: number;
  /** How long a pool that was left is kept connected for its answers, ms. */
  readonly answersMs?: number;
}

/** Shortest password that is looked for in a pool's words, characters: shorter ones are in much that is none. */
const HIDDEN_PASSWORD_CHARS = 6;

const DEFAULT_RETURN_AFTER_MS = 60_000;
const DEFAULT_ANSWERS_MS = 5_000;

interface Member {
  readonly link: PoolLink;
  state: NodeState;
  session: SourceSession | undefined;
  jobs: readonly Job[];
  /** Ends the link of a pool that was left. */
  farewell: ReturnType<typeof setTimeout> | undefined;
}

export class StratumSource implements JobSource {
  readonly kind = 'pools';
  readonly #members: Member[];
  readonly #returnAfterMs: number;
  readonly #answersMs: number;
  readonly #tlsInsecure: boolean;
  #events: SourceEvents | undefined;
  #leader: number | undefined;
  /** The session that was announced last. */
  #session: SourceSession | undefined;
  #sessions = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StratumSourceOptions) {
    this.#returnAfterMs = options.returnAfterMs ?? DEFAULT_RETURN_AFTER_MS;
    this.#answersMs = options.answersMs ?? DEFAULT_ANSWERS_MS;
    this.#tlsInsecure = options.link?.tlsInsecure ?? false;
    const { login, openTransport } = options;
    const linkOptions = { ...DEFAULT_POOL_LINK_OPTIONS, ...options.link, openTransport };
    this.#members = options.endpoints.map((endpoint, index) => {
      const own = 'agent' in login ? login : login[index]!;
      return this.#member(endpoint, index, { ...linkOptions, login: own });
    });
  }

  #member(endpoint: PoolEndpoint, index: number, linkOptions: PoolLinkOptions): Member {
    const hide = hiding(linkOptions.login.password);
    return {
      link: new PoolLink(
        endpoint,
        linkOptions,
        {
          onJobs: (session, jobs) => this.#receive(index, session, jobs),
          onVerdict: (session, blockHash, refusal) => {
            const shown = refusal && { ...refusal, message: hide(refusal.message) };
            this.#events?.onVerdict(session, blockHash, shown);
          },
          onSessionEnd: (session) => this.#endSession(index, session),
          onDown: (planned) => {
            // A pool that will be back at once is waited for, as at the start.
            this.#members[index]!.state = { state: planned ? 'pending' : 'down' };
            this.#elect();
          },
          onProgress: (progress) => {
            const { reason } = progress;
            const shown = reason === undefined ? progress : { ...progress, reason: hide(reason) };
            this.#events?.onProgress({ name: this.#members[index]!.link.name, ...shown });
          },
          onNotice: (notice) => {
            const shown = { ...notice, message: hide(notice.message) };
            this.#events?.onNotice({ name: this.#members[index]!.link.name, ...shown });
          },
        },
        () => ++this.#sessions,
      ),
      state: { state: 'pending' },
      session: undefined,
      jobs: [],
      farewell: undefined,
    };
  }

  open(events: SourceEvents): void {
    this.#events = events;
    if (this.#tlsInsecure) this.#warnOfTls(events);
    this.#engage();
    // A preferred pool that has been well for long enough takes over without any event of its own.
    if (this.#members.length > 1)
      this.#timer = setInterval(() => this.#elect(), Math.min(1_000, this.#returnAfterMs));
  }

  submit(session: SourceSession, job: Job, header: Uint8Array, blockHash: Uint8Array): boolean {
    const member = this.#members.find((candidate) => candidate.session === session);
    return member?.link.submit(session, job, header.subarray(0, NONCE_BYTES), blockHash) ?? false;
  }

  reportHashrate(hashesPerSecond: number): void {
    if (this.#leader !== undefined) this.#members[this.#leader]!.link.reportHashrate(hashesPerSecond);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#events = undefined;
    for (const { link, farewell } of this.#members) {
      clearTimeout(farewell);
      link.close();
    }
  }

  #warnOfTls(events: SourceEvents): void {
    const message =
      'its certificate is not checked (--tls-insecure): whoever is between here and there can read all, ' +
      'take the work, and have it paid to another address';
    for (const { link } of this.#members) {
      if (CARRIERS[link.endpoint.carrier].secure)
        events.onNotice({ level: 'warn', name: link.name, message });
    }
  }

  #receive(index: number, session: SourceSession, jobs: readonly Job[]): void {
    const member = this.#members[index]!;
    if (member.session === undefined) member.state = { state: 'up', sinceMs: performance.now() };
    member.session = session;
    member.jobs = jobs;
    if (this.#elect()) return;
    if (this.#leader === index) this.#events?.onJobs(session, jobs);
  }

  #endSession(index: number, session: SourceSession): void {
    const member = this.#members[index]!;
    if (member.session === session) member.session = undefined;
    this.#events?.onSessionEnd(session);
  }

  /** @returns whether another session is worked for now; its jobs were handed on then */
  #elect(): boolean {
    if (this.#events === undefined) return false;
    const states = this.#members.map(({ state }) => state);
    const leader = chooseLeader(states, this.#leader, performance.now(), this.#returnAfterMs);
    const session = leader === undefined ? undefined : this.#members[leader]!.session;
    const changed = session !== undefined && session !== this.#session;
    this.#leader = leader;
    this.#session = session;
    if (changed) {
      this.#events.onSession(session);
      this.#events.onJobs(session, this.#members[leader!]!.jobs);
    }
    this.#engage();
    return changed;
  }

  /** Opens the links that are wanted, and ends the others: all down to the first pool that is there, or may be yet. */
  #engage(): void {
    const last = this.#members.findIndex(({ state }) => state.state !== 'down');
    const lowest = Math.max(last === -1 ? this.#members.length - 1 : last, this.#leader ?? 0);
    this.#members.forEach((member, index) => {
      if (index <= lowest) {
        clearTimeout(member.farewell);
        member.farewell = undefined;
        member.link.open();
      } else if (member.link.engaged) {
        member.farewell ??= setTimeout(() => this.#dismiss(member), this.#answersMs);
      }
    });
  }

  #dismiss(member: Member): void {
    member.farewell = undefined;
    member.link.close();
    member.state = { state: 'pending' };
  }
}

/** What leaves a password out of a pool's words: some repeat it, and logs are read by others. */
function hiding(password: string): (words: string) => string {
  if (password.length < HIDDEN_PASSWORD_CHARS) return (words) => words;
  return (words) => words.replaceAll(password, '***');
}

/**
 * Several full nodes, of which one leads: a lasting link to each, sessions, and who leads when.
 *
 * ```
 * NodeLink (one a node) -- jobs, verdicts, ends --> NodeSet -- leader's session and jobs --> miner or pool
 * IdentityWatch         -- its identity ---------->    |
 *                                                      +-- submit --> the node that issued the template
 * ```
 *
 * The first node in order leads, unless it is away, behind, or stands still: another takes over at once when its session
 * ends, when others have been two heights ahead of it on some chain for a while, and when a chain of it has had no template
 * for a while though one was due. It leads again once it has been well for a while. A node that no longer leads keeps its
 * session: blocks of its templates can be submitted until its link is lost. The jobs of chains that stand still are handed
 * on with their names.
 *
 * **Identity**, where it is asked for: a node's jobs are held back until its REST API has told its network and its miner
 * addresses.
 *
 * | what is known of the node | used? | asked again |
 * |---|---|---|
 * | it has the expected identity, and that of the other nodes as they were last accepted | yes | from time to time |
 * | it has another identity | no, not even if it is the only node | when it reconnects, and from time to time |
 * | nothing: its REST API does not answer (many keep it closed) | if it is the only node, with a warning | over and over |
 * | its identity before it stopped answering | as if it still had that one | over and over |
 * | its identity, and the register has come to hold another one | as before, until it answers or fails some times | at once |
 *
 * A register outside may keep the identity that nodes must have. It is asked before a node is used, and decides. While the
 * register is away nodes are used all the same, and compared when it is back. To change the addresses of several nodes, tell
 * the register, or start this program anew where there is no register: nodes that are changed one by one differ.
 * @module
 */

import type { Job, TxsBlob } from '../protocol/job.js';
import { ChainWatch } from './chain-watch.js';
import { endpointName } from './endpoint.js';
import { HEIGHT_EVERY_MS } from './height-watch.js';
import {
  type ExpectedIdentity,
  type IdentityHints,
  identityDifference,
  type NodeIdentity,
  sameIdentity,
} from './identity.js';
import { type IdentityVerdict, judgeIdentity } from './identity-judge.js';
import { IdentityRegister } from './identity-register.js';
import { IdentityWatch } from './identity-watch.js';
import { createMember, type Member, statusOf } from './member.js';
import { NodeElection } from './node-election.js';
import { DEFAULT_NODE_LINK_OPTIONS, NodeLink } from './node-link.js';
import type {
  NodeAddress,
  NodeSession,
  NodeSetEvents,
  NodeSetOptions,
  NodeStatus,
  Nodes,
} from './node-set-port.js';
import { STANDSTILL_MS } from './standstill.js';

const DEFAULT_RETURN_AFTER_MS = 60_000;
const DEFAULT_LAG_MS = 5_000;
const DEFAULT_IDENTITY_AGAIN_MS = 60_000;
/** Longest time between two looks at who should lead, ms. */
const TICK_MS = 500;

export class NodeSet implements Nodes {
  readonly #options: Required<Pick<NodeSetOptions, 'returnAfterMs' | 'lagMs' | 'standstillMs'>>;
  readonly #register: IdentityRegister;
  readonly #hints: IdentityHints | undefined;
  readonly #members: readonly Member[];
  readonly #election: NodeElection;
  #events: NodeSetEvents | undefined;
  #sessions = 0;
  #identity: NodeIdentity | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NodeSetOptions) {
    this.#options = {
      returnAfterMs: options.returnAfterMs ?? DEFAULT_RETURN_AFTER_MS,
      lagMs: options.lagMs ?? DEFAULT_LAG_MS,
      standstillMs: options.standstillMs ?? STANDSTILL_MS,
    };
    this.#election = new NodeElection(this.#options, {
      onFault: (member, message) => this.#tell(member, message),
      onWell: ({ name }, message) => this.#events?.onNotice({ level: 'info', name, message }),
    });
    const { expected = {}, claim, hints } = options.identity ?? {};
    this.#hints = hints;
    this.#register = new IdentityRegister(expected, claim, () => this.#judge());
    this.#members = options.nodes.map((node, index) => this.#createMember(options, node, index));
  }

  get nodes(): readonly NodeStatus[] {
    return this.#members.map((member) => statusOf(member, this.#election.leader));
  }

  open(events: NodeSetEvents): void {
    this.#events = events;
    for (const { link } of this.#members) link.open();
    // Time alone may change who leads, and which chains stand still.
    const { returnAfterMs, lagMs, standstillMs } = this.#options;
    const tickMs = Math.max(10, Math.min(TICK_MS, returnAfterMs / 2, lagMs / 2, standstillMs / 2));
    this.#timer = setInterval(() => this.#elect(), tickMs);
  }

  submit(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    const member = this.#members.find((candidate) => candidate.session?.id === session.id);
    if (member?.link.submit(header, txsBlob) !== true) return false;
    member.chains.noteSent(header);
    return true;
  }

  expect(expected: ExpectedIdentity): void {
    if (this.#register.expect(expected))
      for (const member of this.#members) {
        const { jobs, answer, told, watch } = member;
        if (jobs === undefined || answer === undefined || told === undefined) continue;
        if (identityDifference(told, expected, '') === undefined) continue;
        // The node's answer may be as old as the identity that it was compared with.
        member.answer = undefined;
        watch?.start();
      }
    this.#judge();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#events = undefined;
    for (const { link, watch, chains } of this.#members) {
      watch?.stop();
      chains.stop();
      link.close();
    }
  }

  #createMember(options: NodeSetOptions, node: NodeAddress, index: number): Member {
    const link = { ...DEFAULT_NODE_LINK_OPTIONS, ...options.link };
    const { endpoint, apiKey = link.apiKey } = node;
    const { backoff, restTimeoutMs: timeoutMs } = link;
    const againMs = options.identity?.againMs ?? DEFAULT_IDENTITY_AGAIN_MS;
    const { heightEveryMs = HEIGHT_EVERY_MS } = options;
    const { standstillMs } = this.#options;
    const rest = { apiKey, timeoutMs, backoff };
    const nodeLink = new NodeLink(
      endpoint,
      { ...link, apiKey },
      {
        onJobs: (jobs, sessionStarted) => this.#receive(member, jobs, sessionStarted),
        onVerdict: (blockHash, accepted) => {
          member.chains.takeVerdict(blockHash, accepted, performance.now());
          if (member.session !== undefined) this.#events?.onVerdict(member.session, blockHash, accepted);
        },
        onSessionEnd: () => this.#lose(member),
        onDown: (message, retryInMs) => {
          this.#tell(member, `${message}; trying again in ${(retryInMs / 1000).toFixed(1)} s`);
        },
      },
    );
    const member: Member = createMember({
      endpoint,
      apiKey,
      index,
      name: endpointName(endpoint),
      link: nodeLink,
      chains: new ChainWatch(endpoint, { ...rest, heightEveryMs, standstillMs }, nodeLink),
      watch:
        options.identity &&
        new IdentityWatch(endpoint, { ...rest, againMs }, (answer) => {
          member.answer = answer;
          if (answer.known) member.told = answer.identity;
          this.#judge();
        }),
    });
    return member;
  }

  #receive(member: Member, jobs: readonly Job[], sessionStarted: boolean): void {
    member.jobs = jobs;
    if (sessionStarted) {
      member.chains.start();
      if (member.watch === undefined) this.#use(member);
      else member.watch.start();
    }
    member.chains.takeJobs(jobs, performance.now());
    if (!this.#elect()) this.#handOn(member);
  }

  /** Hands on the jobs of the node that leads: they have changed, or other chains of it stand still. */
  #handOn({ session, jobs, chains }: Member): void {
    if (session === undefined || session !== this.#election.leader || jobs === undefined) return;
    const standing = chains.standing.map(({ chain }) => chain);
    this.#events?.onJobs(session, jobs, standing);
  }

  /** The node's link has no session any more, or a try brought none. */
  #lose(member: Member): void {
    member.watch?.stop();
    member.chains.stop();
    member.standingTold = undefined;
    member.tried = true;
    member.jobs = undefined;
    member.answer = undefined;
    member.refused = false;
    this.#dismiss(member);
    // A node after it in order may have waited for it.
    this.#judge();
  }

  /** Judges all nodes by their identities; again when a node that the others are compared with has changed. */
  #judge(): void {
    if (this.#events === undefined) return;
    let changed = false;
    for (const member of this.#members) {
      if (member.jobs === undefined || member.answer === undefined) continue;
      const verdict = judgeIdentity(member, this.#members, this.#register.expected, this.#hints);
      if (verdict.use === 'later' || !this.#isSettled(member, verdict)) continue;
      member.tried = true;
      if (verdict.use === 'no') this.#refuse(member, verdict.why);
      else if (verdict.identity === undefined) this.#accept(member, verdict.warning);
      else {
        changed ||= !sameIdentity(verdict.identity, member.accepted);
        member.accepted = verdict.identity;
        if (!sameIdentity(verdict.identity, this.#identity)) {
          this.#identity = verdict.identity;
          this.#events?.onIdentity?.(verdict.identity);
        }
        this.#accept(member);
      }
    }
    if (changed) this.#judge();
    else this.#elect();
  }

  /** Whether a node can be used without waiting for the register's answer. A node that is in use stays so meanwhile. */
  #isSettled(member: Member, verdict: IdentityVerdict): boolean {
    if (verdict.use !== 'yes' || verdict.identity === undefined) return true;
    return this.#register.settled(verdict.identity) || member.session !== undefined;
  }

  #accept(member: Member, warning?: string): void {
    member.refused = false;
    if (warning === undefined) {
      if (!member.behind) member.detail = undefined;
    } else if (member.detail !== warning) this.#tell(member, warning);
    if (member.session === undefined) this.#use(member);
  }

  #refuse(member: Member, why: string): void {
    const message = `not used: ${why}`;
    if (!member.refused || member.detail !== message) this.#tell(member, message);
    member.refused = true;
    this.#dismiss(member);
  }

  #use(member: Member): void {
    this.#sessions++;
    member.tried = true;
    member.session = { id: this.#sessions, node: member.index, name: member.name };
    member.hasLed = false;
    member.behind = false;
    member.wellSinceMs = performance.now();
    if (member.watch === undefined) member.detail = undefined;
  }

  #dismiss(member: Member): void {
    const { session } = member;
    member.session = undefined;
    if (session !== undefined && member.hasLed) this.#events?.onSessionEnd(session);
  }

  /** @returns whether another session leads now; its jobs were handed on then */
  #elect(): boolean {
    const { leader, changed } = this.#election.hold(this.#members, performance.now());
    if (leader === undefined) {
      for (const member of changed) this.#handOn(member);
      return false;
    }
    leader.hasLed = true;
    this.#events?.onSession(this.#election.leader!);
    this.#handOn(leader);
    return true;
  }

  /** Notes and tells what is wrong with a node. */
  #tell(member: Member, message: string): void {
    member.detail = message;
    this.#events?.onNotice({ level: 'warn', name: member.name, message });
  }
}

/**
 * Who leads a set of nodes: which node is behind the others, on which a chain stands still, and which leads then.
 * @module
 */
import { chainName } from '../protocol/chain.js';
import { LAG_HEIGHTS, type Lag, laggingChain, updateLag } from './lag.js';
import { chooseLeader } from './leader.js';
import { type Member, nodeStateOf } from './member.js';
import type { NodeSession, NodeSetOptions } from './node-set-port.js';
import { describeStanding } from './standstill-words.js';

/** Least time between two words about chains of a node that stand still, ms: they may come to it one by one. */
const STANDING_TOLD_MS = 10_000;

/** What an election finds in the nodes. */
export interface NodeElectionEvents {
  /** Something is wrong with a node. */
  onFault(member: Member, message: string): void;
  /** What was wrong with a node is over. */
  onWell(member: Member, message: string): void;
}

/** What an election changed. */
export interface ElectionResult {
  /** The node that leads now, if another session led before. */
  readonly leader: Member | undefined;
  /** Nodes of which other chains stand still than before. */
  readonly changed: readonly Member[];
}

export class NodeElection {
  readonly #options: Required<Pick<NodeSetOptions, 'returnAfterMs' | 'lagMs'>>;
  readonly #events: NodeElectionEvents;
  #leader: NodeSession | undefined;
  #lag: Lag = [];

  constructor(
    options: Required<Pick<NodeSetOptions, 'returnAfterMs' | 'lagMs'>>,
    events: NodeElectionEvents,
  ) {
    this.#options = options;
    this.#events = events;
  }

  /** Session that leads, or led last. */
  get leader(): NodeSession | undefined {
    return this.#leader;
  }

  /** Looks at all nodes, and lets one of them lead. @param nowMs - monotonic */
  hold(members: readonly Member[], nowMs: number): ElectionResult {
    const changed = this.#look(members, nowMs);
    const states = members.map(nodeStateOf);
    const index = chooseLeader(states, this.#leader?.node, nowMs, this.#options.returnAfterMs);
    const next = index === undefined ? undefined : members[index]!;
    if (next?.session === undefined || next.session === this.#leader) return { leader: undefined, changed };
    this.#leader = next.session;
    return { leader: next, changed };
  }

  /** Sees which nodes are behind, and whose chains stand still. @returns nodes of which other chains do */
  #look(members: readonly Member[], nowMs: number): Member[] {
    this.#lag = updateLag(
      this.#lag,
      members.map(({ session, jobs }) => (session === undefined ? undefined : jobs)),
      nowMs,
    );
    for (const member of members) this.#lookAtLag(member, nowMs);
    return members.filter((member) => this.#lookAtChains(member, nowMs));
  }

  #lookAtLag(member: Member, nowMs: number): void {
    if (member.session === undefined) return;
    const { lagMs } = this.#options;
    const chain = laggingChain(this.#lag[member.index]!, nowMs, lagMs);
    if (chain === undefined) {
      if (member.behind) {
        member.wellSinceMs = nowMs;
        member.detail = undefined;
        member.standingTold = undefined;
      }
    } else if (!member.behind) {
      const seconds = (lagMs / 1000).toFixed(1);
      this.#events.onFault(
        member,
        `behind: for ${seconds} s others have been ${LAG_HEIGHTS} or more heights ahead on chain ${chainName(chain)}`,
      );
    }
    member.behind = chain !== undefined;
  }

  /** @returns whether other chains of the node stand still than before */
  #lookAtChains(member: Member, nowMs: number): boolean {
    if (member.session === undefined) return false;
    const changed = member.chains.look(nowMs);
    const { standing } = member.chains;
    const told = member.standingTold;
    if (standing.length === 0) {
      if (!changed) return false;
      member.wellSinceMs = nowMs;
      member.standingTold = undefined;
      if (!member.behind) member.detail = undefined;
      this.#events.onWell(member, 'all chains have templates again');
    } else if (
      told === undefined ||
      (told.chains < standing.length && nowMs - told.atMs >= STANDING_TOLD_MS)
    ) {
      member.standingTold = { chains: standing.length, atMs: nowMs };
      this.#events.onFault(member, describeStanding(standing, nowMs));
    }
    return changed;
  }
}

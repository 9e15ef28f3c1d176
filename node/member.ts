/**
 * The state that a set of nodes keeps for each node.
 * @module
 */
import type { Job } from '../protocol/job.js';
import type { NodeIdentity } from './identity.js';
import type { IdentityAnswer, IdentityWatch } from './identity-watch.js';
import type { NodeState } from './leader.js';
import type { NodeLink } from './node-link.js';
import type { NodeAddress, NodeSession, NodeStatus } from './node-set-port.js';

export interface Member extends NodeAddress {
  readonly index: number;
  readonly name: string;
  readonly link: NodeLink;
  readonly watch: IdentityWatch | undefined;
  /** Whether the node connected, or was given up, since the start. */
  tried: boolean;
  /** Newest jobs of the link's session; undefined without a session. */
  jobs: readonly Job[] | undefined;
  /** The node's identity, as far as it told it since it connected. */
  answer: IdentityAnswer | undefined;
  /** The identity that the node told last. */
  told: NodeIdentity | undefined;
  accepted: NodeIdentity | undefined;
  refused: boolean;
  detail: string | undefined;
  session: NodeSession | undefined;
  hasLed: boolean;
  behind: boolean;
  wellSinceMs: number;
}

/** The state of a node that nothing is known of yet. */
export function createMember(parts: NodeAddress & Pick<Member, 'index' | 'name' | 'link' | 'watch'>): Member {
  return {
    ...parts,
    tried: false,
    jobs: undefined,
    answer: undefined,
    told: undefined,
    accepted: undefined,
    refused: false,
    detail: undefined,
    session: undefined,
    hasLed: false,
    behind: false,
    wellSinceMs: 0,
  };
}

/** The node's state for the choice of the leader. */
export function nodeStateOf(member: Member): NodeState {
  if (member.session === undefined) return { state: member.tried ? 'down' : 'pending' };
  return member.behind ? { state: 'behind' } : { state: 'up', sinceMs: member.wellSinceMs };
}

/** The node's state for people. @param leader - the session that leads */
export function statusOf(member: Member, leader: NodeSession | undefined): NodeStatus {
  const { endpoint, apiKey, name, detail, session, accepted } = member;
  return { endpoint, apiKey, name, state: stateOf(member, leader), detail, session, identity: accepted };
}

function stateOf(member: Member, leader: NodeSession | undefined): NodeStatus['state'] {
  if (member.session === undefined) return member.refused ? 'refused' : 'away';
  if (member.session === leader) return 'leading';
  return member.behind ? 'behind' : 'ready';
}

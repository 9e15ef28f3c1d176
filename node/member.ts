/**
 * The state that a set of nodes keeps for each node.
 * @module
 */
import { type Job, nodeKeepsTxs } from '../protocol/job.js';
import type { ChainWatch } from './chain-watch.js';
import type { NodeIdentity } from './identity.js';
import type { IdentityAnswer, IdentityWatch } from './identity-watch.js';
import type { NodeState } from './leader.js';
import type { NodeLink } from './node-link.js';
import type { NodeAddress, NodeSession, NodeStatus } from './node-set-port.js';

export interface Member extends NodeAddress {
  readonly index: number;
  readonly name: string;
  readonly link: NodeLink;
  readonly chains: ChainWatch;
  readonly watch: IdentityWatch | undefined;
  /** Whether the node connected, or was given up, since the start. */
  tried: boolean;
  /** Newest jobs of the link's session; undefined without a session. */
  jobs: readonly Job[] | undefined;
  /** The identity that the node told since it connected; undefined until it did. */
  answer: IdentityAnswer | undefined;
  /** The identity that the node told last. */
  told: NodeIdentity | undefined;
  accepted: NodeIdentity | undefined;
  refused: boolean;
  detail: string | undefined;
  session: NodeSession | undefined;
  hasLed: boolean;
  behind: boolean;
  /** The last word about chains of the node that stand still; undefined if there was none since the node was well. */
  standingTold: { readonly chains: number; readonly atMs: number } | undefined;
  wellSinceMs: number;
}

/** The state of a node about which nothing is known yet. */
export function createMember(
  parts: NodeAddress & Pick<Member, 'index' | 'name' | 'link' | 'chains' | 'watch'>,
): Member {
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
    standingTold: undefined,
    wellSinceMs: 0,
  };
}

/** The node's state for the choice of the leader. */
export function nodeStateOf(member: Member): NodeState {
  if (member.session === undefined) return { state: member.tried ? 'down' : 'pending' };
  return isBehind(member) ? { state: 'behind' } : { state: 'up', sinceMs: member.wellSinceMs };
}

/** The node's state for people. @param leader - the session that leads */
export function statusOf(member: Member, leader: NodeSession | undefined): NodeStatus {
  const { endpoint, apiKey, name, detail, session, accepted, chains, jobs = [] } = member;
  const state = stateOf(member, leader);
  const standing = chains.standing.length;
  const wholeBlocks = jobs.some(({ txsBlob }) => !nodeKeepsTxs(txsBlob));
  return { endpoint, apiKey, name, state, detail, standing, wholeBlocks, session, identity: accepted };
}

/** Whether another node should lead, if there is one: others are ahead of this node, or a chain of it stands still. */
function isBehind({ behind, chains }: Member): boolean {
  return behind || chains.standing.length > 0;
}

function stateOf(member: Member, leader: NodeSession | undefined): NodeStatus['state'] {
  if (member.session === undefined) return member.refused ? 'refused' : 'away';
  if (member.session === leader) return 'leading';
  return isBehind(member) ? 'behind' : 'ready';
}

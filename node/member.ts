/**
 * What a set of nodes keeps of each of them.
 * @module
 */
import type { Job } from '../protocol/job.js';
import { type ExpectedIdentity, identityDifference, type NodeIdentity } from './identity.js';
import type { IdentityAnswer, IdentityWatch } from './identity-watch.js';
import type { NodeState } from './leader.js';
import type { NodeLink } from './node-link.js';
import type { NodeAddress, NodeSession, NodeStatus } from './node-set-port.js';

/** So many questions of a node in doubt may fail before it is judged as one that can't be asked. */
const DOUBT_FAILURES = 3;

export interface Member extends NodeAddress {
  readonly index: number;
  readonly name: string;
  readonly link: NodeLink;
  readonly watch: IdentityWatch | undefined;
  /** Whether it was heard of, or given up, since the start. */
  tried: boolean;
  /** Newest jobs of the link's session; undefined where it has none. */
  jobs: readonly Job[] | undefined;
  /** Who it is, as far as it told since it connected. */
  answer: IdentityAnswer | undefined;
  /** Who it said it is when it last could be asked, on whatever connection. */
  told: NodeIdentity | undefined;
  /** Whether what it said may have changed together with what is expected: until it is asked, it stays as it is. */
  doubted: boolean;
  accepted: NodeIdentity | undefined;
  refused: boolean;
  detail: string | undefined;
  session: NodeSession | undefined;
  hasLed: boolean;
  behind: boolean;
  wellSinceMs: number;
}

/** A node that nothing is known of yet. */
export function createMember(parts: NodeAddress & Pick<Member, 'index' | 'name' | 'link' | 'watch'>): Member {
  return {
    ...parts,
    tried: false,
    jobs: undefined,
    answer: undefined,
    told: undefined,
    doubted: false,
    accepted: undefined,
    refused: false,
    detail: undefined,
    session: undefined,
    hasLed: false,
    behind: false,
    wellSinceMs: 0,
  };
}

/** Notes what came of a question who it is. */
export function hear(member: Member, answer: IdentityAnswer): void {
  // Nodes may be slow, or turn questions away, just when all their front ends ask: one failure says nothing.
  if (!answer.known && member.doubted && answer.failures < DOUBT_FAILURES) return;
  // What is expected may have become what it said again, while it is still being asked: then that stands.
  if (answer.known || member.doubted || member.answer?.known !== true) member.answer = answer;
  if (answer.known) member.told = answer.identity;
  member.doubted = false;
}

/** Another thing is expected now: what it said may be as old as what that was compared with. It is asked again then. */
export function doubt(member: Member, expected: ExpectedIdentity): void {
  const { jobs, answer, told, watch } = member;
  if (jobs === undefined || answer === undefined || told === undefined) return;
  member.doubted = identityDifference(told, expected, '') !== undefined;
  if (member.doubted) watch?.start();
}

/** How it stands for who should lead. */
export function nodeStateOf(member: Member): NodeState {
  if (member.session === undefined) return { state: member.tried ? 'down' : 'pending' };
  return member.behind ? { state: 'behind' } : { state: 'up', sinceMs: member.wellSinceMs };
}

/** How it stands for people. @param leader - the session that leads */
export function statusOf(member: Member, leader: NodeSession | undefined): NodeStatus {
  const { endpoint, apiKey, name, detail, session, accepted } = member;
  return { endpoint, apiKey, name, state: stateOf(member, leader), detail, session, identity: accepted };
}

function stateOf(member: Member, leader: NodeSession | undefined): NodeStatus['state'] {
  if (member.session === undefined) return member.refused ? 'refused' : 'away';
  if (member.session === leader) return 'leading';
  return member.behind ? 'behind' : 'ready';
}

/**
 * A set over nodes that do what the test says, and what it told.
 * @module
 */
import type { NodeIdentity } from '../../node/identity.js';
import { NodeSet } from '../../node/node-set.js';
import type { NodeSession, NodeSetOptions } from '../../node/node-set-port.js';
import { encodeJobs } from '../../protocol/frames.js';
import type { Job } from '../../protocol/job.js';
import { closers } from './closers.js';
import { FakeNode } from './fake-node.js';
import { FakeRest } from './fake-rest.js';
import { makeJobs } from './jobs.js';

export interface Fake {
  node: FakeNode;
  readonly rest: FakeRest;
}

/** A node that hands out jobs of a height, its own number as their parent. */
export async function fakeNode(parent: number, height = 10): Promise<Fake> {
  const fake = { node: await FakeNode.listen(), rest: await FakeRest.listen() };
  fake.node.onConnection = (socket) => socket.write(encodeJobs(makeJobs({ parent, height })));
  closers.push(() => fake.node.close());
  closers.push(() => fake.rest.close());
  return fake;
}

export interface Watched {
  readonly set: NodeSet;
  readonly sessions: NodeSession[];
  readonly ended: NodeSession[];
  readonly jobs: { readonly session: NodeSession; readonly jobs: readonly Job[] }[];
  /** Chains that stand still, as they were named with each jobs. */
  readonly standing: (readonly number[])[];
  readonly notices: string[];
  readonly identities: NodeIdentity[];
  /** Index of the node that leads. */
  leader(): number | undefined;
}

/** Closed with the test. */
export function openSet(fakes: readonly Fake[], options: Partial<NodeSetOptions> = {}): Watched {
  const set = new NodeSet({
    nodes: fakes.map(({ node, rest }) => ({ endpoint: { ...node.endpoint, restPort: rest.port } })),
    ...options,
    link: { silenceMs: 5_000, backoff: { firstMs: 30, maxMs: 30 }, ...options.link },
  });
  closers.push(() => set.close());
  const watched: Omit<Watched, 'set' | 'leader'> = {
    sessions: [],
    ended: [],
    jobs: [],
    standing: [],
    notices: [],
    identities: [],
  };
  set.open({
    onIdentity: (identity) => watched.identities.push(identity),
    onSession: (session) => watched.sessions.push(session),
    onJobs: (session, jobs, standing) => {
      watched.jobs.push({ session, jobs });
      watched.standing.push(standing);
    },
    onVerdict: () => {},
    onSessionEnd: (session) => watched.ended.push(session),
    onNotice: ({ name, message }) => watched.notices.push(`${name}: ${message}`),
  });
  return { ...watched, set, leader: () => watched.sessions.at(-1)?.node };
}

export const states = ({ set }: Watched): string[] => set.nodes.map(({ state }) => state);

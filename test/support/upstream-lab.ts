/**
 * An upstream over devnets, and what it told.
 * @module
 */
import type { Devnet, DevnetOptions } from '../../devnet/app.js';
import type { NodeEndpoint } from '../../node/endpoint.js';
import type { UpstreamIdentity, UpstreamSession } from '../../pool/ports/upstream.js';
import { FullNodeUpstream } from '../../pool/upstream/full-node-upstream.js';
import { createPoolNodes, type PoolNodesOptions } from '../../pool/upstream/pool-nodes.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { Job } from '../../protocol/job.js';
import { blockHash } from '../../protocol/pow.js';
import { closers } from './closers.js';
import { solve } from './raw-miner.js';

/** A find costs some 125 hashes. */
export const EASY: DevnetOptions = { rate: 1000, blockTimeMs: 2000, retarget: false };

export interface Watched {
  readonly upstream: FullNodeUpstream;
  readonly sessions: UpstreamSession[];
  readonly ended: UpstreamSession[];
  readonly identities: UpstreamIdentity[];
  readonly notices: string[];
  /** `hash state`, in order. */
  readonly states: string[];
  jobs: readonly Job[];
  statesOf(hash: string): string[];
}

/** Closed with the test. */
export function openUpstream(options: PoolNodesOptions): Watched {
  const link = { backoff: { firstMs: 30, maxMs: 30 }, ...options.link };
  const upstream = new FullNodeUpstream(createPoolNodes({ ...options, link }));
  closers.push(() => upstream.close());
  const watched: Watched = {
    upstream,
    sessions: [],
    ended: [],
    identities: [],
    notices: [],
    states: [],
    jobs: [],
    statesOf: (hash) => watched.states.filter((line) => line.startsWith(hash)).map((line) => line.slice(65)),
  };
  upstream.open({
    onIdentity: (identity) => watched.identities.push(identity),
    onSession: (session) => watched.sessions.push(session),
    onJobs: (_session, jobs) => {
      watched.jobs = jobs;
    },
    onSessionEnd: (session) => watched.ended.push(session),
    onBlockState: (hash, state) => watched.states.push(`${hash} ${state}`),
    onNotice: ({ message }) => watched.notices.push(message),
  });
  return watched;
}

export const endpointOf = ({ host, minerApiPort, restPort }: Devnet): NodeEndpoint => ({
  host,
  port: minerApiPort,
  restPort,
});

/** Finds a block of a job and sends it. @returns its hash */
export function submit(
  { upstream, sessions, jobs }: Watched,
  chain: number,
  session = sessions.at(-1)!,
): string {
  const job = jobs[chain]!;
  const header = solve(job);
  const hash = blockHash(header);
  upstream.submit(session, job, header, hash);
  return bytesToHex(hash);
}

/**
 * The port to the source of jobs and the receiver of found blocks: one or several full nodes, of which one leads.
 *
 * ```
 * submit --> the node that issued the template --> its verdict                   accepted | refused
 *                         \--> none within 5 s, or the connection is lost        unanswered
 *                                  \--> looked up at all nodes, for a while      accepted | missing
 * lookUp (open blocks of an earlier run) ----/
 * ```
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Job, SentBlock } from '../../protocol/job.js';
import type { BlockStateChange } from '../domain/block-record.js';

/** The time during which one node hands out jobs without a gap. Only that node takes blocks of its jobs. */
export interface UpstreamSession {
  /** Unique in this process. */
  readonly id: number;
  /** The node, as people write it: `host:port`. */
  readonly name: string;
}

/** The identity of a node, which all nodes of a pool must share: its network and reward addresses. */
export interface UpstreamIdentity {
  /** Alephium's network id: 0 main, 1 test, 4 development. */
  readonly networkId: number;
  /** The four reward addresses, of groups 0 to 3. */
  readonly minerAddresses: readonly string[];
}

/** A message for the operator about one node. */
export interface UpstreamNotice {
  readonly level: 'info' | 'warn';
  readonly name: string;
  readonly message: string;
}

export interface UpstreamEvents {
  /** The identity of the nodes in use. Called before the first session of a node that could be asked, and when it changes. */
  onIdentity(identity: UpstreamIdentity): void;
  /** This session leads from now on; its newest jobs follow in the same tick. One before it has ended, or was left. */
  onSession(session: UpstreamSession): void;
  /**
   * The newest job of each chain, of the session that leads. Most are the same as before.
   * @param standing - chains on which the node stands still: work on their jobs is worth nothing
   */
  onJobs(session: UpstreamSession, jobs: readonly Job[], standing?: readonly ChainIndex[]): void;
  /** A session that led is over: its headers are worthless now. */
  onSessionEnd(session: UpstreamSession): void;
  /**
   * The new state of a block. `accepted`, `refused` and `missing` are final; `unanswered` comes before one of
   * them, at most once, and may stay if no node can be asked: look the block up at the next start.
   * @param hash - hex
   */
  onBlockState(hash: string, state: BlockStateChange['state']): void;
  onNotice(notice: UpstreamNotice): void;
}

/** The state of a node. `refused`: it is not used, whatever happens to the other nodes; `detail` says why. */
export interface UpstreamNode {
  readonly name: string;
  readonly state: 'leading' | 'ready' | 'behind' | 'refused' | 'away';
  /** The last fault in words; undefined while there is none. */
  readonly detail: string | undefined;
  /** Chains on which it stands still: it brings no template, though one is due. */
  readonly standing: number;
}

/** The source of jobs and the receiver of blocks. It retries by itself, for ever. */
export interface Upstream {
  /** Nodes in order of preference. */
  readonly nodes: readonly UpstreamNode[];
  /** Number of sent blocks that wait for a verdict. */
  readonly waiting: number;
  open(events: UpstreamEvents): void;
  /** Sets the identity that nodes must have, as the store holds it; missing parts are open. Nodes that differ are not used. */
  expect(identity: Partial<UpstreamIdentity>): void;
  /**
   * Sends a block to the node that issued its template. Its fate is told by `onBlockState`, never within
   * this call.
   * @param session - the session that the job came from, whether or not it leads
   * @param header - 326 bytes
   * @param hash - its hash, 32 bytes
   */
  submit(session: UpstreamSession, job: Job, header: Uint8Array, hash: Uint8Array): void;
  /**
   * Finds out what became of a block of an earlier run. One that no node has is sent again where that can help.
   * @param hash - hex
   * @param block - as it was sent
   */
  lookUp(hash: string, block?: SentBlock): void;
  close(): void;
}

/**
 * The port to where jobs come from and found blocks go: one or several full nodes, of which one leads.
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
import type { Job } from '../../protocol/job.js';
import type { BlockStateChange } from '../domain/block-record.js';

/** The time during which one node hands out jobs without a gap. Only that node takes blocks of its jobs. */
export interface UpstreamSession {
  /** Unique in this process. */
  readonly id: number;
  /** The node, as people write it: `host:port`. */
  readonly name: string;
}

/** Where a node's blocks go: what all nodes of a pool must have in common. */
export interface UpstreamIdentity {
  /** Alephium's network id: 0 main, 1 test, 4 development. */
  readonly networkId: number;
  /** The four reward addresses, of groups 0 to 3. */
  readonly minerAddresses: readonly string[];
}

/** Something that the operator should know, of one node. */
export interface UpstreamNotice {
  readonly level: 'info' | 'warn';
  readonly name: string;
  readonly message: string;
}

export interface UpstreamEvents {
  /** What the nodes in use say they are. Told before the first session of a node that could be asked, and when it changes. */
  onIdentity(identity: UpstreamIdentity): void;
  /** This session leads from now on; its newest jobs follow in the same tick. One before it has ended, or was left. */
  onSession(session: UpstreamSession): void;
  /**
   * The newest job of each chain, of the session that leads. Most are the same as before.
   * @param standing - chains on which the node stands still: work on their jobs is worth nothing
   */
  onJobs(session: UpstreamSession, jobs: readonly Job[], standing?: readonly ChainIndex[]): void;
  /** A session that led is over: its headers are worth nothing any more. */
  onSessionEnd(session: UpstreamSession): void;
  /**
   * What became of a block. `accepted`, `refused` and `missing` are the end of it; `unanswered` comes before one of
   * them, at most once, and may stay if no node can be asked: look the block up at the next start.
   * @param hash - hex
   */
  onBlockState(hash: string, state: BlockStateChange['state']): void;
  onNotice(notice: UpstreamNotice): void;
}

/** Where a node stands. `refused`: it is not used, whatever happens to the others; `detail` says why. */
export interface UpstreamNode {
  readonly name: string;
  readonly state: 'leading' | 'ready' | 'behind' | 'refused' | 'away';
  /** The last that went wrong, in words; undefined while nothing does. */
  readonly detail: string | undefined;
  /** Chains on which it stands still: it brings no template, though one is due. */
  readonly standing: number;
}

/** Where jobs come from and blocks go. Retries by itself, for ever. */
export interface Upstream {
  /** Nodes in order of preference. */
  readonly nodes: readonly UpstreamNode[];
  /** Blocks that were sent, and whose verdict is still awaited. */
  readonly waiting: number;
  open(events: UpstreamEvents): void;
  /** The store says that this is what the nodes must be; what is missing is open. Those that differ are not used. */
  expect(identity: Partial<UpstreamIdentity>): void;
  /**
   * Sends a block to the node that issued its template; what becomes of it is told by `onBlockState`, never within
   * this call.
   * @param session - the one that the job came from, whether it leads or not
   * @param header - 326 bytes
   * @param hash - its hash, 32 bytes
   */
  submit(session: UpstreamSession, job: Job, header: Uint8Array, hash: Uint8Array): void;
  /** Finds out what became of a block of an earlier run. @param hash - hex */
  lookUp(hash: string): void;
  close(): void;
}

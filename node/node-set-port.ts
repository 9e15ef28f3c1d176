/**
 * The settings and events of a set of full nodes.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import type { Job, TxsBlob } from '../protocol/job.js';
import type { NodeEndpoint } from './endpoint.js';
import type { ExpectedIdentity, IdentityHints, NodeIdentity } from './identity.js';
import type { ClaimIdentity } from './identity-register.js';
import type { NodeLinkOptions } from './node-link.js';

/** A full node, and the key of its REST API if it has one. */
export interface NodeAddress {
  readonly endpoint: NodeEndpoint;
  readonly apiKey?: string | undefined;
}

export interface NodeSetOptions {
  /** In order of preference, at least one. */
  readonly nodes: readonly NodeAddress[];
  readonly link?: Partial<NodeLinkOptions>;
  /** How long a preferred node must have been well before it leads again, ms. */
  readonly returnAfterMs?: number;
  /** How long others must have been ahead of a node before it counts as behind, ms. */
  readonly lagMs?: number;
  /** Time between two questions to each node how high one of its chains is, ms. */
  readonly heightEveryMs?: number;
  /** How long a chain's next template may be due before it counts as standing still, ms. */
  readonly standstillMs?: number;
  /** The identity that nodes must have, beside having the same one. If left out, no node is asked for its identity. */
  readonly identity?: {
    readonly expected: ExpectedIdentity;
    /** Where what nodes must be is kept; `NodeSet.expect` tells what was read there later. */
    readonly claim?: ClaimIdentity | undefined;
    readonly hints?: IdentityHints | undefined;
    readonly againMs?: number;
  };
}

/** The time during which a node hands out jobs without a gap. */
export interface NodeSession {
  /** Unique in its set, from 1. */
  readonly id: number;
  /** Index of the node in the set's order. */
  readonly node: number;
  /** The node, for people. */
  readonly name: string;
}

export interface NodeSetNotice {
  readonly level: 'info' | 'warn';
  readonly name: string;
  readonly message: string;
}

export interface NodeSetEvents {
  /** Who the nodes in use are; told when it is first known and when it changes, before a session of that node. */
  onIdentity?(identity: NodeIdentity): void;
  /** This session leads from now on; its newest jobs follow at once. */
  onSession(session: NodeSession): void;
  /**
   * The newest jobs of the session that leads.
   * @param standing - chains that stand still: blocks of their jobs are worth nothing
   */
  onJobs(session: NodeSession, jobs: readonly Job[], standing: readonly ChainIndex[]): void;
  /** A node's verdict. The session may have led before, or never. */
  onVerdict(session: NodeSession, blockHash: Uint8Array, accepted: boolean): void;
  /** A session that had led is over. */
  onSessionEnd(session: NodeSession): void;
  onNotice(notice: NodeSetNotice): void;
}

/** Several full nodes, of which one leads: what a miner or a pool has of them. They retry by themselves, for ever. */
export interface Nodes {
  /** In order of preference. */
  readonly nodes: readonly NodeStatus[];
  /** Connects, once. */
  open(events: NodeSetEvents): void;
  /**
   * Sends a block to the node of a session.
   * @param header - 326 bytes
   * @param txsBlob - as it came with the job
   * @returns false if that session is over
   */
  submit(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean;
  /** What the nodes must be has been read anew: this is it. Those that it speaks against are asked again who they are. */
  expect(expected: ExpectedIdentity): void;
  close(): void;
}

/** Where a node of the set stands. */
export interface NodeStatus extends NodeAddress {
  readonly name: string;
  readonly state: 'leading' | 'ready' | 'behind' | 'refused' | 'away';
  /** The last fault in words; undefined while there is none. */
  readonly detail: string | undefined;
  /** Chains on which it stands still: it brings no template, though one is due. */
  readonly standing: number;
  /** Whether the node's templates come with their transactions: then it takes whole blocks, of any template. */
  readonly wholeBlocks: boolean;
  /** The node's session, whether it leads or not. */
  readonly session: NodeSession | undefined;
  /** The node's identity when it was last accepted; undefined if it never was. */
  readonly identity: NodeIdentity | undefined;
}

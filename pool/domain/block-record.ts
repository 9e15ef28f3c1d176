/**
 * The record of a block that a miner of the pool found.
 * @module
 */
import type { BlockEnd } from '../../protocol/block-end.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { WorkerIdentity } from './worker-identity.js';

/**
 * Where a block stands.
 *
 * ```
 * sent --> accepted | refused (the node's verdict) | unanswered --> accepted | missing (looked up by REST)
 *                                                              \--> accepted | refused (a late verdict)
 * refused | missing --> accepted (a node has it all the same)
 * accepted --> main | uncle | orphan | void (what the chains tell: block-fate.ts)
 * ```
 */
export type BlockState = NodeVerdict | BlockEnd;

/** Where a block stands as far as the front end that found it knows. */
export type NodeVerdict = 'sent' | 'accepted' | 'refused' | 'unanswered' | 'missing';

/** States in which a block waits for a node's verdict: it is looked up at start. */
export const OPEN_BLOCK_STATES: readonly BlockState[] = ['sent', 'unanswered'];

/** A block as it was found; journalled in the tick in which it went to the node. */
export interface BlockFound {
  /** Hex of the 32-byte hash: its identity. */
  readonly hash: string;
  /** Hex of the 326-byte header, nonce first. */
  readonly header: string;
  /** Hex, as received with the job. */
  readonly txsBlob: string;
  readonly chain: ChainIndex;
  readonly height: number;
  /** Hex of the block target, 32 bytes. */
  readonly target: string;
  /** Name of the node that issued the template, and was sent the block. */
  readonly node: string;
  /** Name of the front end: unique among the processes of a pool. */
  readonly frontEnd: string;
  /** When the job came from the node, ms since the epoch. */
  readonly jobMs: number;
  /** When the block was found, ms since the epoch, on the store's clock: also the cursor of the share window. */
  readonly foundMs: number;
  readonly worker: WorkerIdentity;
  /** Address to pay, canonical text. */
  readonly address: string;
  /** Work that the share was credited, decimal; "0" where it counted as no share. */
  readonly work: string;
  /** Reserved for the coins that the pool adds to the block, hex of the node's encoding; empty today. */
  readonly ownInputs: string;
}

/** A change of a block's state. */
export interface BlockStateChange {
  readonly hash: string;
  readonly state: Exclude<NodeVerdict, 'sent'>;
  /** ms since the epoch. */
  readonly atMs: number;
}

/**
 * Where verified finds go: as blocks to a full node, or as shares to a pool. The source decides which of the two.
 * @module
 */
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { Template } from './job-board.js';
import type { ShareStatus } from './share-status.js';
import type { SourceSession } from './source.js';

/** A verified find. */
export interface Find {
  readonly template: Template;
  /** 326 bytes. */
  readonly header: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** The outcome of a block. */
export type Verdict = 'accepted' | 'side' | 'rejected' | 'unanswered';

/** Counts of blocks by outcome. */
export interface SubmissionCounts {
  /** Verified finds. */
  found: number;
  /** Blocks that the node took on their chain's present parent. */
  accepted: number;
  /** Blocks that the node took of a template that was stale, or on a parent that already had one of ours. */
  side: number;
  rejected: number;
  /** Sent, and no answer in time, or the session was lost before it came. */
  unanswered: number;
  /** Worth nothing, since their template already had its block: not sent, or sent to a pool for its work. */
  surplus: number;
  /** Not sent, since no node would take them any more. */
  expired: number;
  /** Could not be sent: the connection that they belong to was gone, and did not come back in time with their templates. */
  unsent: number;
}

/** All counts at 0. */
export function noBlocks(): SubmissionCounts {
  return { found: 0, accepted: 0, side: 0, rejected: 0, unanswered: 0, surplus: 0, expired: 0, unsent: 0 };
}

/** Takes finds, sends those that are worth it, and books the answers. Time comes in as an argument, in ms. */
export interface Submissions {
  /** Submissions on their way. */
  readonly inFlight: number;
  readonly blocks: Readonly<SubmissionCounts>;
  /** Where the shares stand, or undefined where finds are blocks for a node. */
  shares(nowMs: number): ShareStatus | undefined;
  /** Takes a verified find. */
  add(find: Find, nowMs: number): void;
  /**
   * Takes an answer; an answer to an unknown hash is ignored.
   * @param refusal - the reason of a refusal; undefined if the find was taken
   * @returns whether the hash was known
   */
  settle(blockHash: Uint8Array, refusal: Refusal | undefined, nowMs: number): boolean;
  /** Gives up submissions that were not answered in time. To be called every now and then. */
  expire(nowMs: number): void;
  /** Gives up submissions to a session that is over. */
  endSession(session: SourceSession, nowMs: number): void;
  /** A session has brought jobs: sends the finds that were held for one. */
  sendHeld(nowMs: number): void;
  /** No session came in time: gives up the finds that were held for one. */
  dropHeld(): void;
  /** Gives up everything that is open. */
  close(nowMs: number): void;
}

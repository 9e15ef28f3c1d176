/**
 * Which shares go to the pool, and their outcomes: a pure state machine of events and time.
 *
 * Unlike blocks, shares don't wait for one another: each is worth its work, so all are sent at once. The exception is
 * a share whose chain has a new parent by now: a pool refuses it, and a high part of such shares makes pools suspicious.
 * It is dropped and counted, unless it meets the block target in its header: a stale block is worth up to 7/8 of one,
 * and a pool that looks at the block first passes it on.
 *
 * A share belongs to the session that its job came from: with the connection gone, or another extranonce, nobody else
 * takes it. It is counted as unsent or unanswered, never sent to another pool.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { toGroupOf } from '../../protocol/chain.js';
import { parentOf, targetBitsOf } from '../../protocol/header.js';
import { meetsTarget } from '../../protocol/pow.js';
import type { Refusal, RefusalReason } from '../../protocol/stratum/refusal.js';
import {
  expectedHashes,
  MAX_TARGET,
  targetBytes,
  targetOfBits,
  targetOfBytes,
} from '../../protocol/target.js';
import type { Template } from './job-board.js';
import type { ShareCounts, ShareStatus, ShareVerdict } from './share-status.js';
import type { SourceSession } from './source.js';
import { type Find, noBlocks, type SubmissionCounts, type Submissions } from './submissions.js';
import { WorkMeter } from './work-meter.js';

/** Questions to the owner, and events for it. */
export interface SharePort {
  /** Sends a find. @returns the session that it went to, or undefined if its session is over */
  send(find: Find): SourceSession | undefined;
  /** Whether a job on another parent of its chain came after the template's. */
  isSuperseded(template: Template): boolean;
  /** Whether this block became the parent of a template of its chain. */
  isAncestor(chain: ChainIndex, blockHash: Uint8Array): boolean;
  /** A share was answered, or given up. @param late - the answer came after it was given up */
  onVerdict(share: Share, verdict: ShareVerdict, answerMs: number, late: boolean): void;
  /** A share could not be sent, for good. @param why - its session is over, or too many are on their way */
  onUnsent(share: Share, why: 'away' | 'busy'): void;
  /** The pool took a share that is a block on its chain's present parent. */
  onBlock(share: Share): void;
}

/** A find for a pool. */
export interface Share extends Find {
  /** Expected hashes. */
  readonly work: bigint;
  /** Whether the hash meets the block target in the header. */
  readonly isBlock: boolean;
}

/** Time after which a share counts as unanswered, ms: pools that are busy answer late, and that is booked then. */
export const SHARE_ANSWER_TIMEOUT_MS = 30_000;

/** Shares on their way. */
const MAX_SHARES_IN_FLIGHT = 4_096;

/** Shares given up, whose late answer is still of interest. */
const MAX_SHARES_GIVEN_UP = 4_096;

/** Accepted shares whose hash is kept for its worth. */
const BEST_KEPT = 10;

/** Answers over which the median is taken. */
const ANSWERS_KEPT = 64;

interface Sent {
  readonly share: Share;
  readonly session: SourceSession;
  readonly sentMs: number;
}

export class ShareSubmissions implements Submissions {
  readonly counts: ShareCounts = { found: 0, accepted: 0, rejected: 0, stale: 0, unanswered: 0, unsent: 0 };
  /** Shares that meet the block target; what the pool says of them is what it says of the share. */
  readonly blocks: SubmissionCounts = noBlocks();
  readonly #port: SharePort;
  readonly #credited: WorkMeter;
  readonly #byReason: Partial<Record<RefusalReason, number>> = {};
  readonly #answersMs: number[] = [];
  /** Expected hashes, the most first. */
  readonly #best: number[] = [];
  readonly #inFlight = new Map<string, Sent>();
  readonly #givenUp = new BoundedMap<string, Sent>(MAX_SHARES_GIVEN_UP);
  /** Where each chain last had a block of ours. */
  readonly #won = new Map<ChainIndex, Template>();

  constructor(port: SharePort, nowMs: number) {
    this.#port = port;
    this.#credited = new WorkMeter(nowMs);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  shares(nowMs: number): ShareStatus {
    const answers = this.#answersMs.toSorted((a, b) => a - b);
    return {
      ...this.counts,
      byReason: { ...this.#byReason },
      acceptedWork: this.#credited.total,
      best: [...this.#best],
      credited: this.#credited.read(nowMs),
      answerMs: answers[answers.length >> 1],
    };
  }

  add(find: Find, nowMs: number): void {
    const { headerBlob, target } = find.template.job;
    const isBlock = meetsTarget(find.hash, blockTarget(headerBlob));
    const share: Share = { ...find, isBlock, work: expectedHashes(targetOfBytes(target)) };
    this.counts.found++;
    if (isBlock) this.blocks.found++;
    else if (this.#port.isSuperseded(find.template)) {
      this.counts.stale++;
      return;
    }
    const busy = !isBlock && this.#inFlight.size >= MAX_SHARES_IN_FLIGHT;
    const session = busy ? undefined : this.#port.send(share);
    if (session === undefined) {
      this.counts.unsent++;
      if (isBlock) this.blocks.unsent++;
      this.#port.onUnsent(share, busy ? 'busy' : 'away');
      return;
    }
    this.#inFlight.set(bytesToHex(find.hash), { share, session, sentMs: nowMs });
  }

  settle(blockHash: Uint8Array, refusal: Refusal | undefined, nowMs: number): boolean {
    const key = bytesToHex(blockHash);
    const sent = this.#inFlight.get(key) ?? this.#givenUp.get(key);
    if (sent === undefined) return false;
    const late = !this.#inFlight.delete(key);
    if (late) {
      this.#givenUp.delete(key);
      this.counts.unanswered--;
      if (sent.share.isBlock) this.blocks.unanswered--;
    }
    const answerMs = nowMs - sent.sentMs;
    this.#answersMs.push(answerMs);
    if (this.#answersMs.length > ANSWERS_KEPT) this.#answersMs.shift();
    if (refusal === undefined) this.#accept(sent.share, nowMs);
    else this.#refuse(sent.share, refusal);
    const verdict: ShareVerdict =
      refusal === undefined ? { kind: 'accepted' } : { kind: 'rejected', refusal };
    this.#port.onVerdict(sent.share, verdict, answerMs, late);
    return true;
  }

  expire(nowMs: number): void {
    for (const [key, sent] of this.#inFlight) {
      // In the order in which they were sent.
      if (nowMs - sent.sentMs < SHARE_ANSWER_TIMEOUT_MS) return;
      this.#giveUp(key, sent, nowMs);
    }
  }

  endSession(session: SourceSession, nowMs: number): void {
    for (const [key, sent] of this.#inFlight) if (sent.session === session) this.#giveUp(key, sent, nowMs);
  }

  /** Nothing is held: a later session has another extranonce. */
  sendHeld(): void {}

  dropHeld(): void {}

  close(nowMs: number): void {
    for (const [key, sent] of this.#inFlight) this.#giveUp(key, sent, nowMs);
  }

  #accept(share: Share, nowMs: number): void {
    this.counts.accepted++;
    this.#credited.add(share.work, nowMs);
    this.#rank(Number(expectedHashes(targetOfBytes(share.hash))));
    if (!share.isBlock) return;
    const kind = this.#kindOf(share);
    this.blocks[kind]++;
    if (kind !== 'accepted') return;
    this.#won.set(share.template.job.chain, share.template);
    this.#port.onBlock(share);
  }

  #rank(hashes: number): void {
    const place = this.#best.findIndex((better) => better < hashes);
    this.#best.splice(place === -1 ? this.#best.length : place, 0, hashes);
    if (this.#best.length > BEST_KEPT) this.#best.pop();
  }

  /** The worth of a block, as far as the miner can tell: a pool says only that it took a share. */
  #kindOf({ template, hash }: Share): 'accepted' | 'side' | 'surplus' {
    const { chain, headerBlob } = template.job;
    const won = this.#won.get(chain)?.job.headerBlob;
    if (won !== undefined && equalBytes(won, headerBlob)) return 'surplus';
    const to = toGroupOf(chain);
    if (won !== undefined && equalBytes(parentOf(won, to), parentOf(headerBlob, to))) return 'side';
    const behind = this.#port.isSuperseded(template) && !this.#port.isAncestor(chain, hash);
    return behind ? 'side' : 'accepted';
  }

  #refuse(share: Share, { reason }: Refusal): void {
    if (reason === 'stale') this.counts.stale++;
    else this.counts.rejected++;
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + 1;
    if (share.isBlock) this.blocks.rejected++;
  }

  #giveUp(key: string, sent: Sent, nowMs: number): void {
    this.#inFlight.delete(key);
    this.#givenUp.set(key, sent);
    this.counts.unanswered++;
    if (sent.share.isBlock) this.blocks.unanswered++;
    this.#port.onVerdict(sent.share, { kind: 'unanswered' }, nowMs - sent.sentMs, false);
  }
}

/** The block target that a header names, 32 bytes. */
function blockTarget(headerBlob: Uint8Array): Uint8Array {
  const target = targetOfBits(targetBitsOf(headerBlob));
  return targetBytes(target > MAX_TARGET ? MAX_TARGET : target);
}

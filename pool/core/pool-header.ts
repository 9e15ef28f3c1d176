/**
 * One header that miners work on: its job, in all the texts in which they are told it, and its table of duplicates.
 * @module
 */
import { toGroupOf } from '../../protocol/chain.js';
import { decodeHeader, joinHeader, NONCE_BYTES, parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { jobHead, jobObject, notifyLine } from '../../protocol/stratum/reply.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import { clampWork, MAX_WORK, MIN_WORK } from './difficulty.js';
import type { DifficultyTable, ShareDifficulty } from './difficulty-table.js';
import { JOB_ID_VARIANTS, jobIdOf } from './job-id.js';
import type { UpstreamSession } from './upstream.js';

const NO_NONCE = new Uint8Array(NONCE_BYTES);

/** One header: what a job id finds. */
export class PoolHeader {
  /** From 1, in the order of coming. */
  readonly number: number;
  readonly job: Job;
  /** Where its blocks go. */
  session: UpstreamSession;
  /** When the job came, ms on the clock that never goes back. */
  readonly receivedMs: number;
  /** The template's own time, ms since the epoch. */
  readonly timestampMs: number;
  /** Expected hashes of a block on it: no share needs more. */
  readonly blockWork: bigint;
  /** 326 bytes; the nonce is whatever was tried last. */
  readonly bytes: Uint8Array;
  /** Texts of its job by difficulty: made once, sent to everybody. */
  readonly #objects = new Map<ShareDifficulty, string>();
  readonly #lines = new Map<ShareDifficulty, Buffer>();
  #cappedFrom: ShareDifficulty | undefined;
  #capped: ShareDifficulty | undefined;
  /** Most miners of a pool have one difficulty: the line that was asked for last. */
  #lastDifficulty: ShareDifficulty | undefined;
  #lastLine: Buffer | undefined;
  #head: string | undefined;
  /** Nonces of accepted shares, hex in lower case. */
  readonly shares = new Set<string>();
  /** Hashes of blocks that were sent, hex. */
  readonly blocks = new Set<string>();
  /** Whether shares on it are refused for good: told by a sweep, some time after `isOpen` says so. */
  closed = false;
  /** From when on shares are stale; Infinity while it is live. */
  closesMs = Number.POSITIVE_INFINITY;
  /** Number among the templates of its session. */
  sequence: number;

  constructor(number: number, sequence: number, job: Job, session: UpstreamSession, nowMs: number) {
    this.number = number;
    this.sequence = sequence;
    this.job = job;
    this.session = session;
    this.receivedMs = nowMs;
    this.bytes = joinHeader(NO_NONCE, job.headerBlob);
    this.timestampMs = Number(decodeHeader(this.bytes).timestamp);
    this.blockWork = clampWork(expectedHashes(targetOfBytes(job.target)), MIN_WORK, MAX_WORK);
  }

  /**
   * A difficulty, or that of a block where it is less: above it a share target would make miners pass over blocks.
   * @param difficulties - where that is made
   */
  cap(difficulty: ShareDifficulty, difficulties: DifficultyTable): ShareDifficulty {
    if (difficulty === this.#cappedFrom) return this.#capped!;
    this.#cappedFrom = difficulty;
    this.#capped = difficulty.work > this.blockWork ? difficulties.of(this.blockWork) : difficulty;
    return this.#capped;
  }

  /** Its job object in `mining.notify`. */
  jobObject(difficulty: ShareDifficulty): string {
    let text = this.#objects.get(difficulty);
    if (text === undefined) {
      const id = jobIdOf(this.number, this.#objects.size % JOB_ID_VARIANTS);
      text = jobObject(id, this.#jobHead(), difficulty.targetHex);
      this.#objects.set(difficulty, text);
    }
    return text;
  }

  /** What the texts of all difficulties have in common; flat, since hex is put together from hundreds of strings. */
  #jobHead(): string {
    this.#head ??= Buffer.from(jobHead(this.job), 'latin1').toString('latin1');
    return this.#head;
  }

  /** The line that gives this job alone: bytes that all connections share. */
  notifyLine(difficulty: ShareDifficulty): Buffer {
    if (difficulty === this.#lastDifficulty) return this.#lastLine!;
    let line = this.#lines.get(difficulty);
    if (line === undefined) {
      line = Buffer.from(notifyLine([this.jobObject(difficulty)]), 'latin1');
      this.#lines.set(difficulty, line);
    }
    this.#lastDifficulty = difficulty;
    this.#lastLine = line;
    return line;
  }

  /** Forgets the texts: nobody is given it any more. */
  retire(): void {
    this.#objects.clear();
    this.#lines.clear();
    this.#lastDifficulty = undefined;
    this.#lastLine = undefined;
    this.#head = undefined;
  }

  isOpen(nowMs: number): boolean {
    return nowMs < this.closesMs;
  }

  /** The parent's hash, 32 bytes: a view. */
  get parent(): Uint8Array {
    return parentOf(this.job.headerBlob, toGroupOf(this.job.chain));
  }
}

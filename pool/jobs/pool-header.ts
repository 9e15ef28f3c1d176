/**
 * One header that miners work on: its job, the texts in which miners are told it, and its table of duplicates.
 * @module
 */
import { toGroupOf } from '../../protocol/chain.js';
import { decodeHeader, joinHeader, NONCE_BYTES, parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { jobHead, jobObject, notifyLine } from '../../protocol/stratum/reply.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import { clampWork, MAX_WORK, MIN_WORK } from '../domain/difficulty.js';
import type { UpstreamSession } from '../ports/upstream.js';
import type { DifficultyTable, ShareDifficulty } from '../shares/difficulty-table.js';
import type { SentJob } from '../shares/header-difficulty.js';
import { JOB_ID_VARIANTS, jobIdOf } from './job-id.js';

const NO_NONCE = new Uint8Array(NONCE_BYTES);

/** A header as miners of one difficulty get it, in texts that are made once for all these miners. */
export class HeaderJob implements SentJob<PoolHeader, ShareDifficulty> {
  readonly header: PoolHeader;
  readonly difficulty: ShareDifficulty;
  readonly #id: string;
  #object: string | undefined;
  #line: Buffer | undefined;

  constructor(header: PoolHeader, difficulty: ShareDifficulty, id: string) {
    this.header = header;
    this.difficulty = difficulty;
    this.#id = id;
  }

  /** Its job object in `mining.notify`. */
  get object(): string {
    this.#object ??= jobObject(this.#id, this.header.jobHead, this.difficulty.targetHex);
    return this.#object;
  }

  /** The line that gives this job alone: bytes that all connections share. */
  get line(): Buffer {
    this.#line ??= Buffer.from(notifyLine([this.object]), 'latin1');
    return this.#line;
  }

  /** Forgets the texts: connections keep the job itself for some time. */
  retire(): void {
    this.#object = undefined;
    this.#line = undefined;
  }
}

/** One header. A job id finds it. */
export class PoolHeader {
  /** From 1, in the order of coming. */
  readonly number: number;
  readonly job: Job;
  /** The session of the node that takes its blocks. */
  session: UpstreamSession;
  /** When the job came, ms on the clock that never goes back. */
  readonly receivedMs: number;
  /** The template's own time, ms since the epoch. */
  readonly timestampMs: number;
  /** Expected hashes of a block on this header: no share needs more. */
  readonly blockWork: bigint;
  /** 326 bytes; the nonce is whatever was tried last. */
  readonly bytes: Uint8Array;
  /** Jobs by their difficulty; where a difficulty above a block's was asked for, by that too. */
  readonly #jobs = new Map<ShareDifficulty, HeaderJob>();
  #variants = 0;
  /** The difficulty that was asked for last, and its job: most miners of a pool have the same difficulty. */
  #asked: ShareDifficulty | undefined;
  #answered: HeaderJob | undefined;
  #head: string | undefined;
  /** Nonces of accepted shares, hex in lower case. */
  readonly shares = new Set<string>();
  /** Hashes of blocks that were sent, hex. */
  readonly blocks = new Set<string>();
  /** Whether shares on this header are refused for good. A sweep sets it, some time after `isOpen` says so. */
  closed = false;
  /** Whether the header stays closed even if its parent becomes its chain's newest again. */
  ended = false;
  /** From when on shares are stale; Infinity while the header is live. */
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
   * The job that miners of a difficulty get. Its difficulty is at most a block's: with a harder share target miners would
   * pass over blocks.
   * @param difficulties - makes the difficulty of a block
   */
  jobAt(difficulty: ShareDifficulty, difficulties: DifficultyTable): HeaderJob {
    if (difficulty === this.#asked) return this.#answered!;
    const job = this.#jobs.get(difficulty) ?? this.#makeJob(difficulty, difficulties);
    this.#asked = difficulty;
    this.#answered = job;
    return job;
  }

  #makeJob(wanted: ShareDifficulty, difficulties: DifficultyTable): HeaderJob {
    const difficulty = wanted.work > this.blockWork ? difficulties.of(this.blockWork) : wanted;
    let job = this.#jobs.get(difficulty);
    if (job === undefined) {
      job = new HeaderJob(this, difficulty, jobIdOf(this.number, this.#variants++ % JOB_ID_VARIANTS));
      this.#jobs.set(difficulty, job);
    }
    this.#jobs.set(wanted, job);
    return job;
  }

  /** The part that the texts of all difficulties share. Flattened: hex is put together from hundreds of strings. */
  get jobHead(): string {
    this.#head ??= Buffer.from(jobHead(this.job), 'latin1').toString('latin1');
    return this.#head;
  }

  /** Forgets the jobs and their texts: nobody is given this header any more, unless its node comes back with it. */
  retire(): void {
    for (const job of this.#jobs.values()) job.retire();
    this.#jobs.clear();
    this.#asked = undefined;
    this.#answered = undefined;
    this.#head = undefined;
  }

  /** Whether shares on this header are stale, or soon will be: then it is given to nobody. */
  get closes(): boolean {
    return this.closesMs !== Number.POSITIVE_INFINITY;
  }

  isOpen(nowMs: number): boolean {
    return nowMs < this.closesMs;
  }

  /** The parent's hash, 32 bytes; a view into the header. */
  get parent(): Uint8Array {
    return parentOf(this.job.headerBlob, toGroupOf(this.job.chain));
  }
}

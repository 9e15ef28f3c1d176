/**
 * The headers that miners may work on, and those whose shares no longer count but whose blocks still would.
 *
 * ```
 * live --parent changed--> grace --> closed --node has forgotten it, or lost--> gone
 *      --node will soon have forgotten it, too many, table full--> closed
 * ```
 * A share on a closed header is stale. Its hash is still held against the block target: a node takes a side block.
 * @module
 */
import { equalBytes } from '../../protocol/bytes.js';
import { CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { decodeHeader, joinHeader, NONCE_BYTES, parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { jobHead, jobObject, notifyLine } from '../../protocol/stratum/reply.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import { clampWork, MAX_WORK, MIN_WORK } from './difficulty.js';
import type { ShareDifficulty } from './difficulty-table.js';
import { JOB_ID_VARIANTS, jobIdOf } from './job-id.js';
import type { UpstreamSession } from './upstream.js';

/** Newer templates of its node after which a header is closed: the node's cache holds 1,600. */
export const CLOSE_AFTER_TEMPLATES = 1_500;

/** Newer templates after which a header is gone: the node has forgotten it. */
export const FORGET_AFTER_TEMPLATES = 1_600;

/** Accepted shares that one header's table of duplicates holds: at it the header is closed, never trimmed. */
export const MAX_SHARES_PER_HEADER = 1_000_000;

export interface HeaderBoardOptions {
  /** How long shares on the old parent count after it changed, ms. */
  readonly parentGraceMs: number;
  /** Live headers of one chain. */
  readonly maxLivePerChain: number;
}

const NO_NONCE = new Uint8Array(NONCE_BYTES);

/** One header: what a job id finds. */
export class PoolHeader {
  /** From 1, in the order of coming. */
  readonly number: number;
  readonly job: Job;
  readonly session: UpstreamSession;
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
  readonly sequence: number;

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

/** What came with new jobs. */
export interface BoardChange {
  /** Chains with a new parent, or with none before. */
  readonly parents: readonly ChainIndex[];
  /** Chains whose template was refreshed. */
  readonly refreshes: readonly ChainIndex[];
}

/** Pure: time comes in as an argument. */
export class HeaderBoard {
  readonly #options: HeaderBoardOptions;
  readonly #current: (PoolHeader | undefined)[] = new Array(CHAINS).fill(undefined);
  /** All that are not gone, in the order of coming. */
  readonly #headers = new Map<number, PoolHeader>();
  /** Live ones of each chain, oldest first. */
  readonly #live: PoolHeader[][] = Array.from({ length: CHAINS }, () => []);
  /** Templates that each session brought. */
  readonly #sequences = new WeakMap<UpstreamSession, number>();
  readonly #ended = new WeakSet<UpstreamSession>();
  #number = 0;

  constructor(options: HeaderBoardOptions) {
    this.#options = options;
  }

  /** Newest header of a chain: what its miners are given. */
  current(chain: ChainIndex): PoolHeader | undefined {
    return this.#current[chain];
  }

  /** A header that is not gone. @param number - as in `PoolHeader.number` */
  find(number: number): PoolHeader | undefined {
    return this.#headers.get(number);
  }

  /** Headers that are kept. */
  get size(): number {
    return this.#headers.size;
  }

  /** The least template time of all headers that take shares, ms since the epoch; undefined without any. */
  oldestLiveTimestampMs(nowMs: number): number | undefined {
    let oldest: number | undefined;
    for (const header of this.#headers.values()) {
      if (header.isOpen(nowMs) && !(oldest !== undefined && header.timestampMs >= oldest))
        oldest = header.timestampMs;
    }
    return oldest;
  }

  /** Takes the newest jobs of the leading node. */
  update(session: UpstreamSession, jobs: readonly Job[], nowMs: number): BoardChange {
    const parents: ChainIndex[] = [];
    const refreshes: ChainIndex[] = [];
    for (const job of jobs) {
      const old = this.#current[job.chain];
      if (old !== undefined && old.session === session && equalBytes(old.job.headerBlob, job.headerBlob))
        continue;
      const header = this.#add(session, job, nowMs);
      if (old !== undefined && old.job.height === job.height && equalBytes(old.parent, header.parent)) {
        refreshes.push(job.chain);
      } else {
        parents.push(job.chain);
        for (const stale of this.#live[job.chain]!)
          if (stale !== header) close(stale, nowMs + this.#options.parentGraceMs);
        this.#live[job.chain] = [header];
      }
      const live = this.#live[job.chain]!;
      if (live.length > this.#options.maxLivePerChain) close(live.shift()!, nowMs);
    }
    this.#age(session, nowMs);
    return { parents, refreshes };
  }

  /** A node was lost: nobody takes blocks of its headers any more. Shares count for the grace, so that miners can be moved. */
  endSession(session: UpstreamSession, nowMs: number): void {
    this.#ended.add(session);
    for (const header of this.#headers.values()) {
      if (header.session !== session) continue;
      this.close(header, nowMs + this.#options.parentGraceMs);
      if (this.#current[header.job.chain] === header) this.#current[header.job.chain] = undefined;
    }
  }

  /** Takes no more shares on a header. */
  close(header: PoolHeader, nowMs: number): void {
    close(header, nowMs);
    const live = this.#live[header.job.chain]!;
    const index = live.indexOf(header);
    if (index !== -1) live.splice(index, 1);
  }

  /** Takes no more shares on a header, and gives it to nobody any more. */
  withdraw(header: PoolHeader, nowMs: number): void {
    this.close(header, nowMs);
    const { chain } = header.job;
    if (this.#current[chain] === header) this.#current[chain] = undefined;
  }

  /** Empties the tables of headers that are closed by now, and drops those of lost nodes. */
  sweep(nowMs: number): void {
    for (const header of this.#headers.values()) {
      if (header.isOpen(nowMs)) continue;
      header.closed = true;
      header.shares.clear();
      if (this.#ended.has(header.session)) this.#headers.delete(header.number);
    }
  }

  #add(session: UpstreamSession, job: Job, nowMs: number): PoolHeader {
    const sequence = (this.#sequences.get(session) ?? 0) + 1;
    this.#sequences.set(session, sequence);
    this.#number++;
    const header = new PoolHeader(this.#number, sequence, job, session, nowMs);
    this.#headers.set(header.number, header);
    this.#current[job.chain]?.retire();
    this.#current[job.chain] = header;
    this.#live[job.chain]!.push(header);
    return header;
  }

  /** Closes what the node will soon have forgotten, and drops what it has. */
  #age(session: UpstreamSession, nowMs: number): void {
    const newest = this.#sequences.get(session) ?? 0;
    for (const header of this.#headers.values()) {
      if (header.session !== session) continue;
      const newer = newest - header.sequence;
      if (newer < CLOSE_AFTER_TEMPLATES) break; // The rest of this session's came later.
      if (header.isOpen(nowMs)) this.close(header, nowMs);
      if (newer >= FORGET_AFTER_TEMPLATES) this.#forget(header);
    }
  }

  #forget(header: PoolHeader): void {
    this.close(header, 0);
    this.#headers.delete(header.number);
    header.closed = true;
    header.shares.clear();
    if (this.#current[header.job.chain] === header) this.#current[header.job.chain] = undefined;
  }
}

function close(header: PoolHeader, atMs: number): void {
  header.closesMs = Math.min(header.closesMs, atMs);
}

/**
 * Who works on what: gives each miner one chain's job at a time, evenly over the chains, or the jobs of all 16 chains if
 * the miner wants them.
 *
 * A miner's next job is due when the parent of its job has changed, when its job's block was found, and when its job is
 * older than the refresh time and there is a newer one. Only then may a miner move to another chain. A chain has no work
 * when its block was found, or when the node refuses its blocks. If no chain has work, nobody is given a job.
 *
 * Miners that had a share accepted, and those of trusted addresses, get a job that is due at once. The others get theirs
 * in turns (`JobTurns`), except its first one.
 * @module
 */
import { equalBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Session } from '../sessions/session.js';
import { estimatedRate } from '../shares/vardiff.js';
import { ChainBalance, EVERY_CHAIN } from './chain-balance.js';
import type { BoardChange, HeaderBoard } from './header-board.js';
import { JobTurns } from './job-turns.js';
import type { PoolHeader } from './pool-header.js';

/** A miner's rate is booked anew when it has changed by this part. */
const RATE_CHANGE = 0.02;

/** A miner may weigh so many times what its shares prove, at the wanted share rate: its difficulty may still be rising. */
const BEYOND_PROOF = 64;

/** Each sweep takes the rate of one part in so many of the miners anew. */
const SWEEP_PARTS = 4;

export interface DispatcherOptions {
  readonly refreshAfterMs: number;
}

export interface DispatcherModules {
  readonly board: HeaderBoard;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Calls back once: after all input of this turn of the event loop for 0, else after some ms. */
  readonly later: (callback: () => void, afterMs: number) => void;
  /** Whether the header's node would take a block of it, as far as the node's answers tell. */
  readonly isWorthWork: (header: PoolHeader) => boolean;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #board: HeaderBoard;
  readonly #balance: ChainBalance;
  /** Miners that get their jobs at once, and those that get them in turns. */
  readonly #proven = new Set<Session>();
  readonly #unproven = new Set<Session>();
  readonly #turns: JobTurns;
  #sweeps = 0;
  readonly #isWorthWork: (header: PoolHeader) => boolean;
  /** Headers whose block was found: their chains have no work until the next parent. */
  readonly #found = new Map<ChainIndex, PoolHeader>();

  constructor(options: DispatcherOptions, modules: DispatcherModules) {
    this.#options = options;
    this.#board = modules.board;
    this.#isWorthWork = modules.isWorthWork;
    this.#balance = new ChainBalance(modules.now());
    this.#turns = new JobTurns({
      now: modules.now,
      later: modules.later,
      give: (session, nowMs) => this.#give(session, nowMs, this.#usable()),
    });
  }

  /** A miner has authorized: gives it its first job, if there is one. */
  add(session: Session, nowMs: number): void {
    (isProven(session) ? this.#proven : this.#unproven).add(session);
    session.rate = rateOf(session, nowMs);
    this.#give(session, nowMs, this.#usable());
  }

  /** Miners that are given jobs. */
  get sessions(): number {
    return this.#proven.size + this.#unproven.size;
  }

  remove(session: Session, nowMs: number): void {
    if (this.#proven.delete(session) || this.#unproven.delete(session)) this.#balance.remove(session, nowMs);
  }

  /** New jobs came: moves those whose parent has changed at once, refreshes those whose job is old. */
  dispatch({ parents }: BoardChange, nowMs: number): void {
    for (const chain of parents) this.#found.delete(chain);
    const usable = this.#usable();
    const stale = parents.reduce((bits, chain) => bits | (1 << chain), 0);
    const oldMs = nowMs - this.#options.refreshAfterMs;
    this.#giveTo(
      (session) => {
        const idle = session.chain === -1 && !session.allJobs;
        return session.jobSentMs <= oldMs || (bitsOf(session) & stale) !== 0 || idle;
      },
      nowMs,
      usable,
    );
  }

  /** Gives a job to each miner that is due: at once to those that have proved themselves, then in turns to the others. */
  #giveTo(isDue: (session: Session) => boolean, nowMs: number, usable = this.#usable()): void {
    for (const session of this.#proven) if (isDue(session)) this.#give(session, nowMs, usable);
    for (const session of this.#unproven) if (!session.awaitsJob && isDue(session)) this.#turns.add(session);
  }

  /**
   * Does what is due by time. Refreshes old jobs. Takes the rate of a part of the miners anew, and lowers the difficulty
   * of silent ones. The new difficulty is sent with a header that the miner has never seen, on any chain, so that hashes
   * it held back cannot become shares. Without such a header it is sent with the next one.
   */
  sweep(nowMs: number): void {
    this.#sweeps++;
    const oldMs = nowMs - this.#options.refreshAfterMs;
    this.#giveTo(({ jobSentMs }) => jobSentMs <= oldMs, nowMs);
    for (const session of this.#proven) if (this.#adjust(session, nowMs)) this.freshen(session, nowMs);
    for (const session of this.#unproven)
      if (this.#adjust(session, nowMs) && !session.allJobs && this.#neverSent(session) !== 0)
        this.#turns.add(session);
  }

  /** Takes the rate of a miner anew, if it is its sweep. @returns whether its difficulty fell */
  #adjust(session: Session, nowMs: number): boolean {
    if ((session.id + this.#sweeps) % SWEEP_PARTS !== 0) return false;
    const rate = rateOf(session, nowMs);
    if (Math.abs(rate - session.rate) > RATE_CHANGE * session.rate)
      this.#balance.setRate(session, rate, nowMs);
    return session.adjust(nowMs);
  }

  /** A miner had its first share accepted: from now on it gets its jobs at once. */
  noteProven(session: Session): void {
    if (this.#unproven.delete(session)) this.#proven.add(session);
  }

  /** Gives a miner whose difficulty has changed a header that it was never sent, if there is one. */
  freshen(session: Session, nowMs: number): void {
    if (session.allJobs || !(this.#proven.has(session) || this.#unproven.has(session))) return;
    const fresh = this.#neverSent(session);
    if (fresh !== 0) this.#give(session, nowMs, fresh);
  }

  /** A block was found on this header: its miners go elsewhere until the chain's next parent. */
  leave(header: PoolHeader, nowMs: number): void {
    const { chain } = header.job;
    const current = this.#board.current(chain);
    // The header has an old parent: its chain has moved on already.
    if (current === undefined || !equalBytes(current.parent, header.parent)) return;
    this.#found.set(chain, header);
    this.evict(chain, nowMs);
  }

  /** The header on which a block was found, if the chain was left for that. */
  left(chain: ChainIndex): PoolHeader | undefined {
    return this.#found.get(chain);
  }

  /** A chain has no header to give any more: its miners go elsewhere. */
  evict(chain: ChainIndex, nowMs: number): void {
    this.#giveTo((session) => (bitsOf(session) & (1 << chain)) !== 0, nowMs);
  }

  /** The node did not take that block after all: the chain has work again. */
  reopen(header: PoolHeader, nowMs: number): void {
    if (this.#found.get(header.job.chain) !== header) return;
    this.#found.delete(header.job.chain);
    this.#giveTo(({ allJobs }) => allJobs, nowMs);
  }

  /** Bits of the chains with work whose newest header a miner was never sent. */
  #neverSent(session: Session): number {
    const usable = this.#usable();
    return ALL_CHAINS.reduce((bits, chain) => {
      const header = this.#board.current(chain);
      const sent = header === undefined || session.difficultyOf(header) !== undefined;
      return sent ? bits & ~(1 << chain) : bits;
    }, usable);
  }

  #give(session: Session, nowMs: number, usable: number): void {
    if (session.allJobs) {
      const headers = ALL_CHAINS.filter((chain) => (usable >>> chain) & 1).map(
        (chain) => this.#board.current(chain)!,
      );
      if (headers.length > 0) session.giveAll(headers, nowMs);
      return;
    }
    let chain = this.#balance.choose(session, nowMs, usable);
    if (chain === undefined) return;
    const header = this.#board.current(chain)!;
    const difficulty = session.difficultyOf(header);
    if (difficulty !== undefined && difficulty !== session.difficulty) {
      // A header that is sent again brings its old difficulty back: on a quiet network, the difficulty of long ago.
      const fresh = usable & this.#neverSent(session);
      if (fresh !== 0) chain = this.#balance.choose(session, nowMs, fresh)!;
    }
    session.give(this.#board.current(chain)!, nowMs);
  }

  /** Bits of the chains that have work. */
  #usable(): number {
    let withWork = 0;
    for (const chain of ALL_CHAINS) {
      const header = this.#board.current(chain);
      if (header === undefined || header.closes || this.#found.has(chain)) continue;
      if (this.#isWorthWork(header)) withWork |= 1 << chain;
    }
    return withWork;
  }
}

/** Whether a miner gets its jobs at once. */
function isProven({ extranonceUsed, connection }: Session): boolean {
  return extranonceUsed || connection.trusted;
}

/** Bits of the chains that a miner works on. */
function bitsOf({ allJobs, chain }: Session): number {
  if (allJobs) return EVERY_CHAIN;
  return chain === -1 ? 0 : 1 << chain;
}

/**
 * Hashes per second of a miner, estimated from its shares; before its first share, from its difficulty. A miner that asks
 * for an immense difficulty must not outweigh all others, so its rate is limited to some times what its shares prove.
 */
function rateOf({ vardiff, listener, provenWork, extranonceUsed }: Session, nowMs: number): number {
  const { sharesPerMinute } = listener;
  const proven = (provenWork * sharesPerMinute) / 60;
  const estimated = estimatedRate(vardiff, sharesPerMinute, nowMs);
  return Math.min(estimated, extranonceUsed ? proven * BEYOND_PROOF : proven);
}

/**
 * The headers that miners may work on, and those whose shares no longer count but whose blocks still would.
 *
 * ```
 * live --parent changed--> grace --> closed --node has forgotten it, or lost--> gone
 *      <--parent is back--   |
 *      --block taken-----> grace --> closed
 *      --node will soon have forgotten it, too many, table full--> closed
 * ```
 * A share on a closed header is stale. Its hash is still held against the block target: a node takes a side block.
 *
 * A node that was lost may come back with a template that was mined on before. The board then uses the same header again,
 * with its table of duplicates and its difficulties: under a new header all its shares would count again.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { equalBytes } from '../../protocol/bytes.js';
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import type { UpstreamSession } from '../ports/upstream.js';
import { PoolHeader } from './pool-header.js';

/** A header is closed after so many newer templates of its node: the node's cache holds 1,600. */
export const CLOSE_AFTER_TEMPLATES = 1_500;

/** A header is gone after so many newer templates of its node: the node has forgotten it. */
export const FORGET_AFTER_TEMPLATES = 1_600;

/** Accepted shares that one header's table of duplicates holds. A full table closes the header; it is never trimmed. */
export const MAX_SHARES_PER_HEADER = 1_000_000;

/**
 * Headers that were closed for good and dropped, and are still remembered, 0.5 KB each: a node that stands still, or comes
 * back, may bring them again. They are few: most headers close because their parent changed.
 */
export const MAX_ENDED_HEADERS = 1_024;

export interface HeaderBoardOptions {
  /** How long shares on the old parent count after it changed, ms. */
  readonly parentGraceMs: number;
  /** Live headers of one chain. */
  readonly maxLivePerChain: number;
}

/** What came with new jobs. */
export interface BoardChange {
  /** Chains with a new parent, or with no header before. */
  readonly parents: readonly ChainIndex[];
  /** Chains whose template was refreshed, or is back. */
  readonly refreshes: readonly ChainIndex[];
}

/** Pure: time comes in as an argument. */
export class HeaderBoard {
  readonly #options: HeaderBoardOptions;
  readonly #current: (PoolHeader | undefined)[] = new Array(CHAINS).fill(undefined);
  /** All headers that are not gone, in the order of coming. */
  readonly #headers = new Map<number, PoolHeader>();
  /** The same headers by their bytes. */
  readonly #byBytes = new Map<string, PoolHeader>();
  /** Dropped headers that were closed for good, by their bytes: as new headers they would let shares count again. */
  readonly #endedBytes = new BoundedMap<string, true>(MAX_ENDED_HEADERS);
  /** Live headers of each chain, oldest first. Those of a lost node are among them: the node may come back with them. */
  readonly #live: PoolHeader[][] = Array.from({ length: CHAINS }, () => []);
  /** Templates that each session brought. */
  readonly #sequences = new WeakMap<UpstreamSession, number>();
  readonly #ended = new WeakSet<UpstreamSession>();
  /** When each chain last had another template. */
  readonly #templateMs: (number | undefined)[] = new Array(CHAINS).fill(undefined);
  #number = 0;

  constructor(options: HeaderBoardOptions) {
    this.#options = options;
  }

  /** Newest header of a chain: its miners are given this one. */
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

  /** The least template time of all headers that take shares, or may do so again, ms since the epoch; undefined without any. */
  oldestLiveTimestampMs(nowMs: number): number | undefined {
    let oldest: number | undefined;
    for (const header of this.#headers.values()) {
      if (
        (header.isOpen(nowMs) || this.#mayComeBack(header)) &&
        !(oldest !== undefined && header.timestampMs >= oldest)
      )
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
      const key = bytesKeyOf(job);
      if (this.#endedBytes.has(key)) {
        // Noted again, so that it stays among the headers that are remembered.
        this.#endedBytes.renew(key, true);
        continue;
      }
      const known = this.#byBytes.get(key);
      if (known !== undefined) {
        const live = this.#live[job.chain]!.includes(known);
        // Nothing counts on a header that was closed for good: the chain waits for its node's next template.
        if (!live && (known.ended || !known.isOpen(nowMs))) continue;
        this.#revive(known, session);
        if (!live) this.#closeOtherParents(known, nowMs);
        (live ? refreshes : parents).push(job.chain);
        continue;
      }
      const header = this.#add(session, job, nowMs);
      this.#templateMs[job.chain] = nowMs;
      if (old !== undefined && isRefresh(old, header)) refreshes.push(job.chain);
      else parents.push(job.chain);
      this.#closeOtherParents(header, nowMs);
      const live = this.#live[job.chain]!;
      if (live.length > this.#options.maxLivePerChain) this.close(live[0]!, nowMs);
    }
    this.#age(session, nowMs);
    return { parents, refreshes };
  }

  /** A node was lost: nobody takes blocks of its headers any more. Shares count for the grace, so that miners can be moved. */
  endSession(session: UpstreamSession, nowMs: number): void {
    this.#ended.add(session);
    for (const header of this.#headers.values()) {
      if (header.session !== session) continue;
      close(header, nowMs + this.#options.parentGraceMs);
      this.#giveUp(header);
    }
  }

  /** Takes no more shares on a header, for good. */
  close(header: PoolHeader, nowMs: number): void {
    header.ended = true;
    close(header, nowMs);
    const live = this.#live[header.job.chain]!;
    const index = live.indexOf(header);
    if (index !== -1) live.splice(index, 1);
  }

  /** A block on this parent was taken: after the grace no share on it counts, whether or not the node brings another parent. */
  closeParent(chain: ChainIndex, parent: Uint8Array, nowMs: number): void {
    const isOnIt = (header: PoolHeader): boolean => equalBytes(header.parent, parent);
    const headers = this.#live[chain]!.filter(isOnIt);
    for (const header of headers) this.close(header, nowMs + this.#options.parentGraceMs);
  }

  /** Takes no more shares on a header after the grace. */
  closeAfterGrace(header: PoolHeader, nowMs: number): void {
    this.close(header, nowMs + this.#options.parentGraceMs);
  }

  /** The node brings no template of this chain that is worth work: the chain's headers close after the grace. */
  dropChain(chain: ChainIndex, nowMs: number): void {
    for (const header of this.#live[chain]!) close(header, nowMs + this.#options.parentGraceMs);
    this.#live[chain] = [];
    const current = this.#current[chain];
    if (current !== undefined) this.#giveUp(current);
  }

  /** Time since each chain had another template, ms; undefined before the first. */
  templateAges(nowMs: number): (number | undefined)[] {
    return this.#templateMs.map((ms) => (ms === undefined ? undefined : nowMs - ms));
  }

  /** Takes no more shares on a header, and gives it to nobody any more. */
  withdraw(header: PoolHeader, nowMs: number): void {
    this.close(header, nowMs);
    this.#giveUp(header);
  }

  /** Empties the tables of headers that are closed by now, and drops those of lost nodes. */
  sweep(nowMs: number): void {
    for (const header of this.#headers.values()) {
      if (header.isOpen(nowMs) || this.#mayComeBack(header)) continue;
      header.closed = true;
      header.shares.clear();
      if (this.#ended.has(header.session)) this.#delete(header);
    }
  }

  /** A chain's parent has changed: shares on the parent before count for the grace. */
  #closeOtherParents(header: PoolHeader, nowMs: number): void {
    const { chain } = header.job;
    this.#live[chain] = this.#live[chain]!.filter((live) => {
      if (isRefresh(live, header)) return true;
      close(live, nowMs + this.#options.parentGraceMs);
      return false;
    });
  }

  /** Whether the header is a lost node's, on what was its chain's newest parent. */
  #mayComeBack(header: PoolHeader): boolean {
    return this.#ended.has(header.session) && this.#live[header.job.chain]!.includes(header);
  }

  /** A lost node has come back with this header. */
  #revive(header: PoolHeader, session: UpstreamSession): void {
    const { chain } = header.job;
    header.session = session;
    header.sequence = this.#nextSequence(session);
    header.closesMs = Number.POSITIVE_INFINITY;
    // Still in the order of coming.
    this.#headers.delete(header.number);
    this.#headers.set(header.number, header);
    this.#live[chain] = [...this.#live[chain]!.filter((live) => live !== header), header];
    if (this.#current[chain] !== header) this.#current[chain]?.retire();
    this.#current[chain] = header;
  }

  /** Gives a header to nobody any more. */
  #giveUp(header: PoolHeader): void {
    const { chain } = header.job;
    if (this.#current[chain] !== header) return;
    this.#current[chain] = undefined;
    header.retire();
  }

  #nextSequence(session: UpstreamSession): number {
    const sequence = (this.#sequences.get(session) ?? 0) + 1;
    this.#sequences.set(session, sequence);
    return sequence;
  }

  #delete(header: PoolHeader): void {
    this.#headers.delete(header.number);
    const key = bytesKeyOf(header.job);
    this.#byBytes.delete(key);
    if (header.ended) this.#endedBytes.set(key, true);
  }

  #add(session: UpstreamSession, job: Job, nowMs: number): PoolHeader {
    this.#number++;
    const header = new PoolHeader(this.#number, this.#nextSequence(session), job, session, nowMs);
    this.#headers.set(header.number, header);
    this.#byBytes.set(bytesKeyOf(job), header);
    this.#current[job.chain]?.retire();
    this.#current[job.chain] = header;
    this.#live[job.chain]!.push(header);
    return header;
  }

  /** Closes headers that the node will soon have forgotten, and drops those that it has forgotten. */
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
    this.#delete(header);
    this.close(header, 0);
    header.closed = true;
    header.shares.clear();
    this.#giveUp(header);
  }
}

/** Whether two headers of a chain have the same parent. */
function isRefresh(old: PoolHeader, header: PoolHeader): boolean {
  return old.job.height === header.job.height && equalBytes(old.parent, header.parent);
}

function bytesKeyOf({ chain, headerBlob }: Job): string {
  return `${chain} ${Buffer.from(headerBlob.buffer, headerBlob.byteOffset, headerBlob.length).toString('latin1')}`;
}

function close(header: PoolHeader, atMs: number): void {
  header.closesMs = Math.min(header.closesMs, atMs);
}

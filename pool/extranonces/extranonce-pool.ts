/**
 * The extranonce values that this front end may give out: leased from the store in blocks of 256, ahead of need. Pure.
 *
 * ```
 * lease -> free -> live (a miner has it) --no accepted share--> free
 *            ^          \--an accepted share--> resting --all headers of then are closed--> free
 * ```
 * A value that comes back to life on a header where it was in use before would let its shares count twice, here or at
 * another front end. So it rests until all live headers have templates made after its release: those can't have been
 * known then. All values of a block that an earlier owner had rest from its release on.
 *
 * The value 0 is never given out: there is a miner that takes a start nonce of 0 for none, and passes over every job.
 *
 * A lease that ran out, since the store is away, gives no new values. Its live values are mined on: while the
 * store is away, no front end can take the block. Once the store is back it says which blocks are still ours; miners on the others
 * must be given new values at once.
 * @module
 */
import type { ExtranonceLease } from '../ports/store.js';

/** Values of a block. */
const BLOCK_VALUES = 256;

/** Length of a lease, ms; renewed at a third of it. A store may be away for as long, with all going on as before. */
export const EXTRANONCE_LEASE_MS = 1_800_000;

/** A template's time is its node's clock: how far that may be ahead of the store's, ms. As far as blocks may be. */
const CLOCK_MARGIN_MS = 15_000;

/** Values held in reserve, those of four blocks: as many miners may come before the store has answered. Block 0 has one less. */
const MIN_RESERVE = 1_023;

/** The reserve is at least this part of the live values: many miners may come back under new connections. */
const RESERVE_PART = 1 / 4;

/** This value is never given out: a miner may take it for an extranonce that was not set. */
const UNSET_VALUE = 0;

/** Values that were released before this time have rested. @param oldestLiveHeaderMs - least template time of all headers that take shares */
export function restedBefore(oldestLiveHeaderMs: number): number {
  return oldestLiveHeaderMs - CLOCK_MARGIN_MS;
}

const FREE = 0;
const LIVE = 1;
const RESTING = 2;

class LeasedBlock {
  readonly block: number;
  expiresMs: number;
  /** Since when all the block's free values rest; undefined if they need not rest. */
  restsSinceMs: number | undefined;
  readonly state = new Uint8Array(BLOCK_VALUES);
  /** A ring of the free values, the one that rested longest first. */
  readonly free = Uint8Array.from({ length: BLOCK_VALUES }, (_, i) => i);
  head = 0;
  freeCount = BLOCK_VALUES;
  live = 0;

  constructor({ block, expiresMs, releasedMs }: ExtranonceLease) {
    this.block = block;
    this.expiresMs = expiresMs;
    this.restsSinceMs = releasedMs;
    // The first place of the ring is that of the block's first value: in block 0 it is nobody's.
    if (block * BLOCK_VALUES === UNSET_VALUE) {
      this.head = 1;
      this.freeCount--;
    }
  }

  mayGive(nowMs: number): boolean {
    return this.freeCount > 0 && this.restsSinceMs === undefined && nowMs < this.expiresMs;
  }

  putFree(index: number): void {
    this.state[index] = FREE;
    this.free[(this.head + this.freeCount) % BLOCK_VALUES] = index;
    this.freeCount++;
  }

  takeFree(): number {
    const index = this.free[this.head]!;
    this.head = (this.head + 1) % BLOCK_VALUES;
    this.freeCount--;
    this.live++;
    this.state[index] = LIVE;
    return index;
  }
}

/** All times are of the store's clock, ms since the epoch. */
export class ExtranoncePool {
  readonly #digits: number;
  readonly #blocks = new Map<number, LeasedBlock>();
  /** Values that rest, with the time of their release, in that order. */
  #resting: { readonly value: number; readonly sinceMs: number }[] = [];
  #given: LeasedBlock | undefined;
  #live = 0;

  /** @param bytes - length of an extranonce, 2 to 4 */
  constructor(bytes: number) {
    this.#digits = bytes * 2;
  }

  /** Values that miners have. */
  get live(): number {
    return this.#live;
  }

  /** Values that rest one by one; those of blocks that rest as a whole are not counted. */
  get resting(): number {
    return this.#resting.length;
  }

  /** Blocks held: to be renewed every third of a lease. */
  get blocks(): readonly number[] {
    return [...this.#blocks.keys()];
  }

  /** Values that could be given now. */
  free(nowMs: number): number {
    let free = 0;
    for (const block of this.#blocks.values()) if (block.mayGive(nowMs)) free += block.freeCount;
    return free;
  }

  /** Blocks have been leased. */
  add(leases: readonly ExtranonceLease[]): void {
    for (const lease of leases)
      if (!this.#blocks.has(lease.block)) this.#blocks.set(lease.block, new LeasedBlock(lease));
  }

  /** The store was asked to renew blocks. @param kept - those of them that are still ours @returns values in use of the others, as hex digits: their miners must be given new ones */
  renewed(asked: readonly number[], kept: readonly number[], expiresMs: number): string[] {
    const ours = new Set(kept);
    const lost: string[] = [];
    for (const number of asked) {
      const block = this.#blocks.get(number);
      if (block === undefined) continue;
      if (ours.has(number)) block.expiresMs = Math.max(block.expiresMs, expiresMs);
      else {
        for (let i = 0; i < BLOCK_VALUES; i++)
          if (block.state[i] === LIVE) lost.push(this.#text(number * BLOCK_VALUES + i));
        this.#forget(block);
      }
    }
    return lost;
  }

  /** A value nobody has, as hex digits; undefined if none is left. */
  take(nowMs: number): string | undefined {
    if (this.#given === undefined || !this.#given.mayGive(nowMs)) {
      this.#given = undefined;
      for (const block of this.#blocks.values()) {
        if (!block.mayGive(nowMs)) continue;
        this.#given = block;
        break;
      }
      if (this.#given === undefined) return undefined;
    }
    this.#live++;
    return this.#text(this.#given.block * BLOCK_VALUES + this.#given.takeFree());
  }

  /** A miner has gone. @param used - whether a share was accepted under the value */
  release(extranonce: string, used: boolean, nowMs: number): void {
    const value = Number.parseInt(extranonce, 16);
    const block = this.#blocks.get(Math.floor(value / BLOCK_VALUES));
    const index = value % BLOCK_VALUES;
    // The block may have been lost meanwhile: then there is nothing to give back.
    if (block === undefined || block.state[index] !== LIVE) return;
    block.live--;
    this.#live--;
    if (!used) {
      block.putFree(index);
      return;
    }
    block.state[index] = RESTING;
    this.#resting.push({ value, sinceMs: nowMs });
  }

  /**
   * Frees values that have rested. To be called every few seconds.
   * @param oldestLiveHeaderMs - least template time of all headers that take shares; undefined without any: then none
   *   is freed, since the next header may be an old one
   */
  settle(oldestLiveHeaderMs: number | undefined): void {
    if (oldestLiveHeaderMs === undefined) return;
    const restedMs = restedBefore(oldestLiveHeaderMs);
    for (const block of this.#blocks.values())
      if (block.restsSinceMs !== undefined && block.restsSinceMs < restedMs) block.restsSinceMs = undefined;
    const first = this.#resting.findIndex(({ sinceMs }) => sinceMs >= restedMs);
    const rested = this.#resting.splice(0, first === -1 ? this.#resting.length : first);
    for (const { value } of rested)
      this.#blocks.get(Math.floor(value / BLOCK_VALUES))?.putFree(value % BLOCK_VALUES);
  }

  /** Blocks to lease now, so that none has to wait for the store. */
  wanted(nowMs: number): number {
    // Blocks that rest as a whole are on their way: more would be asked for until the whole space is ours.
    let coming = 0;
    for (const { restsSinceMs, freeCount } of this.#blocks.values())
      if (restsSinceMs !== undefined) coming += freeCount;
    const missing = this.#reserve() - this.free(nowMs) - coming;
    return Math.max(0, Math.ceil(missing / BLOCK_VALUES));
  }

  /** Lets go of blocks that are not needed. @returns them, to be given back to the store */
  takeSurplus(nowMs: number): number[] {
    const surplus: number[] = [];
    // Not below twice the reserve: miners that go are often back soon.
    let left = this.free(nowMs) - 2 * this.#reserve();
    for (const block of [...this.#blocks.values()].reverse()) {
      if (left < BLOCK_VALUES) break;
      if (block.live > 0 || !block.mayGive(nowMs)) continue;
      left -= block.freeCount;
      this.#forget(block);
      surplus.push(block.block);
    }
    return surplus;
  }

  #reserve(): number {
    return Math.max(MIN_RESERVE, this.#live * RESERVE_PART);
  }

  #forget(block: LeasedBlock): void {
    this.#blocks.delete(block.block);
    this.#live -= block.live;
    this.#resting = this.#resting.filter(({ value }) => Math.floor(value / BLOCK_VALUES) !== block.block);
    if (this.#given === block) this.#given = undefined;
  }

  #text(value: number): string {
    return value.toString(16).padStart(this.#digits, '0');
  }
}

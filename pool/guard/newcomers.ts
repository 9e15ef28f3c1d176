/**
 * Connections that have not had a share accepted yet, and which of them is closed when the pool is full. Pure.
 *
 * First go newcomers that had the time in which an honest miner finds a share and found none, the oldest first. While there
 * is no such newcomer, an address that holds many newcomers gives one up for an address that holds fewer. So no address
 * keeps others out by coming again and again, and a miner that is alone behind its address is safe.
 * @module
 */
import { networkOf } from '../../protocol/remote-network.js';

/** Least time between two searches for the network with most newcomers, ms: a search among many takes a millisecond. */
const CROWD_LOOK_MS = 250;

interface Newcomer {
  readonly network: string;
  readonly sinceMs: number;
}

/** @typeParam C - a connection */
export class Newcomers<C> {
  readonly #graceMs: number;
  /** Newcomers in the order in which they came. */
  readonly #all = new Map<C, Newcomer>();
  readonly #byNetwork = new Map<string, Set<C>>();
  #crowd: string | undefined;
  #crowdLookMs = Number.NEGATIVE_INFINITY;

  /** @param graceMs - time in which an honest miner finds its first share */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get size(): number {
    return this.#all.size;
  }

  /** A connection has begun. @param nowMs - never less than before */
  add(connection: C, address: string, nowMs: number): void {
    const network = networkOf(address);
    this.#all.set(connection, { network, sinceMs: nowMs });
    const others = this.#byNetwork.get(network);
    if (others === undefined) this.#byNetwork.set(network, new Set([connection]));
    else others.add(connection);
  }

  /** The connection had a share accepted, or has gone. */
  remove(connection: C): void {
    const newcomer = this.#all.get(connection);
    if (newcomer === undefined) return;
    this.#all.delete(connection);
    const others = this.#byNetwork.get(newcomer.network)!;
    others.delete(connection);
    if (others.size === 0) this.#byNetwork.delete(newcomer.network);
  }

  /**
   * The newcomer that makes room for a connection of an address, which is removed here; undefined if none does.
   * @param preferred - whether the address is trusted or has mined here: its connection takes any place
   */
  takeForRoom(address: string, preferred: boolean, nowMs: number): C | undefined {
    const leaving = this.#overdue(nowMs) ?? this.#ofCrowd(address, preferred, nowMs);
    if (leaving !== undefined) this.remove(leaving);
    return leaving;
  }

  #overdue(nowMs: number): C | undefined {
    for (const [connection, { sinceMs }] of this.#all)
      return nowMs - sinceMs >= this.#graceMs ? connection : undefined;
    return undefined;
  }

  #ofCrowd(address: string, preferred: boolean, nowMs: number): C | undefined {
    const known = this.#crowd !== undefined && this.#byNetwork.has(this.#crowd);
    if (!known || nowMs - this.#crowdLookMs >= CROWD_LOOK_MS) this.#lookForCrowd(nowMs);
    const crowd = this.#crowd === undefined ? undefined : this.#byNetwork.get(this.#crowd);
    if (crowd === undefined) return undefined;
    const own = this.#byNetwork.get(networkOf(address))?.size ?? 0;
    // One more than the newcomer's address will have: else two addresses would turn each other out by turns.
    if (!preferred && crowd.size <= own + 1) return undefined;
    const [oldest] = crowd;
    return oldest;
  }

  #lookForCrowd(nowMs: number): void {
    this.#crowdLookMs = nowMs;
    this.#crowd = undefined;
    let most = 0;
    for (const [network, { size }] of this.#byNetwork) {
      if (size <= most) continue;
      most = size;
      this.#crowd = network;
    }
  }
}

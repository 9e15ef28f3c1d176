/**
 * Decides who may connect: limits in all and for each remote network; banned networks are kept out. Pure.
 * @module
 */

import { BoundedMap } from '../../protocol/bounded-map.js';
import type { AddressRanges } from '../../protocol/ip-address.js';
import { networkOf } from '../../protocol/remote-network.js';
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from '../../protocol/token-bucket.js';
import type { Bans } from './bans.js';

/** `admit`, or the reason against it. */
export type Admittance = 'admit' | 'full' | 'addressFull' | 'addressRate' | 'banned';

/** One in this many connections is kept for trusted addresses and for those that have mined here. */
const KEPT_PART = 16;

/** Most connections that were asked to leave and have not left: they hold files beyond the limit. */
const MAX_LEAVING = 64;

/** Most networks that are known to have mined here; beyond that, the one with the oldest first share is forgotten. */
const MAX_KNOWN_NETWORKS = 10_000;

/** Most networks whose new connections are counted; beyond that, the one that was quiet longest is forgotten. */
const MAX_COUNTED_NETWORKS = 10_000;

/** New connections that may come at once, as a multiple of the connections that an address may have. */
const BURST_PARTS = 2;

/** At least this many connections of one address may come at once. */
const MIN_BURST = 1_000;

export interface AdmissionOptions {
  /** Most connections of this process. */
  readonly maxConnections: number;
  /** Most connections of one IPv4 address, or of one /64 of IPv6. */
  readonly connectionsPerAddress: number;
  /** Connections that one network may begin in a minute, lastingly. */
  readonly newConnectionsPerMinute: number;
  /** Addresses that may have any number of connections, and are never banned. */
  readonly trusted: AddressRanges;
}

interface Visitor {
  connections: number;
  /** Connections with an accepted share. */
  miners: number;
}

/** The admitted connections. Its table holds no more entries than there are connections. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #bans: Bans;
  readonly #visitors = new Map<string, Visitor>();
  readonly #known = new BoundedMap<string, true>(MAX_KNOWN_NETWORKS);
  readonly #rate: BucketSettings;
  readonly #beginnings = new BoundedMap<string, TokenBucket>(MAX_COUNTED_NETWORKS);
  #connections = 0;
  /** Connections that were asked to leave. */
  #leaving = 0;

  constructor(options: AdmissionOptions, bans: Bans) {
    this.#options = options;
    this.#bans = bans;
    this.#rate = {
      perSecond: options.newConnectionsPerMinute / 60,
      burst: Math.max(MIN_BURST, BURST_PARTS * options.connectionsPerAddress),
    };
  }

  get connections(): number {
    return this.#connections;
  }

  /** Number of networks that are connected. */
  get networks(): number {
    return this.#visitors.size;
  }

  /**
   * Decides on a new connection, which counts from then on if it is admitted. On `full`, one that leaves makes room: call `noteLeaving`, and ask again.
   * @param nowMs - on the store's clock, like bans
   * @param again - this connection was `full` before: its beginning is counted already
   */
  admit(address: string, nowMs: number, again = false): Admittance {
    const { connectionsPerAddress, trusted } = this.#options;
    if (this.#bans.banOf(address, nowMs) !== undefined) return 'banned';
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    const free = trusted.has(address);
    if (visitor !== undefined && visitor.connections >= connectionsPerAddress && !free) return 'addressFull';
    // Asked first: a client that comes too often makes no other leave.
    if (!free && !again && !this.#mayBegin(network, nowMs)) return 'addressRate';
    if (this.#isFull(this.isPreferred(address))) return 'full';
    if (visitor === undefined) this.#visitors.set(network, { connections: 1, miners: 0 });
    else visitor.connections++;
    this.#connections++;
    return 'admit';
  }

  /** Whether an address is trusted or has mined here: some room is kept for such addresses. */
  isPreferred(address: string): boolean {
    return this.#known.has(networkOf(address)) || this.#options.trusted.has(address);
  }

  /** At the limit the process has no file left for anybody. */
  #isFull(preferred: boolean): boolean {
    const { maxConnections } = this.#options;
    const kept = preferred ? 0 : Math.floor(maxConnections / KEPT_PART);
    return this.#connections - this.#leaving >= maxConnections - kept;
  }

  #mayBegin(network: string, nowMs: number): boolean {
    const bucket = this.#beginnings.get(network) ?? fullBucket(this.#rate, nowMs);
    this.#beginnings.renew(network, bucket);
    return takeToken(bucket, this.#rate, nowMs);
  }

  /** Whether a connection may be asked to leave for another one: it holds its files for a moment longer. */
  get mayMakeRoom(): boolean {
    return this.#leaving < MAX_LEAVING;
  }

  /** A connection was asked to leave, and will. */
  noteLeaving(): void {
    this.#leaving++;
  }

  /** A connection that was asked to leave has gone. To be called before `release`. */
  noteLeft(): void {
    this.#leaving--;
  }

  /** An admitted connection has had its first share accepted. */
  noteMiner(address: string): void {
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    if (visitor !== undefined) visitor.miners++;
    this.#known.renew(network, true);
  }

  /** Connections of an address that have had a share accepted, as `Bans.note` needs it. */
  minersOf(address: string): number {
    return this.#visitors.get(networkOf(address))?.miners ?? 0;
  }

  /** A connection that has had a share accepted has gone. To be called before `release`. */
  noteMinerGone(address: string): void {
    const visitor = this.#visitors.get(networkOf(address));
    if (visitor !== undefined) visitor.miners--;
  }

  /** An admitted connection has gone. */
  release(address: string): void {
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    if (visitor === undefined) return;
    this.#connections--;
    visitor.connections--;
    if (visitor.connections === 0) this.#visitors.delete(network);
  }
}

/**
 * Who may connect: so many in all, so many of one address, and nobody who is banned. Pure.
 * @module
 */

import { BoundedMap } from '../../protocol/bounded-map.js';
import type { Bans } from './bans.js';
import type { AddressRanges } from './ip-address.js';
import { networkOf } from './remote-network.js';
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from './token-bucket.js';

/** `admit`, or why not. */
export type Admittance = 'admit' | 'full' | 'addressFull' | 'addressRate' | 'banned';

/** Part of the connections that is kept for trusted addresses, and for those that have mined here: one in so many. */
const KEPT_PART = 16;

/** Connections that were asked to go and have not gone, at most: they hold files beyond the limit. */
const MAX_LEAVING = 64;

/** Networks that are known to have mined here; beyond, the one whose last first share is longest ago is forgotten. */
const MAX_KNOWN_NETWORKS = 10_000;

/** Networks whose new connections are counted; beyond, the one that was quiet longest is forgotten. */
const MAX_COUNTED_NETWORKS = 10_000;

/** New connections that may come at once, as parts of those that an address may have: all, and all again. */
const BURST_PARTS = 2;

/** At least so many may come at once. */
const MIN_BURST = 1_000;

export interface AdmissionOptions {
  /** Connections of this process. */
  readonly maxConnections: number;
  /** Connections of one IPv4 address, or of one /64 of IPv6. */
  readonly connectionsPerAddress: number;
  /** Connections that one of these may begin in a minute, for long. */
  readonly newConnectionsPerMinute: number;
  /** Addresses that may have any number, and are never banned. */
  readonly trusted: AddressRanges;
}

interface Visitor {
  connections: number;
  /** Those of them that have had a share accepted. */
  miners: number;
}

/** The connections that are there. Its table holds no more entries than there are connections. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #bans: Bans;
  readonly #visitors = new Map<string, Visitor>();
  readonly #known = new BoundedMap<string, true>(MAX_KNOWN_NETWORKS);
  readonly #rate: BucketSettings;
  readonly #beginnings = new BoundedMap<string, TokenBucket>(MAX_COUNTED_NETWORKS);
  #connections = 0;
  /** Those of them that were asked to go. */
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

  /** Addresses, or /64 of IPv6, that are connected. */
  get networks(): number {
    return this.#visitors.size;
  }

  /**
   * Somebody asks to come in; counted when admitted. Where it says `full`, one that goes makes room: `noteLeaving`, and ask again.
   * @param nowMs - of the store's clock, as bans are
   */
  admit(address: string, nowMs: number): Admittance {
    const { connectionsPerAddress, trusted } = this.#options;
    if (this.#bans.banOf(address, nowMs) !== undefined) return 'banned';
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    const free = trusted.has(address);
    if (visitor !== undefined && visitor.connections >= connectionsPerAddress && !free) return 'addressFull';
    if (this.#isFull(this.isPreferred(address))) return 'full';
    if (!free && !this.#mayBegin(network, nowMs)) return 'addressRate';
    if (visitor === undefined) this.#visitors.set(network, { connections: 1, miners: 0 });
    else visitor.connections++;
    this.#connections++;
    return 'admit';
  }

  /** Whether an address is trusted, or has mined here: some room is kept for these. */
  isPreferred(address: string): boolean {
    return this.#known.has(networkOf(address)) || this.#options.trusted.has(address);
  }

  /** At the limit the process has no file for anybody. */
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

  /** Whether one that is there may be asked to go so that another comes in: it holds its files for a moment. */
  get mayMakeRoom(): boolean {
    return this.#leaving < MAX_LEAVING;
  }

  /** One that is there was asked to go, and will. */
  noteLeaving(): void {
    this.#leaving++;
  }

  /** It has gone: to be told before `release`. */
  noteLeft(): void {
    this.#leaving--;
  }

  /** One that was admitted has had its first share accepted. */
  noteMiner(address: string): void {
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    if (visitor !== undefined) visitor.miners++;
    this.#known.renew(network, true);
  }

  /** Connections of an address that have had a share accepted: what `Bans.note` asks for. */
  minersOf(address: string): number {
    return this.#visitors.get(networkOf(address))?.miners ?? 0;
  }

  /** One of those has gone: to be told before `release`. */
  noteMinerGone(address: string): void {
    const visitor = this.#visitors.get(networkOf(address));
    if (visitor !== undefined) visitor.miners--;
  }

  /** One that was admitted has gone. */
  release(address: string): void {
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    if (visitor === undefined) return;
    this.#connections--;
    visitor.connections--;
    if (visitor.connections === 0) this.#visitors.delete(network);
  }
}

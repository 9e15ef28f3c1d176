/**
 * Connections of an HTTP listener: so many of one remote network, and so many in all. When the listener is full, the
 * connection that has waited longest without a request is closed. So idle connections keep no client out. Pure.
 *
 * A network may also begin only so many connections in a time: getting a connection ready takes longer than refusing it.
 * @module
 */
import { BoundedMap } from '../protocol/bounded-map.js';
import type { AddressRanges } from '../protocol/ip-address.js';
import { networkOf } from '../protocol/remote-network.js';
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from '../protocol/token-bucket.js';

/** Connections that one network may begin at once, and in a minute, lastingly, as multiples of those that it may have. */
const BURST_PARTS = 4;
const MINUTE_PARTS = 30;

/** And at least so many, where it may have few. */
const MIN_BURST = 100;
const MIN_A_MINUTE = 60;

/** Most networks whose new connections are counted; beyond that, the one that was quiet longest is forgotten. */
const MAX_COUNTED_NETWORKS = 10_000;

export interface HttpVisitorLimits {
  readonly maxConnections: number;
  /** Connections of one IPv4 address, or of one /64 of IPv6. */
  readonly connectionsPerAddress: number;
  /** Addresses without a limit of their own: reverse proxies, which bring many clients. */
  readonly unlimited: AddressRanges;
}

/** @typeParam C - a connection */
export class HttpVisitors<C extends object> {
  readonly #limits: HttpVisitorLimits;
  readonly #rate: BucketSettings;
  readonly #beginnings = new BoundedMap<string, TokenBucket>(MAX_COUNTED_NETWORKS);
  /** All connections, with their networks, the oldest first. */
  readonly #networks = new Map<C, string>();
  readonly #byNetwork = new Map<string, number>();
  /** Connections without a whole request, the one that has waited longest first. */
  readonly #waiting = new Set<C>();

  constructor(limits: HttpVisitorLimits) {
    this.#limits = limits;
    const { connectionsPerAddress } = limits;
    this.#rate = {
      perSecond: Math.max(MIN_A_MINUTE, MINUTE_PARTS * connectionsPerAddress) / 60,
      burst: Math.max(MIN_BURST, BURST_PARTS * connectionsPerAddress),
    };
  }

  get size(): number {
    return this.#networks.size;
  }

  /**
   * A client has connected.
   * @param nowMs - on any clock that does not go back
   * @returns the connections that have to go: none, the new one itself, or one that makes room for it
   */
  add(connection: C, address: string, nowMs: number): readonly C[] {
    const { maxConnections, connectionsPerAddress, unlimited } = this.#limits;
    const network = networkOf(address);
    const present = this.#byNetwork.get(network) ?? 0;
    if (!unlimited.has(address) && (present >= connectionsPerAddress || !this.#mayBegin(network, nowMs)))
      return [connection];
    const leaving: C[] = [];
    if (this.#networks.size >= maxConnections) {
      const [idle] = this.#waiting;
      if (idle === undefined) return [connection];
      this.remove(idle);
      leaving.push(idle);
    }
    this.#networks.set(connection, network);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    this.#waiting.add(connection);
    return leaving;
  }

  #mayBegin(network: string, nowMs: number): boolean {
    const bucket = this.#beginnings.get(network) ?? fullBucket(this.#rate, nowMs);
    this.#beginnings.renew(network, bucket);
    return takeToken(bucket, this.#rate, nowMs);
  }

  /** A request of the connection is whole, and is being answered. */
  noteRequest(connection: C): void {
    this.#waiting.delete(connection);
  }

  /** The request was answered: the connection waits for the next one. */
  noteAnswered(connection: C): void {
    if (this.#networks.has(connection)) this.#waiting.add(connection);
  }

  /** The connection has gone. */
  remove(connection: C): void {
    const network = this.#networks.get(connection);
    if (network === undefined) return;
    this.#networks.delete(connection);
    this.#waiting.delete(connection);
    const left = this.#byNetwork.get(network)! - 1;
    if (left === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, left);
  }
}

/**
 * Connections of an HTTP listener: so many of one remote network, and so many in all. When the listener is full, the
 * connection that has waited longest without a request is closed. So idle connections keep no client out. Pure.
 * @module
 */
import type { AddressRanges } from './ip-address.js';
import { networkOf } from './remote-network.js';

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
  /** All connections, with their networks, the oldest first. */
  readonly #networks = new Map<C, string>();
  readonly #byNetwork = new Map<string, number>();
  /** Connections without a whole request, the one that has waited longest first. */
  readonly #waiting = new Set<C>();

  constructor(limits: HttpVisitorLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#networks.size;
  }

  /**
   * A client has connected.
   * @returns the connections that have to go: none, the new one itself, or one that makes room for it
   */
  add(connection: C, address: string): readonly C[] {
    const { maxConnections, connectionsPerAddress, unlimited } = this.#limits;
    const network = networkOf(address);
    const present = this.#byNetwork.get(network) ?? 0;
    if (present >= connectionsPerAddress && !unlimited.has(address)) return [connection];
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

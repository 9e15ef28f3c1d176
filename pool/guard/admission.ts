/**
 * Who may connect: so many in all, so many of one address, and nobody who is banned. Pure.
 * @module
 */

import type { Bans } from './bans.js';
import type { AddressRanges } from './ip-address.js';
import { networkOf } from './remote-network.js';

/** `admit`, or why not. */
export type Admittance = 'admit' | 'full' | 'addressFull' | 'banned';

export interface AdmissionOptions {
  /** Connections of this process. */
  readonly maxConnections: number;
  /** Connections of one IPv4 address, or of one /64 of IPv6. */
  readonly connectionsPerAddress: number;
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
  #connections = 0;

  constructor(options: AdmissionOptions, bans: Bans) {
    this.#options = options;
    this.#bans = bans;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Addresses, or /64 of IPv6, that are connected. */
  get networks(): number {
    return this.#visitors.size;
  }

  /** Somebody asks to come in; counted when admitted. @param nowMs - of the store's clock, as bans are */
  admit(address: string, nowMs: number): Admittance {
    const { maxConnections, connectionsPerAddress, trusted } = this.#options;
    // At the limit the process has no file for anybody.
    if (this.#connections >= maxConnections) return 'full';
    if (this.#bans.banOf(address, nowMs) !== undefined) return 'banned';
    const network = networkOf(address);
    const visitor = this.#visitors.get(network);
    if (visitor !== undefined && visitor.connections >= connectionsPerAddress && !trusted.has(address))
      return 'addressFull';
    if (visitor === undefined) this.#visitors.set(network, { connections: 1, miners: 0 });
    else visitor.connections++;
    this.#connections++;
    return 'admit';
  }

  /** One that was admitted has had its first share accepted. */
  noteMiner(address: string): void {
    const visitor = this.#visitors.get(networkOf(address));
    if (visitor !== undefined) visitor.miners++;
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

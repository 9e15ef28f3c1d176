/**
 * The remote addresses that may not connect. Pure.
 *
 * Only abuse of the protocol bans a remote address: never shares, since a farm shares one address; and a wallet is never banned, since
 * everyone can name it. An address may offend at a certain rate, and good miners behind it raise that rate: each outweighs a
 * device that breaks the protocol every ten seconds. More than that bans the address; each further ban lasts twice
 * as long.
 * @module
 */

import { BoundedMap } from '../../protocol/bounded-map.js';
import type { AddressRanges } from '../../protocol/ip-address.js';
import { networkOf } from '../../protocol/remote-network.js';
import type { Ban } from '../ports/store.js';

/** Abuse of the protocol. */
export type Offence = 'garbage' | 'flood' | 'oversizeLine' | 'tooDeep';

/** Offences of one address within the time in which they are forgotten. */
const MAX_OFFENCES = 10;

/** Offences in that time that one good miner behind the same address outweighs. */
const OUTWEIGHED_BY_MINER = 60;

/** As many offences as an address may have are forgotten in this time, evenly, ms. */
const FORGET_MS = 600_000;

const FIRST_BAN_MS = 600_000;
const MAX_BAN_MS = 604_800_000;

/** Most addresses whose offences are remembered; beyond that, the one that was quiet longest is forgotten. */
const MAX_OFFENDERS = 10_000;

/** Most bans at a time; beyond that, the oldest ends. */
const MAX_BANS = 100_000;

interface Offender {
  /** Offences that are not forgotten yet. */
  offences: number;
  /** The time up to which offences were forgotten. */
  forgottenMs: number;
  lastMs: number;
  /** Bans so far; forgotten like offences, but after the longest ban's time. */
  bans: number;
}

/** The bans of the pool as this front end knows them. All times are of the store's clock, ms since the epoch. */
export class Bans {
  readonly #trusted: AddressRanges;
  readonly #bans = new BoundedMap<string, Ban>(MAX_BANS);
  /** Offenders by network, in the order of their last offence. */
  readonly #offenders = new BoundedMap<string, Offender>(MAX_OFFENDERS);

  /** @param trusted - addresses that are never banned */
  constructor(trusted: AddressRanges) {
    this.#trusted = trusted;
  }

  get size(): number {
    return this.#bans.size;
  }

  /** Number of addresses whose offences are remembered. */
  get offenders(): number {
    return this.#offenders.size;
  }

  values(): Iterable<Ban> {
    return this.#bans.values();
  }

  /** The ban of an address, if it is banned now. */
  banOf(address: string, nowMs: number): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const network = networkOf(address);
    const ban = this.#bans.get(network);
    if (ban === undefined) return undefined;
    if (ban.untilMs > nowMs) return this.#trusted.has(address) ? undefined : ban;
    this.#bans.delete(network);
    return undefined;
  }

  /**
   * Notes that a connection abused the protocol and was closed for it.
   * @param miners - connections of the same address that mine well
   * @returns the new ban of its address, if any: to be told to the store and the other front ends
   */
  note(address: string, offence: Offence, miners: number, nowMs: number): Ban | undefined {
    if (this.#trusted.has(address)) return undefined;
    const network = networkOf(address);
    const offender = this.#offender(network, nowMs);
    const most = MAX_OFFENCES + OUTWEIGHED_BY_MINER * miners;
    forget(offender, most, nowMs);
    offender.offences++;
    offender.lastMs = nowMs;
    if (offender.offences < most) return undefined;
    const lengthMs = Math.min(MAX_BAN_MS, FIRST_BAN_MS * 2 ** offender.bans);
    offender.offences = 0;
    offender.bans++;
    const ban = { address: network, untilMs: nowMs + lengthMs, reason: offence };
    this.add(ban);
    return ban;
  }

  /** Takes a ban from the store, another front end or the operator. */
  add(ban: Ban): void {
    const network = networkOf(ban.address);
    this.#bans.renew(network, { ...ban, address: network });
  }

  /** Ends a ban, and forgets the offences that led to it. */
  remove(address: string): void {
    const network = networkOf(address);
    this.#bans.delete(network);
    this.#offenders.delete(network);
  }

  /** Forgets bans and offences that are over. To be called every minute or so. */
  sweep(nowMs: number): void {
    for (const [network, ban] of this.#bans) if (ban.untilMs <= nowMs) this.#bans.delete(network);
    for (const [network, { bans, lastMs }] of this.#offenders) {
      const keepMs = bans > 0 ? 2 * MAX_BAN_MS : FORGET_MS;
      if (nowMs - lastMs > keepMs) this.#offenders.delete(network);
    }
  }

  #offender(network: string, nowMs: number): Offender {
    const known = this.#offenders.get(network);
    const offender = known ?? { offences: 0, forgottenMs: nowMs, lastMs: nowMs, bans: 0 };
    if (nowMs - offender.lastMs > 2 * MAX_BAN_MS) offender.bans = 0;
    this.#offenders.renew(network, offender);
    return offender;
  }
}

/** Forgets the offences whose time is over, one by one. @param most - so many are forgotten in `FORGET_MS` */
function forget(offender: Offender, most: number, nowMs: number): void {
  const eachMs = FORGET_MS / most;
  const forgotten = Math.max(0, Math.floor((nowMs - offender.forgottenMs) / eachMs));
  if (forgotten < offender.offences) {
    offender.offences -= forgotten;
    offender.forgottenMs += forgotten * eachMs;
  } else {
    offender.offences = 0;
    offender.forgottenMs = nowMs;
  }
}

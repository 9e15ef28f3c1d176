/**
 * All clients of all listeners and carriers: who may come in, and who has to leave.
 * @module
 */

import type { AddressRanges } from '../../protocol/ip-address.js';
import { formatDuration } from '../../protocol/quantity-text.js';
import { reconnectLine } from '../../protocol/stratum/reply.js';
import type { SpokenProtocol } from '../../protocol/stratum/spoken-protocol.js';
import type { Pool } from '../engine.js';
import { Admission } from '../guard/admission.js';
import type { Bans, Offence } from '../guard/bans.js';
import { MessageLimit } from '../guard/message-limit.js';
import { Newcomers } from '../guard/newcomers.js';
import type { ListenerSettings } from '../ports/session-connection.js';
import type { Ban } from '../ports/store.js';
import type { Session } from '../sessions/session.js';
import type { AcceptorHandlers } from './acceptor.js';
import type { Channel, ChannelEvents } from './channel.js';
import { type ConnectionHost, type ConnectionLimits, StratumConnection } from './stratum-connection.js';

export interface StratumServerOptions extends ConnectionLimits {
  readonly messagesPerSecond: number;
  readonly maxConnections: number;
  readonly connectionsPerAddress: number;
  readonly newConnectionsPerMinute: number;
  /** Time in which an honest miner has its first share accepted, ms. */
  readonly firstShareMs: number;
  readonly trusted: AddressRanges;
  /** Beginnings of the agents that are sent `client.reconnect` when the pool stops. */
  readonly reconnectAgents: readonly string[];
}

export interface StratumServerModules {
  readonly pool: Pool;
  readonly bans: Bans;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** An address was banned by this front end: to be told to the store and the other front ends. */
  readonly onBan: (ban: Ban) => void;
}

/** How often connections are closed while the pool stops, ms. */
const CLOSE_STEP_MS = 50;

/** Longest wait that `client.reconnect` asks for, seconds. */
const MAX_RECONNECT_WAIT_S = 3;

/** What clients are told that are not admitted, by reason. */
const FAREWELLS: Readonly<Record<string, string>> = {
  full: 'the pool is full: it has as many connections as it takes',
  addressRate: 'there are too many new connections from your address',
  addressFull: 'there are too many connections from your address',
  unrecorded: 'the pool can not record shares now: use another one',
};

export class StratumServer implements ConnectionHost {
  readonly pool: Pool;
  readonly limits: ConnectionLimits;
  readonly messageLimit: MessageLimit;
  readonly admission: Admission;
  readonly now: () => number;
  readonly #options: StratumServerOptions;
  readonly #modules: StratumServerModules;
  readonly #connections = new Set<StratumConnection>();
  /** Connections with a deadline to come. */
  readonly #watched = new Set<StratumConnection>();
  /** Those of them that have no share accepted yet, and whose addresses are not trusted. */
  readonly #newcomers: Newcomers<StratumConnection>;
  /** Counts of connections that never became a miner's, by reason. */
  readonly refused = new Map<string, number>();

  constructor(options: StratumServerOptions, modules: StratumServerModules) {
    this.#options = options;
    this.#modules = modules;
    this.pool = modules.pool;
    this.limits = options;
    this.now = modules.now;
    this.messageLimit = new MessageLimit(options.messagesPerSecond);
    this.admission = new Admission(options, modules.bans);
    this.#newcomers = new Newcomers(options.firstShareMs);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** The handlers for a listener with these settings. */
  handlers(listener: ListenerSettings): AcceptorHandlers {
    return {
      admit: (address) => (this.pool.recording ? this.#admit(address) : 'unrecorded'),
      onChannel: (channel) => this.#accept(channel, listener),
      farewell: (reason, address) => this.#farewell(reason, address),
      onRefused: (reason, address, detail) => {
        this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
        const peer = { address: address ?? '', listener: listener.name, agent: '' };
        if (reason === 'otherProtocol')
          this.pool.peers.note({
            ...peer,
            what: 'otherProtocol',
            spoken: detail as SpokenProtocol,
            expected: listener.carrier,
          });
        else this.pool.peers.note({ ...peer, what: 'connectionRefused', reason, detail });
      },
      onReleased: (address) => this.admission.release(address),
    };
  }

  #admit(address: string): string {
    const { admission } = this;
    const answer = admission.admit(address, this.#modules.storeNow());
    if (answer !== 'full' || !admission.mayMakeRoom) return answer;
    const leaving = this.#newcomers.takeForRoom(address, admission.isPreferred(address), this.now());
    if (leaving === undefined) return answer;
    admission.noteLeaving();
    leaving.makeRoom();
    return admission.admit(address, this.#modules.storeNow(), true);
  }

  /** What a client is told that was not admitted. */
  #farewell(reason: string, address: string): string {
    if (reason !== 'banned') return FAREWELLS[reason] ?? `this connection is refused: ${reason}`;
    const { bans, storeNow } = this.#modules;
    const ban = bans.banOf(address, storeNow());
    const left = ban === undefined ? '' : ` for ${formatDuration(ban.untilMs - storeNow())}`;
    return `your address is banned${left}: ${ban?.reason ?? 'it broke the protocol again and again'}`;
  }

  isTrusted(address: string): boolean {
    return this.#options.trusted.has(address);
  }

  noteOffence(address: string, offence: Offence): void {
    const { bans, storeNow, onBan } = this.#modules;
    const ban = bans.note(address, offence, this.admission.minersOf(address), storeNow());
    if (ban !== undefined) onBan(ban);
  }

  onMiner(connection: StratumConnection): void {
    this.#newcomers.remove(connection);
    this.admission.noteMiner(connection.remoteAddress);
  }

  onGone(connection: StratumConnection): void {
    this.#connections.delete(connection);
    this.#watched.delete(connection);
    this.#newcomers.remove(connection);
    if (connection.madeRoom) this.admission.noteLeft();
    if (connection.miner) this.admission.noteMinerGone(connection.remoteAddress);
  }

  /** Ends connections that are over a deadline. To be called every second or so. */
  tick(nowMs: number): void {
    for (const connection of this.#watched)
      if (!connection.checkDeadlines(nowMs)) this.#watched.delete(connection);
  }

  watch(connection: StratumConnection): void {
    this.#watched.add(connection);
  }

  /**
   * Ends all connections, spread over some time so that not all miners come back in one instant. Agents that are known to
   * understand `client.reconnect` are asked to come back: another front end takes them.
   */
  async close(overMs: number): Promise<void> {
    const connections = [...this.#connections];
    const steps = Math.max(1, Math.ceil(overMs / CLOSE_STEP_MS));
    const perStep = Math.max(1, Math.ceil(connections.length / steps));
    while (connections.length > 0) {
      for (const { session } of connections.splice(0, perStep)) {
        if (!session.closed && this.#understandsReconnect(session))
          session.say(reconnectLine(Math.floor(this.#modules.random() * (MAX_RECONNECT_WAIT_S + 1))));
        this.pool.disconnect(session, 'stopping');
      }
      if (connections.length > 0) await new Promise((resolve) => setTimeout(resolve, CLOSE_STEP_MS));
    }
  }

  #understandsReconnect({ agent }: Session): boolean {
    return this.#options.reconnectAgents.some((beginning) => agent.startsWith(beginning));
  }

  #accept(channel: Channel, listener: ListenerSettings): ChannelEvents {
    const connection = new StratumConnection(channel, listener, this);
    this.#connections.add(connection);
    this.#watched.add(connection);
    if (!connection.trusted) this.#newcomers.add(connection, connection.remoteAddress, this.now());
    return connection;
  }
}

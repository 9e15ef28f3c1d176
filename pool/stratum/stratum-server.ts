/**
 * All clients of all listeners, whatever carries them.
 * @module
 */
import type { Pool } from '../core/pool.js';
import type { ListenerSettings } from '../core/session-host.js';
import type { Channel, ChannelEvents } from './channel.js';
import { StratumConnection } from './stratum-connection.js';

export interface ConnectionLimits {
  /** Longest line, bytes, without its newline. */
  readonly maxLineBytes: number;
  /** Bytes that may wait for a client which does not read. */
  readonly maxUnsentBytes: number;
  /** From connecting to the end of the first line, ms. */
  readonly firstLineMs: number;
  /** From the first byte of a line to its end, ms. */
  readonly lineMs: number;
  /** From connecting to a good authorize, ms. */
  readonly authorizeMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  maxLineBytes: 8_192,
  maxUnsentBytes: 262_144,
  firstLineMs: 10_000,
  lineMs: 10_000,
  authorizeMs: 60_000,
};

export interface StratumServerModules {
  readonly pool: Pool;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

export class StratumServer {
  readonly #limits: ConnectionLimits;
  readonly #modules: StratumServerModules;
  readonly #connections = new Set<StratumConnection>();
  readonly #onGone = (connection: StratumConnection): void => {
    this.#connections.delete(connection);
  };

  constructor(limits: ConnectionLimits, modules: StratumServerModules) {
    this.#limits = limits;
    this.#modules = modules;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** A client is there to talk. */
  accept(channel: Channel, listener: ListenerSettings): ChannelEvents {
    const { pool, now } = this.#modules;
    const connection = new StratumConnection(channel, listener, this.#limits, {
      pool,
      now,
      onGone: this.#onGone,
    });
    this.#connections.add(connection);
    return connection;
  }

  /** Ends connections that are over a deadline. To be called every second or so. */
  tick(nowMs: number): void {
    for (const connection of this.#connections) connection.checkDeadlines(nowMs);
  }

  /** Ends all connections, spread over some time so that not all miners come back in one instant. */
  async close(overMs: number): Promise<void> {
    const connections = [...this.#connections];
    const stepMs = 50;
    const steps = Math.max(1, Math.ceil(overMs / stepMs));
    const perStep = Math.max(1, Math.ceil(connections.length / steps));
    while (connections.length > 0) {
      for (const connection of connections.splice(0, perStep))
        this.#modules.pool.disconnect(connection.session, 'stopping');
      if (connections.length > 0) await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
  }
}

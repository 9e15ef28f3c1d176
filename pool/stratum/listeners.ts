/**
 * All listeners of a front end: started together, stopped together.
 * @module
 */
import type { ListenerConfig } from '../config/listener-schema.js';
import type { PoolServerEvent } from '../domain/events.js';
import { listenAt } from '../domain/listen-error.js';
import type { ListenerSettings } from '../ports/session-connection.js';
import type { Acceptor, AcceptorHandlers } from './acceptor.js';
import { type AcceptorLimits, startAcceptor } from './start-acceptor.js';

export interface ListenersModules {
  /** The server's handlers for a listener with these settings. */
  readonly handlersOf: (settings: ListenerSettings) => AcceptorHandlers;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly onEvent: (event: PoolServerEvent) => void;
}

export class Listeners {
  readonly #acceptors: Acceptor[] = [];
  readonly #ports = new Map<string, number>();

  /** Port of each listener, by its name. */
  get ports(): ReadonlyMap<string, number> {
    return this.#ports;
  }

  /** Starts all listeners. If it fails, those that were started go on until they are closed. @throws ListenError */
  async start(
    listeners: readonly ListenerConfig[],
    limits: AcceptorLimits,
    { handlersOf, now, onEvent }: ListenersModules,
  ): Promise<void> {
    for (const [i, listener] of listeners.entries()) {
      const { name, protocol, host, port } = listener;
      const acceptor = await listenAt({ setting: `listeners[${i}]`, host, port }, () =>
        startAcceptor(listener, limits, {
          handlers: handlersOf(listenerSettings(listener)),
          now,
          onTrouble: (message) => onEvent({ type: 'notice', level: 'warn', name, message }),
        }),
      );
      this.#acceptors.push(acceptor);
      this.#ports.set(name, acceptor.port);
      onEvent({ type: 'listening', listener: name, protocol, host, port: acceptor.port });
    }
  }

  /** Reads certificates again. */
  reload(): void {
    for (const acceptor of this.#acceptors) void acceptor.reloadCertificate?.();
  }

  /** Takes no more connections. Those with a channel stay. */
  stopAccepting(): void {
    for (const acceptor of this.#acceptors) acceptor.stopAccepting();
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await Promise.all(this.#acceptors.map((acceptor) => acceptor.close()));
  }
}

/** The settings of a listener, as sessions need them. */
export function listenerSettings({
  name,
  protocol,
  difficulty,
  vardiff,
  jobs,
}: ListenerConfig): ListenerSettings {
  const { start, min, max, fixed } = difficulty;
  return {
    name,
    carrier: protocol,
    startWork: start,
    minWork: min,
    maxWork: max,
    fixed,
    sharesPerMinute: vardiff.sharesPerMinute,
    jobs,
  };
}

/**
 * Listens for miners over WebSocket, in browsers for example. Any path and any origin is accepted, since a pool is for everybody.
 * @module
 */
import { httpAnswer } from '../../protocol/stratum/spoken-protocol.js';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from './acceptor.js';
import { Door, MAX_STARTS_PER_TURN } from './door.js';
import { type SecureAcceptor, startSecureDoor, type TlsOptions } from './tls-acceptor.js';
import { WebSocketStep } from './websocket-step.js';

/** Time between two pings, ms. */
const PING_MS = 30_000;

export interface WebSocketAcceptorOptions extends AcceptorOptions {
  /** Time for the HTTP request that begins a WebSocket, ms. */
  readonly upgradeMs: number;
  /** Longest message, bytes. */
  readonly maxMessageBytes: number;
  /** Time for a message from its first byte on, ms. */
  readonly messageMs: number;
  readonly pingMs?: number | undefined;
}

/** Begins to listen. @throws Error with code EADDRINUSE and the like */
export async function startWebSocketAcceptor(
  options: WebSocketAcceptorOptions,
  handlers: AcceptorHandlers,
): Promise<Acceptor> {
  const door = new Door(options, handlers, (door) => {
    const step = new WebSocketStep(door, { ...options, carrier: 'ws', pingMs: options.pingMs ?? PING_MS });
    return {
      startsPerTurn: MAX_STARTS_PER_TURN,
      onEntered: (arrival) => step.start(arrival, arrival.socket),
      onSweep: (nowMs) => step.sweep(nowMs),
      close: () => step.close(),
      farewell: (text) => httpAnswer('403 Forbidden', text),
    };
  });
  await door.listen();
  return door;
}

/** Begins to listen for WebSockets over TLS. @throws Error with code EADDRINUSE and the like, or what is wrong with the certificate */
export async function startSecureWebSocketAcceptor(
  options: WebSocketAcceptorOptions & { readonly tls: TlsOptions },
  handlers: AcceptorHandlers,
): Promise<SecureAcceptor> {
  return startSecureDoor(options, handlers, 'wss', (door) => {
    const step = new WebSocketStep(door, { ...options, carrier: 'wss', pingMs: options.pingMs ?? PING_MS });
    return {
      onSecure: (arrival, socket) => step.start(arrival, socket),
      onSweep: (nowMs) => step.sweep(nowMs),
      close: () => step.close(),
    };
  });
}

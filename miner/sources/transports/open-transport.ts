/**
 * The right transport for an endpoint.
 * @module
 */
import type { PoolEndpoint } from '../pool-endpoint.js';
import { SocketTransport } from './socket-transport.js';
import type { Transport, TransportEvents, TransportOptions } from './transport.js';
import { WebSocketTransport } from './web-socket-transport.js';

/** Begins to connect. */
export function openTransport(
  endpoint: PoolEndpoint,
  options: TransportOptions,
  events: TransportEvents,
): Transport {
  const webSocket = endpoint.carrier === 'ws' || endpoint.carrier === 'wss';
  return webSocket
    ? new WebSocketTransport(endpoint, options, events)
    : new SocketTransport(endpoint, options, events);
}

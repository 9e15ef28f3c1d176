/**
 * The right transport for an endpoint.
 * @module
 */
import { CARRIERS } from '../../../protocol/stratum/carrier.js';
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
  return CARRIERS[endpoint.carrier].webSocket
    ? new WebSocketTransport(endpoint, options, events)
    : new SocketTransport(endpoint, options, events);
}

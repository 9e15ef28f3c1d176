/**
 * An HTTP server that no client can hold up: the size and time of requests and connections are limited.
 * @module
 */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AddressRanges } from '../protocol/ip-address.js';
import { HttpVisitors } from './http-visitors.js';

/** Connections at a time of one listener. */
const MAX_HTTP_CONNECTIONS = 2_000;

/** Request line and headers, bytes. */
const MAX_HEADER_BYTES = 8_192;

/** A request's headers must have arrived within this time, ms, from the connection's beginning or from their first byte. */
const HEADERS_MS = 5_000;

/** A whole request must have arrived within this time, ms. */
const REQUEST_MS = 10_000;

/** A connection is closed when no bytes moved on it for this time, ms, also when it does not read its answer. */
const IDLE_MS = 30_000;

/** The environment of an app. */
export interface HttpEnvironment {
  readonly Bindings: HttpBindings;
}

/** Answers requests. */
export type Fetch = Hono<HttpEnvironment>['fetch'];

export interface HttpListener {
  /** The port it listens on. */
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/** Who may connect. */
export interface HttpAccess {
  /** Connections of one IPv4 address, or of one /64 of IPv6. */
  readonly connectionsPerAddress: number;
  /** Remote addresses without that limit. */
  readonly unlimited: AddressRanges;
}

/** @param port - 0 takes a free one @throws Error with code EADDRINUSE and the like if it can't listen */
export async function listenHttp(
  fetch: Fetch,
  host: string,
  port: number,
  access: HttpAccess,
): Promise<HttpListener> {
  const server = createAdaptorServer({
    fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
  }) as Server;
  limitVisitors(server, access);
  server.timeout = IDLE_MS;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Ends connections of addresses that have too many, and those that ask nothing while others can't come in. One that is too
 * many ends before the server makes its parser and timers: clients that come back at once cost little.
 */
function limitVisitors(server: Server, access: HttpAccess): void {
  const visitors = new HttpVisitors<Socket>({ maxConnections: MAX_HTTP_CONNECTIONS, ...access });
  const serve = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    for (const leaving of visitors.add(socket, socket.remoteAddress ?? '', performance.now()))
      leaving.destroy();
    if (socket.destroyed) return;
    socket.once('close', () => visitors.remove(socket));
    for (const listener of serve) listener.call(server, socket);
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    visitors.noteRequest(socket);
    response.once('close', () => visitors.noteAnswered(socket));
  });
  server.prependListener('upgrade', ({ socket }: IncomingMessage) => visitors.noteRequest(socket));
}

/** Address of the other side of a request's socket. */
export function socketAddressOf({ socket }: Pick<IncomingMessage, 'socket'>): string | undefined {
  return socket.remoteAddress;
}

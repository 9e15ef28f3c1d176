/**
 * An HTTP server that nobody can hold up: what a request and a connection may take is limited.
 * @module
 */
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';

/** Connections at a time of one listener. */
const MAX_HTTP_CONNECTIONS = 2_000;

/** Request line and headers, bytes. */
const MAX_HEADER_BYTES = 8_192;

/** A request's headers, and all of it, must be there within this time, ms. */
const REQUEST_MS = 10_000;

/** A connection on which nothing moves for this time is closed, ms: also one that does not read its answer. */
const IDLE_MS = 30_000;

/** What an app finds in its environment. */
export interface HttpEnvironment {
  readonly Bindings: HttpBindings;
}

/** Answers requests. */
export type Fetch = Hono<HttpEnvironment>['fetch'];

export interface HttpListener {
  /** The one that was taken. */
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/** @param port - 0 takes a free one @throws Error with code EADDRINUSE and the like if it can't listen */
export async function listenHttp(fetch: Fetch, host: string, port: number): Promise<HttpListener> {
  const server = createAdaptorServer({
    fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
  }) as Server;
  server.maxConnections = MAX_HTTP_CONNECTIONS;
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

/** Address of the other side of a request's socket. */
export function socketAddressOf({ socket }: Pick<IncomingMessage, 'socket'>): string | undefined {
  return socket.remoteAddress;
}

/**
 * Lines over TCP, plain or with TLS.
 * @module
 */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SessionPeer } from '../../core/source.js';
import type { PoolEndpoint } from '../pool-endpoint.js';
import { describeFailure } from './describe-failure.js';
import { socketPeer } from './socket-peer.js';
import {
  MAX_UNSENT_BYTES,
  type Transport,
  type TransportEvents,
  type TransportOptions,
} from './transport.js';

/** A path that is gone without a word is noticed by TCP itself after this time, ms, and some probes. */
const KEEP_ALIVE_DELAY_MS = 30_000;

export class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #events: TransportEvents;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(endpoint: PoolEndpoint, options: TransportOptions, events: TransportEvents) {
    this.#events = events;
    const { host, port } = endpoint;
    const secure = endpoint.carrier === 'tls';
    this.#socket = secure
      ? connectTls({
          host,
          port,
          rejectUnauthorized: !options.tlsInsecure,
          // An address is no server name; the certificate is checked against `host` in any case.
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
      : connect({ host, port });
    this.#socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    this.#timer = setTimeout(() => {
      this.#end(`no connection within ${options.connectTimeoutMs} ms`);
    }, options.connectTimeoutMs);
    this.#socket
      .once(secure ? 'secureConnect' : 'connect', () => {
        clearTimeout(this.#timer);
        if (!this.#closed) events.onOpen();
      })
      .on('data', (chunk) => {
        if (!this.#closed) events.onData(chunk);
      })
      .on('error', (error: NodeJS.ErrnoException) => this.#end(describeFailure(error, endpoint)))
      .on('end', () => this.#end('the pool closed the connection'))
      .on('close', () => this.#end('the connection closed'));
  }

  get peer(): SessionPeer | undefined {
    return socketPeer(this.#socket);
  }

  send(line: string): boolean {
    if (this.#closed) return false;
    this.#socket.write(`${line}\n`, 'latin1');
    if (this.#socket.writableLength <= MAX_UNSENT_BYTES) return true;
    this.#end('the pool does not read what it is sent');
    return false;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onClose(reason);
  }
}

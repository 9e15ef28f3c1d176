/**
 * Lines over a WebSocket: a message carries one or more of them, with or without a newline at its end.
 * @module
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { SessionPeer } from '../../core/source.js';
import { type PoolEndpoint, poolUrl } from '../pool-endpoint.js';
import { describeFailure } from './describe-failure.js';
import { socketPeer } from './socket-peer.js';
import {
  MAX_UNSENT_BYTES,
  type Transport,
  type TransportEvents,
  type TransportOptions,
} from './transport.js';

const NEWLINE = Uint8Array.of(10);

export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  /** What carries it, once it is open. */
  #carrier: Socket | undefined;
  readonly #events: TransportEvents;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(endpoint: PoolEndpoint, options: TransportOptions, events: TransportEvents) {
    this.#events = events;
    this.#socket = new WebSocket(poolUrl(endpoint), {
      rejectUnauthorized: !options.tlsInsecure,
      perMessageDeflate: false,
      maxPayload: options.maxLineBytes,
      // Elsewhere only by client.reconnect, which is looked at.
      followRedirects: false,
    });
    this.#timer = setTimeout(() => {
      this.#end(`no connection within ${options.connectTimeoutMs} ms`);
    }, options.connectTimeoutMs);
    this.#socket
      .once('open', () => {
        clearTimeout(this.#timer);
        if (!this.#closed) events.onOpen();
      })
      .once('upgrade', ({ socket }) => {
        this.#carrier = socket;
      })
      .on('message', (data: Buffer) => this.#receive(data))
      .on('error', (error) => this.#end(describeFailure(error, endpoint)))
      .on('close', (code) => this.#end(`the pool closed the connection (${code})`));
  }

  get peer(): SessionPeer | undefined {
    return this.#carrier === undefined ? undefined : socketPeer(this.#carrier);
  }

  send(line: string): boolean {
    if (this.#closed) return false;
    this.#socket.send(line);
    if (this.#socket.bufferedAmount <= MAX_UNSENT_BYTES) return true;
    this.#end('the pool does not read what it is sent');
    return false;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    if (this.#closed) return;
    this.#events.onData(data);
    if (!this.#closed && data.at(-1) !== NEWLINE[0]) this.#events.onData(NEWLINE);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onClose(reason);
  }
}

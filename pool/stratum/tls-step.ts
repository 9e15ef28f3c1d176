/**
 * TLS handshakes of connections on their way in: a limited number at a time, each with a time limit.
 * @module
 */
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { spokenProtocol } from '../../protocol/stratum/spoken-protocol.js';
import { type Arrival, type Holder, ignore, mark } from './arrival.js';
import { DeadlineQueue } from './deadline-queue.js';

/** Most connections that wait for a handshake. */
const MAX_WAITING_HANDSHAKES = 4096;

export interface TlsStepOptions {
  /** Time for a handshake, and to wait for its turn, ms each. */
  readonly handshakeMs: number;
  readonly concurrentHandshakes: number;
}

export interface TlsStepEvents {
  onSecure(arrival: Arrival, socket: TLSSocket): void;
  /** What came is no handshake: the client is to be told so, and to go. */
  onOtherProtocol(arrival: Arrival, spoken: 'http' | 'stratum'): void;
}

export class TlsStep implements Holder {
  readonly #server: Server;
  readonly #options: TlsStepOptions;
  readonly #now: () => number;
  readonly #events: TlsStepEvents;
  /** Handshakes under way, by the ends of the connection. */
  readonly #underWay = new Map<string, Arrival>();
  readonly #keys = new Map<Arrival, string>();
  readonly #late: DeadlineQueue<Arrival>;
  readonly #waiting: DeadlineQueue<Arrival>;

  constructor(
    certificate: SecureContextOptions,
    options: TlsStepOptions,
    now: () => number,
    events: TlsStepEvents,
  ) {
    this.#options = options;
    this.#now = now;
    this.#events = events;
    this.#late = new DeadlineQueue(options.handshakeMs);
    this.#waiting = new DeadlineQueue(options.handshakeMs);
    // This server never listens: connections are handed to it.
    this.#server = createServer(certificate);
    this.#server.on('secureConnection', (socket) => this.#onSecureConnection(socket));
    // A connection whose handshake fails ends, and is counted then.
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const arrival = this.#underWay.get(endsOf(socket));
      if (arrival !== undefined) arrival.detail = error.code ?? error.message;
      socket.destroy();
    });
  }

  /** Uses another certificate for the handshakes to come. */
  use(certificate: SecureContextOptions): void {
    this.#server.setSecureContext(certificate);
  }

  start(arrival: Arrival): void {
    arrival.holder = this;
    if (this.#underWay.size < this.#options.concurrentHandshakes) {
      this.#begin(arrival);
    } else if (this.#waiting.size < MAX_WAITING_HANDSHAKES) {
      this.#waiting.add(arrival, this.#now());
    } else {
      arrival.drop('tlsQueueFull');
    }
  }

  sweep(nowMs: number): void {
    for (const arrival of this.#waiting.takeLate(nowMs)) arrival.drop('tlsQueueFull');
    for (const arrival of this.#late.takeLate(nowMs)) arrival.drop('tlsLate');
  }

  onGone(arrival: Arrival): void {
    this.#waiting.delete(arrival);
    this.#end(arrival);
  }

  #begin(arrival: Arrival): void {
    const key = endsOf(arrival.socket);
    arrival.refusal = 'tlsFailed';
    this.#underWay.set(key, arrival);
    this.#keys.set(arrival, key);
    this.#late.add(arrival, this.#now());
    const { socket } = arrival;
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      const spoken = spokenProtocol(chunk);
      if (spoken === 'http' || spoken === 'stratum') {
        this.#end(arrival);
        this.#events.onOtherProtocol(arrival, spoken);
        return;
      }
      socket.unshift(chunk);
      this.#server.emit('connection', socket);
    });
    socket.resume();
  }

  #onSecureConnection(socket: TLSSocket): void {
    const arrival = this.#underWay.get(endsOf(socket));
    socket.on('error', ignore);
    if (arrival === undefined || arrival.socket.destroyed) {
      socket.destroy();
      return;
    }
    arrival.holder = undefined;
    mark(socket, arrival);
    this.#end(arrival);
    this.#events.onSecure(arrival, socket);
  }

  /** A handshake is over; the next may begin. */
  #end(arrival: Arrival): void {
    const key = this.#keys.get(arrival);
    if (key === undefined) return;
    this.#keys.delete(arrival);
    this.#underWay.delete(key);
    this.#late.delete(arrival);
    for (;;) {
      const next = this.#waiting.takeOldest();
      if (next === undefined) return;
      if (next.socket.destroyed) continue;
      this.#begin(next);
      return;
    }
  }
}

/** Both ends of a connection as a key: the TLS socket and the socket below have the same, and no other connection has. */
function endsOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}

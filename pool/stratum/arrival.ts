/**
 * A connection, from its acceptance to its end.
 * @module
 */
import type { Socket } from 'node:net';

/** The owner of a connection: a step on its way in, or its channel. */
export interface Holder {
  /** The connection has ended. */
  onGone(arrival: Arrival): void;
}

/** The keeper of all connections. */
export interface Reception {
  onGone(arrival: Arrival): void;
}

const ARRIVAL = Symbol('arrival');

/** A socket of a connection: TCP's own, or the TLS socket above it. */
interface MarkedSocket extends Socket {
  [ARRIVAL]?: Arrival;
}

/** One connection. It holds no closures of its own: 18,000 connections must fit into memory. */
export class Arrival {
  readonly socket: Socket;
  readonly #reception: Reception;
  /** Canonical text; the load balancer's until its header is read. */
  remoteAddress: string;
  /** Whether `admit` said so. */
  admitted = false;
  /** The reason of refusal if the connection ends now; undefined once it has a channel. */
  refusal: string | undefined = undefined;
  /** More of it, where there is more. */
  detail: string | undefined = undefined;
  holder: Holder | undefined = undefined;

  constructor(socket: Socket, remoteAddress: string, reception: Reception) {
    this.socket = socket;
    this.remoteAddress = remoteAddress;
    this.#reception = reception;
    mark(socket, this);
    socket.on('error', ignore);
    socket.on('close', onClose);
  }

  /** Ends the connection at once. */
  drop(refusal: string): void {
    this.refusal = refusal;
    this.socket.destroy();
  }

  onClose(): void {
    const { holder } = this;
    this.holder = undefined;
    holder?.onGone(this);
    this.#reception.onGone(this);
  }
}

/** Notes the connection that a socket belongs to. */
export function mark(socket: Socket, arrival: Arrival): void {
  (socket as MarkedSocket)[ARRIVAL] = arrival;
}

/** The connection of a socket. */
export function arrivalOf(socket: object): Arrival | undefined {
  return (socket as MarkedSocket)[ARRIVAL];
}

// Shared by all sockets: Node.js calls them with the socket as `this`.
function onClose(this: object): void {
  arrivalOf(this)?.onClose();
}

/** A socket's error is followed by its close, which is handled. */
export function ignore(): void {}

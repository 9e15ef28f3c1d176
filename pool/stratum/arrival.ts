/**
 * A connection, from its acceptance to its end.
 * @module
 */
import type { Socket } from 'node:net';

/** What a connection is in the hands of: a step on its way in, or its channel. */
export interface Holder {
  /** The connection has ended. */
  onGone(arrival: Arrival): void;
}

/** What keeps account of connections. */
export interface Reception {
  onGone(arrival: Arrival): void;
}

const ARRIVAL = Symbol('arrival');

/** A socket that a connection hangs on: TCP's own, or that of TLS above it. */
interface MarkedSocket extends Socket {
  [ARRIVAL]?: Arrival;
}

/** One connection. Nothing in it is made anew for each: 18,000 of them must fit. */
export class Arrival {
  readonly socket: Socket;
  readonly #reception: Reception;
  /** Canonical text; the load balancer's until its header is read. */
  remoteAddress: string;
  /** Whether `admit` said so. */
  admitted = false;
  /** What it is refused for if it ends now; undefined once it has a channel. */
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

  /** Ends it at once. */
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

/** Notes whose socket it is. */
export function mark(socket: Socket, arrival: Arrival): void {
  (socket as MarkedSocket)[ARRIVAL] = arrival;
}

/** The connection that hangs on a socket. */
export function arrivalOf(socket: object): Arrival | undefined {
  return (socket as MarkedSocket)[ARRIVAL];
}

// Shared by all sockets: Node.js calls them with the socket as `this`.
function onClose(this: object): void {
  arrivalOf(this)?.onClose();
}

/** Errors of a socket are followed by its end, and that is all we need to know. */
export function ignore(): void {}

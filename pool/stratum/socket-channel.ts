/**
 * A channel over a socket: TCP's own, or the TLS socket above it.
 * @module
 */
import type { Socket } from 'node:net';
import type { Arrival, Holder } from './arrival.js';
import type { Channel, ChannelEvents } from './channel.js';
import type { Door } from './door.js';
import { descriptorOf, writeAtOnce } from './write-at-once.js';

const CHANNEL = Symbol('channel');

interface ChannelSocket extends Socket {
  [CHANNEL]?: SocketChannel;
}

class SocketChannel implements Channel, Holder {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  /** Of a socket that sends what is written as it is, or -1. It is the socket's until that is destroyed, and so not writable. */
  readonly #fd: number;
  readonly #door: Door;
  readonly #arrival: Arrival;
  #events: ChannelEvents | undefined;

  constructor(socket: Socket, arrival: Arrival, door: Door) {
    this.remoteAddress = arrival.remoteAddress;
    this.#socket = socket;
    this.#fd = socket === arrival.socket ? descriptorOf(socket) : -1;
    this.#arrival = arrival;
    this.#door = door;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  write(data: string | Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    const taken = this.#fd >= 0 && socket.writableLength === 0 ? writeAtOnce(this.#fd, data) : 0;
    if (taken === data.length) return true;
    return typeof data === 'string'
      ? socket.write(data.slice(taken), 'latin1')
      : socket.write(data.subarray(taken));
  }

  end(): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return;
    this.#door.linger(this.#arrival);
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  hear(events: ChannelEvents): void {
    this.#events = events;
  }

  onData(chunk: Buffer): void {
    // Reading goes on without a listener: closing with unread bytes would take back what was sent.
    if (!this.#socket.writableEnded) this.#events?.onData(chunk);
  }

  /** The client sends no more. Unsent bytes get limited time: the client may never read them. */
  onEnd(): void {
    this.#door.linger(this.#arrival);
  }

  onGone(): void {
    const events = this.#events;
    this.#events = undefined;
    events?.onClose();
  }
}

/** Makes the channel of a connection whose client is ready to talk. */
export function openSocketChannel(socket: Socket, arrival: Arrival, door: Door): void {
  const channel = new SocketChannel(socket, arrival, door);
  arrival.refusal = undefined;
  arrival.holder = channel;
  const events = door.handlers.onChannel(channel);
  if (events === undefined) {
    socket.destroy();
    return;
  }
  channel.hear(events);
  (socket as ChannelSocket)[CHANNEL] = channel;
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.resume();
}

// Shared by all sockets: Node.js calls them with the socket as `this`.
function onData(this: ChannelSocket, chunk: Buffer): void {
  this[CHANNEL]?.onData(chunk);
}

function onEnd(this: ChannelSocket): void {
  this[CHANNEL]?.onEnd();
}

/**
 * Turns connections on their way in into WebSockets, and looks after them.
 * @module
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { showMessageLine } from '../../protocol/stratum/reply.js';
import { spokenProtocol, tlsAlert, wrongProtocolText } from '../../protocol/stratum/spoken-protocol.js';
import { receiverLimits } from '../guard/websocket-limits.js';
import { type Arrival, arrivalOf, type Holder, ignore } from './arrival.js';
import { DeadlineQueue } from './deadline-queue.js';
import type { Door } from './door.js';
import { type ChannelKeeper, WebSocketChannel } from './websocket-channel.js';

/** Longest headers of the HTTP request, bytes. */
const MAX_HEADER_BYTES = 8192;

export interface WebSocketStepOptions {
  readonly carrier: 'ws' | 'wss';
  /** Time for the HTTP request that begins a WebSocket, ms. */
  readonly upgradeMs: number;
  /** Longest message, bytes. */
  readonly maxMessageBytes: number;
  /** Time for a message from its first byte on, ms. */
  readonly messageMs: number;
  /** A client is asked as often whether it lives, and has as long to answer, ms. */
  readonly pingMs: number;
}

export class WebSocketStep implements Holder, ChannelKeeper {
  readonly #door: Door;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #upgrading: DeadlineQueue<Arrival>;
  readonly #channels: DeadlineQueue<WebSocketChannel>;
  /** Those with a message that is not whole yet. */
  readonly #open: DeadlineQueue<WebSocketChannel>;

  constructor(door: Door, options: WebSocketStepOptions) {
    this.#door = door;
    this.#upgrading = new DeadlineQueue(options.upgradeMs);
    this.#channels = new DeadlineQueue(options.pingMs);
    this.#open = new DeadlineQueue(options.messageMs);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      ...receiverLimits(options.maxMessageBytes),
    });
    // This server never listens: connections are handed to it. Its own deadlines are off, since ours apply.
    this.#http = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAlive: false });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    this.#http.on('request', (_, response) => {
      const headers = {
        connection: 'close',
        upgrade: 'websocket',
        'content-type': 'text/plain; charset=utf-8',
      };
      response.writeHead(426, headers).end(`${wrongProtocolText(options.carrier)}\n`);
    });
    this.#http.on('clientError', (error: Error & { readonly rawPacket?: Uint8Array }, socket) =>
      this.#refuse(error.rawPacket, socket as Socket, options.carrier),
    );
  }

  /** @param socket - TCP's, or that of TLS above it */
  start(arrival: Arrival, socket: Socket): void {
    arrival.refusal = 'upgradeFailed';
    arrival.holder = this;
    this.#upgrading.add(arrival, this.#door.now());
    this.#http.emit('connection', socket);
    socket.resume();
  }

  sweep(nowMs: number): void {
    for (const arrival of this.#upgrading.takeLate(nowMs)) arrival.drop('upgradeLate');
    for (const channel of this.#open.takeLate(nowMs)) channel.onLate();
    for (const channel of this.#channels.takeLate(nowMs)) {
      if (channel.ping()) this.#channels.add(channel, nowMs);
      else channel.destroy();
    }
  }

  close(): void {
    this.#http.close();
    this.#webSockets.close();
  }

  onOpenMessage(channel: WebSocketChannel): void {
    this.#open.add(channel, this.#door.now());
  }

  onWholeMessage(channel: WebSocketChannel): void {
    this.#open.delete(channel);
  }

  onEnd(channel: WebSocketChannel): void {
    this.#channels.delete(channel);
    this.#open.delete(channel);
  }

  onGone(arrival: Arrival): void {
    this.#upgrading.delete(arrival);
  }

  /** What came is no HTTP. @param bytes - the last that came, if they are known */
  #refuse(bytes: Uint8Array | undefined, socket: Socket, carrier: 'ws' | 'wss'): void {
    const arrival = arrivalOf(socket);
    const spoken = bytes === undefined || bytes.length === 0 ? 'unknown' : spokenProtocol(bytes);
    // An HTTP request that does not parse, or bytes behind one that does, are a broken client's.
    if (arrival === undefined || (spoken !== 'tls' && spoken !== 'stratum')) {
      socket.destroy();
      return;
    }
    this.#upgrading.delete(arrival);
    arrival.detail = spoken;
    const answer =
      spoken === 'tls' ? tlsAlert('protocolVersion') : showMessageLine(wrongProtocolText(carrier));
    this.#door.turnAway(arrival, 'otherProtocol', answer, socket);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const arrival = arrivalOf(socket);
    if (arrival === undefined) {
      socket.destroy();
      return;
    }
    socket.on('error', ignore);
    // What is no proper WebSocket request is answered 400 there, and ends: it is counted then.
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#upgrading.delete(arrival);
      const channel = new WebSocketChannel(webSocket, socket, arrival, this.#door, this);
      arrival.refusal = undefined;
      arrival.holder = channel;
      this.#channels.add(channel, this.#door.now());
      const events = this.#door.handlers.onChannel(channel);
      if (events === undefined) webSocket.terminate();
      else channel.hear(events);
    });
  }
}

/**
 * Sends events of the pool to listeners over WebSocket. A slow reader loses events, then its connection. No reader ever
 * holds up the pool.
 * @module
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { networkOf } from '../../../protocol/remote-network.js';
import { FrameWatch } from '../../guard/frame-watch.js';
import { receiverLimits } from '../../guard/websocket-limits.js';
import type { FeedEvent } from './feed-schema.js';

/** Most listeners at a time. */
const MAX_FEED_CONNECTIONS = 500;

/** Most listeners of one remote address. */
const MAX_FEED_CONNECTIONS_PER_ADDRESS = 20;

/** From this many unsent bytes on a reader gets no events: some hundred events wait for it. */
const MAX_WAITING_BYTES = 65_536;

/** Events that a reader may lose in a row before its connection is ended. */
const MAX_LOST_EVENTS = 100;

/** Longest message of a listener, bytes; messages of listeners are ignored. */
const MAX_MESSAGE_BYTES = 1_024;

/** Messages of one listener, pings included, within the time between two pings of ours. */
const MAX_MESSAGES_A_PING = 60;

const PING_MS = 30_000;

/** Longest time for a listener's message from its first byte on, ms; and how often that is checked. */
const MESSAGE_MS = 10_000;
const SWEEP_MS = 1_000;

interface Reader {
  readonly network: string;
  lost: number;
  /** Whether the listener answered the last ping. */
  alive: boolean;
  messages: number;
  readonly frames: FrameWatch;
  /** When the listener's unfinished message began; undefined without such a message. */
  openSinceMs: number | undefined;
}

/** The sender of an upgrade request, and whether it may have one. */
export interface FeedAdmission {
  addressOf(request: IncomingMessage): string;
  /** @returns false if the address asks too often */
  mayAsk(address: string): boolean;
}

export class Feed {
  readonly #server = new WebSocketServer({
    noServer: true,
    ...receiverLimits(MAX_MESSAGE_BYTES),
    clientTracking: false,
  });
  readonly #readers = new Map<WebSocket, Reader>();
  readonly #byNetwork = new Map<string, number>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #now: () => number;
  readonly #greeting: () => readonly FeedEvent[];

  /** @param greeting - messages that a new listener gets first @param now - monotonic clock, ms */
  constructor(greeting: () => readonly FeedEvent[], now: () => number) {
    this.#greeting = greeting;
    this.#now = now;
    this.#timers = [
      setInterval(() => this.#ping(), PING_MS).unref(),
      setInterval(() => this.#sweep(), SWEEP_MS).unref(),
    ];
  }

  get connections(): number {
    return this.#readers.size;
  }

  /** Takes WebSockets of a path of an HTTP server, and refuses all others. */
  serve(server: Server, path: string, { addressOf, mayAsk }: FeedAdmission): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Until `ws` takes the socket over, nothing else handles its errors.
      const ignore = (): void => {};
      socket.on('error', ignore);
      const address = addressOf(request);
      const network = networkOf(address);
      if (request.url?.split('?')[0] !== path) refuse(socket, '404 Not Found');
      else if (!mayAsk(address)) refuse(socket, '429 Too Many Requests');
      else if (this.#isFull(network)) refuse(socket, '503 Service Unavailable');
      else
        this.#server.handleUpgrade(request, socket, head, (client) => {
          socket.off('error', ignore);
          this.#add(client, socket, network);
        });
    });
  }

  /** Sends an event to all listeners that keep up. */
  tell(event: FeedEvent): void {
    if (this.#readers.size === 0) return;
    const text = JSON.stringify(event);
    for (const [client, reader] of this.#readers) {
      if (client.bufferedAmount <= MAX_WAITING_BYTES) {
        reader.lost = 0;
        client.send(text, noteError);
      } else if (++reader.lost >= MAX_LOST_EVENTS) client.terminate();
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of this.#readers.keys()) {
      client.close(1001, 'the pool stops');
      client.terminate();
    }
  }

  #isFull(network: string): boolean {
    return (
      this.#readers.size >= MAX_FEED_CONNECTIONS ||
      (this.#byNetwork.get(network) ?? 0) >= MAX_FEED_CONNECTIONS_PER_ADDRESS
    );
  }

  #add(client: WebSocket, socket: Duplex, network: string): void {
    const reader: Reader = {
      network,
      lost: 0,
      alive: true,
      messages: 0,
      frames: new FrameWatch(),
      openSinceMs: undefined,
    };
    this.#readers.set(client, reader);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    client.on('error', () => client.terminate());
    client.on('close', () => this.#remove(client, reader));
    client.on('pong', () => {
      reader.alive = true;
    });
    client.on('message', () => this.#count(client, reader, 1));
    // Counted before `ws` reads the bytes: it would answer each ping of a flood that came at once.
    socket.prependListener('data', (chunk: Uint8Array) => this.#onBytes(client, reader, chunk));
    for (const event of this.#greeting()) client.send(JSON.stringify(event), noteError);
  }

  #onBytes(client: WebSocket, reader: Reader, chunk: Uint8Array): void {
    const { frames } = reader;
    frames.push(chunk);
    if (frames.controls > 0) this.#count(client, reader, frames.controls);
    if (!frames.open) reader.openSinceMs = undefined;
    else if (reader.openSinceMs === undefined || frames.ended) reader.openSinceMs = this.#now();
  }

  #count(client: WebSocket, reader: Reader, messages: number): void {
    reader.messages += messages;
    if (reader.messages > MAX_MESSAGES_A_PING) client.terminate();
  }

  #sweep(): void {
    const startedMs = this.#now() - MESSAGE_MS;
    for (const [client, { openSinceMs }] of this.#readers)
      if (openSinceMs !== undefined && openSinceMs <= startedMs) client.terminate();
  }

  #remove(client: WebSocket, { network }: Reader): void {
    if (!this.#readers.delete(client)) return;
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, left);
  }

  #ping(): void {
    for (const [client, reader] of this.#readers) {
      if (!reader.alive) client.terminate();
      else {
        reader.alive = false;
        reader.messages = 0;
        client.ping(noteError);
      }
    }
  }
}

/** Unsent messages are lost; `close` tells that the connection is gone. */
function noteError(): void {}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

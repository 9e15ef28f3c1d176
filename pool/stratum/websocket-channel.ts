/**
 * A channel over a WebSocket: text messages of one or more lines.
 * @module
 */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { FrameWatch } from '../guard/frame-watch.js';
import { type Arrival, arrivalOf, type Holder } from './arrival.js';
import type { Channel, ChannelEvents } from './channel.js';
import type { Door } from './door.js';

/** Close codes of RFC 6455: we end it; data of a kind that is not taken. */
const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;

const NEWLINE = 10;

/** Codes of the errors of `ws` that a client is to blame for begin so; those of a message that is longer, or in more pieces, than one may be. */
const ABUSE = 'WS_ERR_';
const TOO_LONG = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_TOO_MANY_BUFFERED_PARTS']);

/** Control frames at once that may come after we have ended a connection: a ping, a pong. */
const MAX_PARTING_CONTROLS = 2;

const CHANNEL = Symbol('channel');

interface ChannelWebSocket extends WebSocket {
  [CHANNEL]?: WebSocketChannel;
}

/** What looks after all channels of a listener. */
export interface ChannelKeeper {
  /** A message has begun, and did not end with the bytes that came. */
  onOpenMessage(channel: WebSocketChannel): void;
  /** There is no such message any more. */
  onWholeMessage(channel: WebSocketChannel): void;
  onEnd(channel: WebSocketChannel): void;
}

export class WebSocketChannel implements Channel, Holder {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #arrival: Arrival;
  readonly #door: Door;
  readonly #keeper: ChannelKeeper;
  readonly #frames = new FrameWatch();
  /** Whether the keeper knows of an open message. */
  #open = false;
  #events: ChannelEvents | undefined;
  /** Whether anything came since the last ping. */
  #alive = true;

  /** @param carrier - the socket beneath: nothing of it was read yet */
  constructor(socket: WebSocket, carrier: Socket, arrival: Arrival, door: Door, keeper: ChannelKeeper) {
    this.remoteAddress = arrival.remoteAddress;
    this.#socket = socket;
    this.#arrival = arrival;
    this.#door = door;
    this.#keeper = keeper;
    const marked: ChannelWebSocket = socket;
    marked[CHANNEL] = this;
    // Before `ws` reads them: of a flood it would answer all that came at once.
    carrier.prependListener('data', onBytes);
    socket.on('message', onMessage);
    socket.on('pong', onPong);
    socket.on('error', onError);
  }

  get pendingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write(data: string | Uint8Array): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return true;
    // The text has one character a byte: those bytes are what goes out, as text.
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    this.#socket.send(bytes, SEND_TEXT, ignoreError);
    return this.#socket.bufferedAmount === 0;
  }

  end(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#door.linger(this.#arrival);
    this.#socket.close(NORMAL);
  }

  destroy(): void {
    this.#socket.terminate();
  }

  hear(events: ChannelEvents): void {
    this.#events = events;
  }

  /** Asks whether the client lives. @returns false if it did not answer the last time */
  ping(): boolean {
    if (!this.#alive) return false;
    this.#alive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping(ignoreError);
    return true;
  }

  onBytes(chunk: Uint8Array): void {
    const frames = this.#frames;
    frames.push(chunk);
    if (frames.controls > 0 && !this.#mayControl(frames.controls)) {
      this.#socket.terminate();
      return;
    }
    if (!frames.open) {
      if (this.#open) this.#keeper.onWholeMessage(this);
    } else if (!this.#open || frames.ended) this.#keeper.onOpenMessage(this);
    this.#open = frames.open;
  }

  #mayControl(count: number): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return count <= MAX_PARTING_CONTROLS;
    return this.#events?.onControl(count) ?? true;
  }

  /** The end of a message did not come in time. */
  onLate(): void {
    this.#events?.onBroken('lineDeadline');
    this.#socket.terminate();
  }

  onMessage(data: RawData, isBinary: boolean): void {
    this.#alive = true;
    if (this.#events === undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    if (isBinary) {
      this.#door.linger(this.#arrival);
      this.#socket.close(UNSUPPORTED_DATA, 'text only');
      this.#events.onBroken('garbage');
      return;
    }
    const text = data as Buffer;
    this.#events.onData(text.at(-1) === NEWLINE ? text : Buffer.concat([text, LINE_END]));
  }

  onPong(): void {
    this.#alive = true;
  }

  /** Broken frames, too long messages: `ws` ends the connection itself, and waits for the client to do so too. */
  onError({ code }: NodeJS.ErrnoException): void {
    if (code?.startsWith(ABUSE) !== true) return;
    this.#door.linger(this.#arrival);
    this.#events?.onBroken(TOO_LONG.has(code) ? 'lineTooLong' : 'garbage');
  }

  onGone(): void {
    const events = this.#events;
    this.#events = undefined;
    this.#keeper.onEnd(this);
    events?.onClose();
  }
}

const SEND_TEXT = { binary: false };
const LINE_END = Uint8Array.of(NEWLINE);

// Shared by all: called with the socket, those below with the WebSocket, as `this`.
function onBytes(this: Socket, chunk: Uint8Array): void {
  const holder = arrivalOf(this)?.holder;
  if (holder instanceof WebSocketChannel) holder.onBytes(chunk);
}

function onMessage(this: ChannelWebSocket, data: RawData, isBinary: boolean): void {
  this[CHANNEL]?.onMessage(data, isBinary);
}

function onPong(this: ChannelWebSocket): void {
  this[CHANNEL]?.onPong();
}

function onError(this: ChannelWebSocket, error: NodeJS.ErrnoException): void {
  this[CHANNEL]?.onError(error);
}

function ignoreError(): void {}

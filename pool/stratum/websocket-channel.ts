/**
 * A channel over a WebSocket: text messages of one or more lines.
 * @module
 */
import type { RawData, WebSocket } from 'ws';
import type { Arrival, Holder } from './arrival.js';
import type { Channel, ChannelEvents } from './channel.js';
import type { Door } from './door.js';

/** Close codes of RFC 6455: we end it; data of a kind that is not taken. */
const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;

const NEWLINE = 10;

/** Codes of the errors of `ws` that a client is to blame for begin so; that of a message beyond `maxPayload`. */
const ABUSE = 'WS_ERR_';
const TOO_LONG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

const CHANNEL = Symbol('channel');

interface ChannelWebSocket extends WebSocket {
  [CHANNEL]?: WebSocketChannel;
}

export class WebSocketChannel implements Channel, Holder {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #arrival: Arrival;
  readonly #door: Door;
  readonly #onEnd: (channel: WebSocketChannel) => void;
  #events: ChannelEvents | undefined;
  /** Whether anything came since the last ping. */
  #alive = true;

  constructor(socket: WebSocket, arrival: Arrival, door: Door, onEnd: (channel: WebSocketChannel) => void) {
    this.remoteAddress = arrival.remoteAddress;
    this.#socket = socket;
    this.#arrival = arrival;
    this.#door = door;
    this.#onEnd = onEnd;
    const marked: ChannelWebSocket = socket;
    marked[CHANNEL] = this;
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
    this.#events?.onBroken(code === TOO_LONG ? 'lineTooLong' : 'garbage');
  }

  onGone(): void {
    const events = this.#events;
    this.#events = undefined;
    this.#onEnd(this);
    events?.onClose();
  }
}

const SEND_TEXT = { binary: false };
const LINE_END = Uint8Array.of(NEWLINE);

// Shared by all: called with the WebSocket as `this`.
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

/**
 * Lines over a browser's WebSocket. Browsers don't tell a page why a connection failed: the words say what it may be.
 * @module
 */
import { type PoolEndpoint, poolUrl } from '../../../miner/sources/pool-endpoint.js';
import {
  MAX_UNSENT_BYTES,
  type Transport,
  type TransportEvents,
  type TransportOptions,
} from '../../../miner/sources/transports/transport.js';

const NEWLINE = Uint8Array.of(10);
const bytesOf = new TextEncoder();

export class BrowserTransport implements Transport {
  /** Browsers do not tell. */
  readonly peer = undefined;
  readonly #socket: WebSocket | undefined;
  readonly #options: TransportOptions;
  readonly #events: TransportEvents;
  readonly #timer: ReturnType<typeof setTimeout>;
  #closed = false;

  constructor(endpoint: PoolEndpoint, options: TransportOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#timer = setTimeout(
      () => this.#end(`no connection within ${options.connectTimeoutMs} ms`),
      options.connectTimeoutMs,
    );
    try {
      this.#socket = new WebSocket(poolUrl(endpoint));
    } catch (error) {
      // Later: nothing is told before this returns.
      const why = error instanceof Error ? error.message : String(error);
      setTimeout(() => this.#end(`the browser does not connect there: ${why}`), 0);
      return;
    }
    let opened = false;
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => {
      opened = true;
      clearTimeout(this.#timer);
      if (!this.#closed) events.onOpen();
    };
    this.#socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(data);
    this.#socket.onclose = ({ code }) =>
      this.#end(
        opened
          ? `the pool closed the connection (${code})`
          : 'no connection: the pool does not listen there, or something in between does not let it through',
      );
  }

  send(line: string): boolean {
    if (this.#closed || this.#socket === undefined) return false;
    this.#socket.send(line);
    if (this.#socket.bufferedAmount <= MAX_UNSENT_BYTES) return true;
    this.#end('the pool does not read what it is sent');
    return false;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#closed) return;
    const bytes = typeof data === 'string' ? bytesOf.encode(data) : new Uint8Array(data);
    if (bytes.length > this.#options.maxLineBytes) {
      this.#end(`sent a message of more than ${this.#options.maxLineBytes} bytes`);
      return;
    }
    this.#events.onData(bytes);
    if (!this.#closed && bytes.at(-1) !== NEWLINE[0]) this.#events.onData(NEWLINE);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onClose(reason);
  }
}

/**
 * A client that sends bytes as it is told to, and notes what comes back.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { sleep, waitFor } from './wait.js';

export class RawClient<S extends Socket = Socket> {
  readonly socket: S;
  received = '';
  closed = false;

  constructor(socket: S) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Waits for the connection. */
  static async open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host, noDelay: true });
    const client = new RawClient(socket);
    await waitFor('the connection', () => !socket.connecting);
    return client;
  }

  /** Begins a handshake, and does not wait for its end. @param over - a connection that is there already */
  static secure(port: number, options: ConnectionOptions = {}): RawClient<TLSSocket> {
    return new RawClient(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }));
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.socket.write(data, 'latin1');
    else this.socket.write(data);
  }

  /** Sends in pieces that arrive one by one. */
  async sendCut(data: Uint8Array, ...cuts: readonly number[]): Promise<void> {
    let from = 0;
    for (const to of [...cuts, data.length]) {
      if (to > from) this.send(data.subarray(from, to));
      from = to;
      await sleep(2);
    }
  }

  async receives(text: string): Promise<void> {
    await waitFor(`${JSON.stringify(text)} from the server`, () => this.received.includes(text));
  }

  async isClosed(): Promise<void> {
    await waitFor('the end of the connection', () => this.closed);
  }
}

/**
 * A scripted miner API on a free loopback port: does to each connection what the test says, right or wrong.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ClientMessage, decodeClientMessage, FrameDecoder } from '../../protocol/frames.js';
import { freePort } from './free-port.js';

export class FakeNode {
  readonly #server: Server;
  /** Kept after the end, too. */
  #port = 0;
  readonly sockets: Socket[] = [];
  /** What clients sent, in order of arrival. */
  readonly received: { readonly message: ClientMessage; readonly socket: Socket }[] = [];
  /** Called for each new connection, with its number from 0 on. */
  onConnection: (socket: Socket, index: number) => void = () => {};
  onMessage: (message: ClientMessage, socket: Socket) => void = () => {};

  private constructor() {
    this.#server = createServer((socket) => {
      const decoder = new FrameDecoder();
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        // Asked whether it is a REST API, as a port is that says nothing.
        if (chunk.toString('latin1', 0, 4) === 'GET ') {
          socket.destroy();
          return;
        }
        for (const frame of decoder.push(chunk)) {
          const message = decodeClientMessage(frame);
          this.received.push({ message, socket });
          this.onMessage(message, socket);
        }
      });
      this.sockets.push(socket);
      this.onConnection(socket, this.sockets.length - 1);
    });
  }

  /** @param port - one that is free, and stays so after the end, if left out */
  static async listen(port?: number): Promise<FakeNode> {
    const node = new FakeNode();
    node.#server.listen(port ?? (await freePort()), '127.0.0.1');
    await once(node.#server, 'listening');
    node.#port = (node.#server.address() as AddressInfo).port;
    return node;
  }

  get port(): number {
    return this.#port;
  }

  get endpoint(): { host: string; port: number; restPort: number } {
    // Nothing listens on port 1: the REST API is away.
    return { host: '127.0.0.1', port: this.port, restPort: 1 };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/**
 * Stands before a node's miner API, and cuts what it says in two.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Bytes of the next message that still pass before the connection is reset; undefined for all of them. */
  passBytes: number | undefined;
  /** Connections that were cut. */
  cuts = 0;

  private constructor(nodePort: number) {
    this.#server = createServer((client) => {
      const node = connect(nodePort, '127.0.0.1');
      for (const socket of [client, node]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          node.destroy();
        });
      }
      client.on('data', (chunk) => node.write(chunk));
      node.on('data', (chunk) => {
        const { passBytes } = this;
        if (passBytes === undefined) {
          client.write(chunk);
          return;
        }
        this.passBytes = undefined;
        this.cuts++;
        client.write(chunk.subarray(0, passBytes), () => client.resetAndDestroy());
        node.destroy();
      });
    });
  }

  static async listen(nodePort: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(nodePort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Says something in the node's place, and goes on. */
  inject(bytes: Uint8Array): void {
    // Clients of the proxy are every other socket, the first of each pair.
    for (const socket of [...this.#sockets].filter((_, i) => i % 2 === 0))
      if (!socket.destroyed) socket.write(bytes);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

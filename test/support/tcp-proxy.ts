/**
 * A hop between a client and a server: connections can be led elsewhere, cut, or cut between a request and its reply.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What the server has done, and the client will not hear of. */
interface Ambush {
  /** In a request. */
  readonly mark: string;
  /** In a reply to let pass: nothing was done. */
  readonly unless: string;
  readonly onDone: () => void;
}

export class TcpProxy {
  /** Port on loopback that new connections are led to. */
  target: number;
  /** Whether what clients say is lost on the way. */
  deaf = false;
  /** Whether what the server says is. */
  mute = false;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #ambush: Ambush | undefined;

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#lead(client));
  }

  static async start(t: { after(end: () => unknown): void }, target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    t.after(() => {
      proxy.#server.close();
      proxy.cut();
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /**
   * The next request with a mark in it reaches the server; its reply is swallowed, and the connection ends.
   * Resolves when the server has replied.
   * @param unless - a reply with this in it is let pass, and the wait goes on
   */
  swallowReply(mark: string, unless: string): Promise<void> {
    return new Promise((resolve) => {
      this.#ambush = { mark, unless, onDone: resolve };
    });
  }

  #lead(client: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    let caught = false;
    client.on('data', (chunk) => {
      if (this.#ambush !== undefined && chunk.includes(this.#ambush.mark)) caught = true;
      if (!this.deaf) server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (this.mute) return;
      const ambush = this.#ambush;
      if (!caught || ambush === undefined || chunk.includes(ambush.unless)) {
        client.write(chunk);
        return;
      }
      this.#ambush = undefined;
      client.destroy();
      server.destroy();
      ambush.onDone();
    });
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const end of pair) end.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}

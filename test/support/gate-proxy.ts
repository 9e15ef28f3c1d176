/**
 * A hop between a client and a server that stops at a chosen request: before the server has it, or before the client has the answer.
 * Whatever comes after it on that connection waits, too.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where it stops. */
export interface Gate {
  /** In the request. */
  readonly mark: string;
  /** Whether the request waits, or its answer. */
  readonly at: 'request' | 'answer';
}

export class GateProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #gate: Gate | undefined;
  #onStop: () => void = () => {};
  /** What waits, in its order; undefined while nothing is to wait. */
  #held: (() => void)[] | undefined;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#lead(client));
  }

  /** @param target - port on loopback */
  static async start(t: { after(end: () => unknown): void }, target: number): Promise<GateProxy> {
    const proxy = new GateProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    t.after(() => {
      proxy.#server.close();
      for (const socket of proxy.#sockets) socket.destroy();
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops at the next request with a mark in it. Resolves as soon as it waits there. */
  stopAt(gate: Gate): Promise<void> {
    this.#gate = gate;
    return new Promise((resolve) => {
      this.#onStop = resolve;
    });
  }

  /** What waits goes its way, and so does all that comes. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  #lead(client: Socket): void {
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    /** Which of its directions wait. */
    let stopped: Gate['at'] | undefined;
    const stop = (at: Gate['at']): void => {
      stopped = at;
      this.#gate = undefined;
      this.#held = [];
      this.#onStop();
    };
    const pass = (chunk: Buffer, from: Gate['at'], to: Socket): void => {
      if (stopped === from && this.#held !== undefined) this.#held.push(() => void to.write(chunk));
      else to.write(chunk);
    };
    let isAsked = false;
    client.on('data', (chunk: Buffer) => {
      const gate = this.#gate;
      if (gate !== undefined && chunk.includes(gate.mark)) {
        if (gate.at === 'request') stop('request');
        else isAsked = true;
      }
      pass(chunk, 'request', server);
    });
    server.on('data', (chunk: Buffer) => {
      if (isAsked && this.#gate?.at === 'answer') stop('answer');
      pass(chunk, 'answer', client);
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // The server hears of a request also when nobody waits for its answer any more.
        if (this.#held !== undefined && stopped !== undefined) this.#held.push(() => end());
        else end();
      });
    }
    const end = (): void => {
      client.destroySoon();
      server.destroySoon();
    };
  }
}

/**
 * The least that can be done with hostile clients: they are let in up to the pool's limits, what they send is read and
 * thrown away, and who is over a limit goes. Beside a pool that they leave alone it shows what their mere presence on the
 * machine costs everybody.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a sink bears of its clients. */
export interface SinkLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Bytes after which a connection ends; undefined for no end. */
  readonly bytes?: number;
  /** Time after which a connection ends, ms; undefined for no end. */
  readonly lifeMs?: number;
  /** Connections of an address that ended for their bytes after which it is let in no more. */
  readonly offences?: number;
}

/** A listener of the sink. */
export class Sink {
  readonly #limits: SinkLimits;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #byAddress = new Map<string, number>();
  readonly #offences = new Map<string, number>();

  constructor(limits: SinkLimits) {
    this.#limits = limits;
    this.#server = createServer({ noDelay: true }, (socket) => this.#take(socket));
  }

  /** Connections that are there. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Listens. @returns the port */
  async listen(host: string): Promise<number> {
    this.#server.listen({ port: 0, host, backlog: 4096 });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: Socket): void {
    const { connections, connectionsPerAddress, offences, bytes, lifeMs } = this.#limits;
    const address = socket.remoteAddress ?? '';
    const present = this.#byAddress.get(address) ?? 0;
    const isBanned = offences !== undefined && (this.#offences.get(address) ?? 0) >= offences;
    if (isBanned || this.#sockets.size >= connections || present >= connectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#byAddress.set(address, present + 1);
    const timer = lifeMs === undefined ? undefined : setTimeout(() => socket.destroy(), lifeMs);
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      this.#byAddress.set(address, this.#byAddress.get(address)! - 1);
    });
    if (bytes === undefined) {
      socket.resume();
      return;
    }
    socket.on('data', () => {
      if (socket.bytesRead <= bytes || socket.destroyed) return;
      this.#offences.set(address, (this.#offences.get(address) ?? 0) + 1);
      socket.destroy();
    });
  }
}

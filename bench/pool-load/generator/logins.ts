/**
 * Miners that come and go: each connects, subscribes, authorizes ten workers, takes its first job, and is gone.
 * @module
 */
import { connect, type Socket } from 'node:net';

/** Between two turns, ms. */
const TURN_MS = 5;
/** Miners that have come and not gone; with more the server is behind, and what is due waits. */
const MAX_HERE = 200;
/** Workers that each authorizes, as a proxy does. */
const WORKERS = 10;
/** Names that they take by turns. */
const NAMES = 5_000;
/** Loopback addresses that they come from. */
const SOURCES = 4;

export interface LoginsPlan {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** Workers that are authorized. */
  readonly perSecond: number;
}

export class Logins {
  readonly #plan: LoginsPlan;
  readonly #onLogin: () => void;
  readonly #here = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;
  #begun = 0;

  /** @param onLogin - one was authorized */
  constructor(plan: LoginsPlan, onLogin: () => void) {
    this.#plan = plan;
    this.#onLogin = onLogin;
  }

  start(): void {
    const startedMs = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * (this.#plan.perSecond / WORKERS));
      while (this.#begun < due && this.#here.size < MAX_HERE) this.#begin();
      // What a server could not take is not made up for.
      this.#begun = due;
    }, TURN_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#here) socket.destroy();
  }

  #begin(): void {
    const { host, port, address } = this.#plan;
    const number = this.#begun++;
    const local = host === '127.0.0.1' ? { localAddress: `127.0.1.${1 + (number % SOURCES)}` } : {};
    const socket = connect({ host, port, noDelay: true, ...local });
    this.#here.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#here.delete(socket));
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      if (!text.includes('mining.notify') || !text.includes(`"id":${1 + WORKERS},"result":true`)) return;
      for (let i = 0; i < WORKERS; i++) this.#onLogin();
      // Without the states that a usual end leaves behind, which would use up the ports.
      socket.resetAndDestroy();
    });
    const logins = Array.from({ length: WORKERS }, (_, i) => {
      const worker = `${address}.l${(number * WORKERS + i) % NAMES}`;
      return `{"id":${2 + i},"method":"mining.authorize","params":["${worker}","x"]}\n`;
    });
    const subscribe = '{"id":1,"method":"mining.subscribe","params":["pool-load/1"]}\n';
    socket.write(subscribe + logins.join(''), 'latin1');
  }
}

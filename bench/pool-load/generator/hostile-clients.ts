/**
 * Clients that take what they can and give nothing: what a pool must bear while good miners are served.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What hostile clients do. */
export const HOSTILE_KINDS = [
  /** Authorize, send shares that are none, and come back when they are put out. */
  'rubbish',
  /** Connect, subscribe and never authorize. */
  'unauthorized',
  /** Authorize and never mine. */
  'idle',
  /** Begin WebSocket messages that never end, in many short frames. */
  'fragments',
  /** Send nothing but pings over a WebSocket. */
  'pings',
  /** Send the headers of an HTTP request a byte at a time, to the API and to administration by turns. */
  'slowHttp',
] as const;

export type HostileKind = (typeof HOSTILE_KINDS)[number];

export interface HostilePlan {
  readonly kind: HostileKind;
  readonly connections: number;
  /** Loopback addresses that they come from: 127.0.1.1 and on. */
  readonly sources: number;
  readonly host: string;
  /** Of the stratum listener, the WebSocket listener, the API and administration. */
  readonly port: number;
  readonly webSocketPort: number;
  readonly httpPort: number;
  readonly adminPort: number;
  readonly address: string;
}

/** Connections that begin in a step. */
const STARTS_A_STEP = 20;

/** Between two steps: what all of them send is spread over the steps of a round, ms. */
const STEP_MS = 10;

/** Steps of a round: in each connection sends once. */
const ROUND_STEPS = 200;

/** Wait before one that was put out comes back, ms. */
const RETURN_MS = 1_000;

/** Bytes that may wait here for a pool that does not read. */
const MAX_WAITING_BYTES = 131_072;

const CONNECTING = { fragments: 1, pings: 1 } as Readonly<Partial<Record<HostileKind, number>>>;

/** A frame with a mask of zeros and no payload. */
const emptyFrame = (first: number): number[] => [first, 0x80, 0, 0, 0, 0];

const FRAGMENTS = Uint8Array.from(Array.from({ length: 1_000 }, () => emptyFrame(0x00)).flat());
const PINGS = Uint8Array.from(Array.from({ length: 1_000 }, () => emptyFrame(0x89)).flat());

interface Client {
  readonly number: number;
  socket: Socket | undefined;
  begun: boolean;
}

export class HostileClients {
  readonly #plan: HostilePlan;
  readonly #clients: Client[];
  readonly #timer: NodeJS.Timeout;
  readonly #due: Client[];
  #step = 0;
  /** Connections that ended. */
  ended = 0;

  constructor(plan: HostilePlan) {
    this.#plan = plan;
    this.#clients = Array.from({ length: plan.connections }, (_, number) => ({
      number,
      socket: undefined,
      begun: false,
    }));
    this.#due = [...this.#clients];
    this.#timer = setInterval(() => this.#onStep(), STEP_MS);
  }

  get connected(): number {
    return this.#clients.filter(({ socket }) => socket !== undefined && !socket.destroyed).length;
  }

  /** Whether each has tried to connect. */
  get begun(): boolean {
    return this.#clients.every(({ begun }) => begun);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#clients) socket?.destroy();
  }

  #onStep(): void {
    for (const client of this.#due.splice(0, CONNECTING[this.#plan.kind] ?? STARTS_A_STEP))
      this.#begin(client);
    this.#step = (this.#step + 1) % ROUND_STEPS;
    // Floods have no rounds.
    const every = this.#isFlood ? 1 : ROUND_STEPS;
    for (let i = this.#step % every; i < this.#clients.length; i += every) this.#send(this.#clients[i]!);
  }

  get #isFlood(): boolean {
    return this.#plan.kind === 'fragments' || this.#plan.kind === 'pings';
  }

  #begin(client: Client): void {
    const { host, sources } = this.#plan;
    const socket = connect({
      host,
      port: this.#portOf(client),
      localAddress: `127.0.1.${1 + (client.number % sources)}`,
      noDelay: true,
    });
    client.begun = true;
    client.socket = socket;
    socket.on('error', () => {});
    // What the pool says is read, and not heard.
    socket.resume();
    socket.on('close', () => {
      this.ended++;
      client.socket = undefined;
      setTimeout(() => this.#due.push(client), RETURN_MS).unref();
    });
    socket.on('connect', () => socket.write(this.#greeting(client)));
  }

  #portOf({ number }: Client): number {
    const { kind, port, webSocketPort, httpPort, adminPort } = this.#plan;
    switch (kind) {
      case 'fragments':
      case 'pings':
        return webSocketPort;
      case 'slowHttp':
        return number % 2 === 0 ? httpPort : adminPort;
      default:
        return port;
    }
  }

  #greeting({ number }: Client): string {
    const { kind, address } = this.#plan;
    const authorize = `{"id":1,"method":"mining.authorize","params":["${address}.h${number}","x"]}\n`;
    switch (kind) {
      case 'rubbish':
      case 'idle':
        return authorize;
      case 'unauthorized':
        return '{"id":1,"method":"mining.subscribe","params":["hostile/1"]}\n';
      case 'fragments':
      case 'pings':
        return `GET / HTTP/1.1\r\nHost: pool\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;
      case 'slowHttp':
        return 'GET /api/pools HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
    }
  }

  #send({ number, socket }: Client): void {
    if (socket === undefined || socket.connecting || socket.writableLength > MAX_WAITING_BYTES) return;
    switch (this.#plan.kind) {
      case 'rubbish':
        socket.write(
          `{"id":2,"method":"mining.submit","params":{"jobId":"0","fromGroup":0,"toGroup":0,"nonce":"${number.toString(16).padStart(48, '0')}","worker":"${this.#plan.address}.h${number}"}}\n`,
        );
        break;
      case 'fragments':
        socket.write(socket.bytesWritten < 1_000 ? Uint8Array.from(emptyFrame(0x01)) : FRAGMENTS);
        break;
      case 'pings':
        socket.write(PINGS);
        break;
      case 'slowHttp':
        socket.write('x');
        break;
      case 'unauthorized':
      case 'idle':
        break;
    }
  }
}

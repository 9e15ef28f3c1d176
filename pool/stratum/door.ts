/**
 * The way in of connections: listening socket, PROXY header, admission, and a queue that paces them, so that
 * thousands at once do not hold up the miners that are connected.
 * @module
 */
import { createServer, type Server, type Socket } from 'node:net';
import { addressText, parseAddressBytes } from '../../protocol/ip-address.js';
import { fullBucket, type TokenBucket, takeToken } from '../../protocol/token-bucket.js';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from './acceptor.js';
import { Arrival } from './arrival.js';
import { DeadlineQueue } from './deadline-queue.js';
import { ProxyStep } from './proxy-step.js';

/** Connections that begin in one turn of the event loop, where that costs little. */
export const MAX_STARTS_PER_TURN = 32;

/** Most connections that wait for their turn. */
const MAX_WAITING_STARTS = 8192;

/**
 * Connections that the system accepts ahead of us; Node.js takes up one of them in a turn of its loop. With fewer, Linux
 * forgets those beyond (SYN cookies), and a client that waits for us to speak first waits for ever.
 */
const BACKLOG = 4096;

/** Silence after which the system asks whether the other end still lives, ms. */
const KEEP_ALIVE_MS = 30_000;

/** How often deadlines are looked at, ms. */
const SWEEP_MS = 250;

/** Time for unsent bytes when a connection is ended, ms. */
const LINGER_MS = 5_000;

/** Time for a client that is turned away to read why, ms. */
const PARTING_MS = 1_000;

/** Clients at a time, and a second, that are told why they are turned away; others are dropped without a word. */
const MAX_PARTING = 64;
const MAX_PARTINGS_PER_SECOND = 50;

const PARTINGS = { perSecond: MAX_PARTINGS_PER_SECOND, burst: MAX_PARTING };

/** Files are short for this process, or for the system. */
const FILE_ERRORS = new Set(['EMFILE', 'ENFILE']);

/** The next step behind the door. */
export interface Inside {
  /** How many may enter in one turn of the event loop: others have their turns between. */
  readonly startsPerTurn: number;
  /** The turn of an admitted connection has come. Nothing of it was read yet. */
  onEntered(arrival: Arrival): void;
  onSweep(nowMs: number): void;
  close(): void;
  /** How a client is told a line before it has a channel, one character a byte. */
  farewell(text: string): string;
}

export class Door implements Acceptor {
  readonly #options: AcceptorOptions;
  readonly #handlers: AcceptorHandlers;
  readonly #inside: Inside;
  readonly #server: Server;
  readonly #proxy: ProxyStep;
  readonly #arrivals = new Set<Arrival>();
  #waiting: Arrival[] = [];
  #turnDue = false;
  readonly #ending = new DeadlineQueue<Arrival>(LINGER_MS);
  readonly #parting = new DeadlineQueue<Arrival>(PARTING_MS);
  readonly #partings: TokenBucket;
  readonly #sweeper: NodeJS.Timeout;
  #stopped = false;
  #closed: Promise<void> | undefined;
  port = 0;

  /** @param inside - makes the next step, which tells this door of connections that end */
  constructor(options: AcceptorOptions, handlers: AcceptorHandlers, inside: (door: Door) => Inside) {
    this.#options = options;
    this.#handlers = handlers;
    this.#inside = inside(this);
    this.#proxy = new ProxyStep(options.proxyHeaderMs, (arrival) => {
      const answer = handlers.admit(arrival.remoteAddress);
      if (answer === 'admit') this.#onAdmitted(arrival);
      else this.turnAway(arrival, answer, this.#farewell(answer, arrival.remoteAddress));
    });
    this.#partings = fullBucket(PARTINGS, options.now());
    this.#server = createServer({ pauseOnConnect: true });
    this.#server.on('connection', (socket) => this.#onConnection(socket));
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  get handlers(): AcceptorHandlers {
    return this.#handlers;
  }

  now(): number {
    return this.#options.now();
  }

  /** Begins to listen. @throws Error with code EADDRINUSE and the like */
  async listen(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ host, port, backlog: BACKLOG }, () => {
          this.#server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      clearInterval(this.#sweeper);
      this.#inside.close();
      throw error;
    }
    this.port = (this.#server.address() as { port: number }).port;
    this.#server.on('error', (error: NodeJS.ErrnoException) => {
      // The client has gone before it was accepted.
      if (FILE_ERRORS.has(error.code ?? '')) this.#handlers.onRefused('fileLimit', undefined, undefined);
    });
  }

  stopAccepting(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#closed = new Promise((resolve) => this.#server.close(() => resolve()));
    for (const arrival of this.#arrivals) if (arrival.refusal !== undefined) arrival.drop('stopping');
  }

  async close(): Promise<void> {
    this.stopAccepting();
    for (const arrival of this.#arrivals) arrival.socket.destroy();
    clearInterval(this.#sweeper);
    this.#inside.close();
    await this.#closed;
  }

  /** The channel is ending: unsent bytes get a few seconds to leave. */
  linger(arrival: Arrival): void {
    this.#ending.add(arrival, this.now());
  }

  /**
   * Ends a connection that got no channel, and says why.
   * @param farewell - one character a byte
   * @param socket - what it is written to: TCP's socket if left out
   */
  turnAway(arrival: Arrival, refusal: string, farewell: string, socket: Socket = arrival.socket): void {
    if (!socket.destroyed && this.#mayPart()) this.#part(arrival, refusal, farewell, socket);
    else arrival.drop(refusal);
  }

  #part(arrival: Arrival, refusal: string, farewell: string, socket: Socket): void {
    arrival.refusal = refusal;
    arrival.holder = undefined;
    this.#parting.add(arrival, this.now());
    socket.end(farewell, 'latin1');
    // The client's bytes are read and ignored: closing with unread bytes would take back what was sent.
    socket.resume();
  }

  onGone(arrival: Arrival): void {
    this.#arrivals.delete(arrival);
    this.#ending.delete(arrival);
    this.#parting.delete(arrival);
    if (arrival.refusal !== undefined)
      this.#handlers.onRefused(arrival.refusal, arrival.remoteAddress, arrival.detail);
    if (arrival.admitted) this.#handlers.onReleased(arrival.remoteAddress);
  }

  #onConnection(socket: Socket): void {
    const peer = peerAddress(socket);
    if (peer === undefined) {
      // The client has gone already.
      socket.destroy();
      return;
    }
    if (this.#stopped) {
      this.#arrive(socket, peer).drop('stopping');
      return;
    }
    if (this.#options.proxyFrom?.has(peer)) {
      this.#proxy.start(this.#arrive(socket, peer), this.now());
      return;
    }
    const answer = this.#handlers.admit(peer);
    if (answer === 'admit') this.#onAdmitted(this.#arrive(socket, peer));
    else if (this.#mayPart())
      this.#part(this.#arrive(socket, peer), answer, this.#farewell(answer, peer), socket);
    else {
      // One of thousands that come again and again: it costs as little as it may.
      this.#handlers.onRefused(answer, peer, undefined);
      socket.destroy();
    }
  }

  #arrive(socket: Socket, peer: string): Arrival {
    const arrival = new Arrival(socket, peer, this);
    this.#arrivals.add(arrival);
    return arrival;
  }

  /** Whether one more client may be told why it is turned away. */
  #mayPart(): boolean {
    return this.#parting.size < MAX_PARTING && takeToken(this.#partings, PARTINGS, this.now());
  }

  #farewell(reason: string, address: string): string {
    return this.#inside.farewell(this.#handlers.farewell(reason, address));
  }

  #onAdmitted(arrival: Arrival): void {
    const { socket } = arrival;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    arrival.admitted = true;
    arrival.refusal = 'stopping';
    if (this.#waiting.length >= MAX_WAITING_STARTS) {
      arrival.drop('acceptQueueFull');
      return;
    }
    this.#waiting.push(arrival);
    this.#planTurn();
  }

  #planTurn(): void {
    if (this.#turnDue) return;
    this.#turnDue = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#turnDue = false;
    const now = this.#waiting.splice(0, this.#inside.startsPerTurn);
    if (this.#waiting.length > 0) this.#planTurn();
    for (const arrival of now) if (!arrival.socket.destroyed) this.#inside.onEntered(arrival);
  }

  #sweep(): void {
    const now = this.now();
    this.#proxy.sweep(now);
    for (const arrival of this.#ending.takeLate(now)) arrival.socket.destroy();
    for (const arrival of this.#parting.takeLate(now)) arrival.socket.destroy();
    this.#inside.onSweep(now);
  }
}

/** Canonical text of the other end. Node.js gives canonical text, except for IPv4-mapped IPv6. */
function peerAddress(socket: Socket): string | undefined {
  const text = socket.remoteAddress;
  if (text === undefined || !text.includes(':')) return text;
  const bytes = parseAddressBytes(text);
  return bytes && addressText(bytes);
}

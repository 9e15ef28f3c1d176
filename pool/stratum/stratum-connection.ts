/**
 * One client between its channel and its session: bytes to lines, and the deadlines that go with bytes.
 * @module
 */
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import type { Pool, SessionConnection } from '../core/pool.js';
import type { Session } from '../core/session.js';
import type { ListenerSettings } from '../core/session-host.js';
import type { Channel, ChannelEvents } from './channel.js';
import type { ConnectionLimits } from './stratum-server.js';

export class StratumConnection implements ChannelEvents, SessionConnection {
  readonly #pool: Pool;
  readonly #channel: Channel;
  readonly #limits: ConnectionLimits;
  readonly #now: () => number;
  readonly #onGone: (connection: StratumConnection) => void;
  readonly #lines: LineSplitter;
  readonly #handleLine = (line: string): boolean => this.#handle(line);
  readonly session: Session;
  readonly #connectedMs: number;
  /** When the line that is not whole yet began, or undefined. */
  #lineSinceMs: number | undefined;
  #heard = false;

  constructor(
    channel: Channel,
    listener: ListenerSettings,
    limits: ConnectionLimits,
    modules: {
      readonly pool: Pool;
      readonly now: () => number;
      readonly onGone: (connection: StratumConnection) => void;
    },
  ) {
    this.#channel = channel;
    this.#limits = limits;
    this.#pool = modules.pool;
    this.#now = modules.now;
    this.#onGone = modules.onGone;
    this.#lines = new LineSplitter(limits.maxLineBytes);
    this.#connectedMs = modules.now();
    this.session = this.#pool.connect(listener, this);
  }

  write(data: string | Uint8Array): void {
    this.#channel.write(data);
    // A client that does not read is dropped before it holds memory.
    if (this.#channel.pendingBytes > this.#limits.maxUnsentBytes) {
      this.#pool.drop(this.session, 'slowReader');
      this.#channel.destroy();
    }
  }

  end(): void {
    this.#channel.end();
  }

  onData(chunk: Uint8Array): void {
    if (this.session.closed) return;
    if (!this.#lines.push(chunk, this.#handleLine)) {
      this.#pool.disconnect(this.session, 'lineTooLong');
      return;
    }
    if (this.#lines.held === 0) this.#lineSinceMs = undefined;
    else this.#lineSinceMs ??= this.#now();
  }

  onClose(): void {
    this.#pool.drop(this.session, 'client');
    this.#onGone(this);
  }

  /** Ends a connection that is over one of its deadlines. */
  checkDeadlines(nowMs: number): void {
    const { firstLineMs, lineMs, authorizeMs } = this.#limits;
    const ageMs = nowMs - this.#connectedMs;
    if (!this.#heard && ageMs > firstLineMs) this.#pool.disconnect(this.session, 'firstLineDeadline');
    else if (this.#lineSinceMs !== undefined && nowMs - this.#lineSinceMs > lineMs)
      this.#pool.disconnect(this.session, 'lineDeadline');
    else if (!this.session.authorized && ageMs > authorizeMs)
      this.#pool.disconnect(this.session, 'authorizeDeadline');
  }

  /** @returns whether more lines are wanted */
  #handle(line: string): boolean {
    this.#heard = true;
    this.#lineSinceMs = undefined;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '') this.#pool.handle(this.session, text);
    return !this.session.closed;
  }
}

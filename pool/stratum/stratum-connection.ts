/**
 * One client between its channel and its session: turns bytes into lines, keeps deadlines and limits.
 * @module
 */
import { CARRIERS } from '../../protocol/stratum/carrier.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { showMessageLine } from '../../protocol/stratum/reply.js';
import {
  httpAnswer,
  isHttpRequestLine,
  spokenProtocol,
  tlsAlert,
  wrongProtocolText,
} from '../../protocol/stratum/spoken-protocol.js';
import type { TokenBucket } from '../../protocol/token-bucket.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { Pool } from '../engine.js';
import type { Admission } from '../guard/admission.js';
import type { Offence } from '../guard/bans.js';
import type { MessageLimit } from '../guard/message-limit.js';
import { noteRefused, noteValid, type ShareConduct } from '../guard/share-conduct.js';
import type { ListenerSettings, SessionConnection } from '../ports/session-connection.js';
import type { Session } from '../sessions/session.js';
import type { Breakage, Channel, ChannelEvents } from './channel.js';

export interface ConnectionLimits {
  /** Longest line, bytes, without its newline. */
  readonly maxLineBytes: number;
  /** Most unsent bytes for a client that does not read. */
  readonly maxUnsentBytes: number;
  /** From connecting to the end of the first line, ms. */
  readonly firstLineMs: number;
  /** From the first byte of a line to its end, ms. */
  readonly lineMs: number;
  /** From connecting to a good authorize, ms. */
  readonly authorizeMs: number;
}

/** The parts of the server that a connection uses. */
export interface ConnectionHost {
  readonly pool: Pool;
  readonly limits: ConnectionLimits;
  readonly messageLimit: MessageLimit;
  readonly admission: Admission;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Whether an address is free of limits and bans. */
  isTrusted(address: string): boolean;
  /** A client of this address abused the protocol. */
  noteOffence(address: string, offence: Offence): void;
  /** A connection has a deadline before it. */
  watch(connection: StratumConnection): void;
  /** A connection has had its first share accepted. */
  onMiner(connection: StratumConnection): void;
  onGone(connection: StratumConnection): void;
}

/**
 * A client that says nothing is greeted after this time, ms. Others are when they have said what they speak: an HTTP client
 * must not find a line of ours before its answer.
 */
const GREET_AFTER_MS = 500;

/** What a client is told that goes to make room. */
const MADE_ROOM = 'the pool is full, and no share of yours was accepted yet: it makes room for others';

export class StratumConnection implements ChannelEvents, SessionConnection, TokenBucket, ShareConduct {
  readonly output: Channel;
  readonly #host: ConnectionHost;
  readonly #lines: LineSplitter;
  readonly session: Session;
  /** Whether the client's address is free of limits and bans. */
  readonly trusted: boolean;
  // The state of its token bucket and of its conduct: fields of this object, since there are many connections.
  tokens: number;
  atMs: number;
  valid = 0;
  invalid = 0;
  readonly #connectedMs: number;
  /** When the present incomplete line began; 0 if there is none. */
  #lineSinceMs = 0;
  #heard = false;
  /** Whether a share of this connection was accepted. */
  miner = false;
  /** Whether the connection had to leave to make room for another one. */
  madeRoom = false;

  constructor(channel: Channel, listener: ListenerSettings, host: ConnectionHost) {
    const nowMs = host.now();
    this.output = channel;
    this.#host = host;
    this.trusted = host.isTrusted(channel.remoteAddress);
    ({ tokens: this.tokens, atMs: this.atMs } = host.messageLimit.start(nowMs));
    this.#lines = new LineSplitter(host.limits.maxLineBytes);
    this.#connectedMs = nowMs;
    this.session = host.pool.connect(listener, this);
    // A WebSocket's client has said what it speaks.
    if (CARRIERS[listener.carrier].webSocket) this.session.greet();
  }

  get remoteAddress(): string {
    return this.output.remoteAddress;
  }

  checkUnsent(): void {
    // A client that does not read is dropped before it holds much memory.
    if (this.output.pendingBytes <= this.#host.limits.maxUnsentBytes) return;
    this.#host.pool.drop(this.session, 'slowReader');
    this.output.destroy();
  }

  end(): void {
    this.output.end();
  }

  noteAccepted(): void {
    this.#host.messageLimit.noteAccepted(this);
    noteValid(this);
    if (this.miner) return;
    this.miner = true;
    this.#host.onMiner(this);
  }

  /** Ends it at once: the pool is full, and no share of it was accepted. */
  makeRoom(): void {
    this.madeRoom = true;
    this.session.say(showMessageLine(MADE_ROOM));
    this.#host.pool.disconnect(this.session, 'madeRoom');
    this.output.destroy();
  }

  noteRefused(reason: RejectReason): boolean {
    return noteRefused(this, reason) || this.trusted;
  }

  noteRefusedLogin(): boolean {
    return this.#host.messageLimit.noteRefusedLogin(this, this.#host.now()) || this.trusted;
  }

  noteOffence(offence: Offence): void {
    this.#host.noteOffence(this.remoteAddress, offence);
  }

  onData(chunk: Uint8Array): void {
    if (this.session.closed) return;
    if (!this.#heard && this.#lines.held === 0 && spokenProtocol(chunk) === 'tls') {
      this.#turnAway('tls', tlsAlert('protocolVersion'));
      return;
    }
    if (!this.#lines.push(chunk, (line) => this.#handle(line))) {
      this.noteOffence('oversizeLine');
      this.#host.pool.disconnect(this.session, 'lineTooLong');
      return;
    }
    if (this.#lines.held === 0) this.#lineSinceMs = 0;
    else if (this.#lineSinceMs === 0) {
      this.#lineSinceMs = this.#host.now();
      this.#host.watch(this);
    }
  }

  onControl(count: number): boolean {
    for (let i = 0; i < count && !this.session.closed; i++) if (!this.#mayBring()) return false;
    this.checkUnsent();
    return true;
  }

  onBroken(breakage: Breakage): void {
    if (this.session.closed) return;
    // As with a line that is late: its network may be slow.
    if (breakage !== 'lineDeadline')
      this.noteOffence(breakage === 'lineTooLong' ? 'oversizeLine' : 'garbage');
    this.#host.pool.disconnect(this.session, breakage);
  }

  onClose(): void {
    this.#host.pool.drop(this.session, 'client');
    this.#host.onGone(this);
  }

  /** Ends the connection if a deadline has passed. @returns whether any deadline is still to come */
  checkDeadlines(nowMs: number): boolean {
    const { limits, pool } = this.#host;
    const ageMs = nowMs - this.#connectedMs;
    if (ageMs >= GREET_AFTER_MS) this.session.greet();
    const { authorized } = this.session;
    if (!this.#heard && ageMs > limits.firstLineMs) pool.disconnect(this.session, 'firstLineDeadline');
    else if (this.#lineSinceMs !== 0 && nowMs - this.#lineSinceMs > limits.lineMs)
      pool.disconnect(this.session, 'lineDeadline');
    else if (!authorized && ageMs > limits.authorizeMs) pool.disconnect(this.session, 'authorizeDeadline');
    return !authorized || this.#lineSinceMs !== 0;
  }

  /** The client speaks something else: it is told so in its own words, and goes. That is a mistake in some setting, and no offence. */
  #turnAway(spoken: 'http' | 'tls', answer: string): void {
    const { pool } = this.#host;
    const { peer, listener } = this.session;
    pool.peers.note({ ...peer, what: 'otherProtocol', spoken, expected: listener.carrier });
    this.session.say(answer);
    pool.disconnect(this.session, 'otherProtocol');
  }

  /** Counts a message. @returns false if it was one too many: the connection has ended then */
  #mayBring(): boolean {
    const { pool, messageLimit, now } = this.#host;
    if (messageLimit.note(this, now()) || this.trusted) return true;
    this.noteOffence('flood');
    pool.disconnect(this.session, 'messageRate');
    return false;
  }

  /** Handles a line. @returns whether more lines are wanted */
  #handle(line: string): boolean {
    const { pool } = this.#host;
    const first = !this.#heard;
    this.#heard = true;
    this.#lineSinceMs = 0;
    if (first && isHttpRequestLine(line)) {
      this.#turnAway('http', httpAnswer('400 Bad Request', wrongProtocolText(this.session.listener.carrier)));
      return false;
    }
    this.session.greet();
    if (!this.#mayBring()) return false;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '') pool.handle(this.session, text);
    return !this.session.closed;
  }
}

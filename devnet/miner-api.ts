/**
 * The node's miner API on TCP: pushes Jobs, takes blocks.
 *
 * What a real node was seen to do, and this one does too:
 * - A client gets the Jobs that were sent last, at once. When it is the only one, all templates are refreshed and go
 *   out too: so a client that comes back to a quiet node gets two messages, the first of them old.
 * - When a chain gets a block, Jobs follow at once, but no sooner than 250 ms after the last ones. Otherwise silence.
 * - Where a setting says so, Jobs that were held back are overtaken by newer ones, and follow them all the same: the job
 *   of a chain goes back by a height until the next message.
 * - A chain whose template could not be made brings no Jobs about; those of others carry its old one. Who connects while
 *   somebody else is connected gets such Jobs; the first to connect after all have left gets none, while a chain is so.
 * - The result of a submission comes before the Jobs that the block brings about, on the connection that submitted.
 * - Bytes that are no submission get no answer, and the connection stays open.
 * - Where a setting says so, templates go out whole, and whole blocks come back: any, not only those of its templates.
 * - While it is not synced, or has no miner addresses, a connection is accepted and reset.
 * @module
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DecodeError } from '../protocol/decode-error.js';
import { decodeClientMessage, encodeJobs, encodeSubmitResult } from '../protocol/frames.js';
import { DEPS, decodeHeader } from '../protocol/header.js';
import { chainOfHash } from '../protocol/pow.js';
import type { Transaction } from '../protocol/transaction.js';
import { decodeTransactions } from '../protocol/transaction-decoder.js';
import { AnswerFaults } from './answers.js';
import type { Clock, Timer } from './clock.js';
import { MAX_HELD_WHOLE_FRAME_BYTES, PatientFrameReader } from './frame-reader.js';
import type { DevnetNode, Submission } from './node.js';
import { jobOf } from './template.js';

/** Settings of the miner API. */
export interface MinerApiOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Least time between two pushes of Jobs, ms. */
  readonly minPushIntervalMs: number;
  /** How late Jobs go out that were held back for so long, ms: newer ones may overtake them. */
  readonly lateMessageMs: number;
  /** Clients at a time; further ones are turned away. */
  readonly maxConnections: number;
  /** Whether templates go out with their transactions, and blocks come back whole; false by default. */
  readonly wholeBlocks?: boolean;
}

/** What happened, for a log. */
export type MinerApiEvent =
  | { readonly type: 'connected' | 'disconnected' | 'turned-away'; readonly connections: number }
  | { readonly type: 'submission'; readonly submission: Submission };

/** Bytes that may wait for a client that does not read: some 180 Jobs messages. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** The same where templates go out whole. */
const MAX_UNREAD_WHOLE_BYTES = 64 * 1024 * 1024;

const DEPS_COUNT_OFFSET = 25;

/** The server. */
export class MinerApi {
  readonly answerFaults = new AnswerFaults();
  readonly #node: DevnetNode;
  readonly #clock: Clock;
  readonly #options: MinerApiOptions;
  readonly #report: (event: MinerApiEvent) => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #stopListening: () => void;
  #ready = true;
  #lastJobs: Uint8Array | undefined;
  #lastPushMs = Number.NEGATIVE_INFINITY;
  /** All templates were to be made anew, and could not be. */
  #silent = false;
  #pending: Timer | undefined;
  /** Jobs that are to go out late, where a setting wants that. */
  #heldJobs: Uint8Array | undefined;

  constructor(
    options: MinerApiOptions,
    modules: { node: DevnetNode; report?: (event: MinerApiEvent) => void },
  ) {
    this.#options = options;
    this.#node = modules.node;
    this.#clock = modules.node.clock;
    this.#report = modules.report ?? (() => {});
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = options.maxConnections;
    this.#stopListening = this.#node.onBlock(({ block }) => {
      if (!this.#node.board.isDead(block.chain)) this.#requestPush();
    });
  }

  /** Clients that are connected. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Begins to listen. @returns the port @throws Error with code EADDRINUSE and the like */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as { port: number }).port;
  }

  /** Whether it serves miners. While it does not, connections are reset, those that are open among them. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    if (!ready) this.dropConnections();
  }

  /**
   * Resets all connections, or one of them.
   * @param index - in the order in which they connected, from 0
   * @returns how many it were
   * @throws RangeError if there is none of this index
   */
  dropConnections(index?: number): number {
    let sockets = [...this.#sockets];
    if (index !== undefined) {
      const one = sockets[index];
      if (!one)
        throw new RangeError(
          `"index" expected one of ${sockets.length} connections, from 0 on, got ${index}`,
        );
      sockets = [one];
    }
    for (const socket of sockets) socket.resetAndDestroy();
    return sockets.length;
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#pending?.cancel();
    const gone = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(gone);
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {}); // A reset by the client: 'close' follows.
    if (!this.#ready) {
      this.#report({ type: 'turned-away', connections: this.connections });
      socket.resetAndDestroy();
      return;
    }
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    this.#report({ type: 'connected', connections: this.connections });
    const reader = this.#options.wholeBlocks
      ? new PatientFrameReader(MAX_HELD_WHOLE_FRAME_BYTES)
      : new PatientFrameReader();
    socket.on('data', (chunk) => {
      for (const frame of reader.push(new Uint8Array(chunk))) this.#handle(socket, frame);
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#node.board.listen(this.#sockets.size > 0);
      this.#report({ type: 'disconnected', connections: this.connections });
    });
    if (this.#sockets.size === 1 && this.#node.board.anyDead) {
      this.#silent = true;
      this.#lastJobs = undefined;
    }
    if (this.#lastJobs) this.#send(socket, this.#lastJobs);
    if (this.#sockets.size > 1) return;
    this.#node.board.listen(true);
    this.#requestPush();
  }

  /** A chain that was dead makes templates again. */
  resume(): void {
    this.#requestPush();
  }

  #requestPush(): void {
    if (this.#silent && this.#node.board.anyDead) return;
    this.#silent = false;
    if (this.#sockets.size === 0) return;
    const { minPushIntervalMs, lateMessageMs } = this.#options;
    const late = lateMessageMs > 0;
    if (this.#pending && !late) return;
    const waitMs = this.#lastPushMs + minPushIntervalMs - this.#clock.now();
    if (waitMs <= 0) {
      this.#push();
      return;
    }
    // As of the last block before it was due: what a late message holds is old when it is overtaken.
    if (late) this.#heldJobs = this.#encodeJobs();
    this.#pending ??= this.#clock.after(waitMs + lateMessageMs, () => {
      this.#pending = undefined;
      this.#push(this.#heldJobs);
    });
  }

  #encodeJobs(): Uint8Array {
    const { wholeBlocks } = this.#options;
    return encodeJobs(this.#node.issueTemplates().map((template) => jobOf(template, wholeBlocks)));
  }

  #push(jobs = this.#encodeJobs()): void {
    if (this.#sockets.size === 0) return;
    this.#lastPushMs = this.#clock.now();
    this.#lastJobs = jobs;
    for (const socket of this.#sockets) this.#send(socket, jobs);
  }

  #handle(socket: Socket, frame: Uint8Array): void {
    const submission = parseSubmission(frame, this.#options.wholeBlocks);
    if (!submission) return;
    const { header, transactions } = submission;
    const take = (judged: Submission): void => {
      this.#answer(socket, judged);
      this.#report({ type: 'submission', submission: judged });
    };
    if (transactions) this.#node.submitWhole(header, transactions, take);
    else this.#node.submit(header, take);
  }

  #answer(socket: Socket, { hash, fault }: Submission): void {
    const frame = encodeSubmitResult({
      chain: chainOfHash(hash),
      blockHash: hash,
      accepted: fault === undefined,
    });
    const trouble = this.answerFaults.take();
    if (trouble?.kind === 'lose') return;
    if (trouble?.kind === 'delay') {
      this.#clock.after(trouble.delayMs, () => this.#send(socket, frame));
      return;
    }
    this.#send(socket, frame);
    if (trouble?.kind === 'repeat') this.#send(socket, frame);
  }

  #send(socket: Socket, frame: Uint8Array): void {
    if (socket.destroyed) return;
    const most = this.#options.wholeBlocks ? MAX_UNREAD_WHOLE_BYTES : MAX_UNREAD_BYTES;
    if (socket.writableLength > most) socket.destroy();
    else socket.write(frame);
  }
}

interface ParsedSubmission {
  readonly header: Uint8Array;
  /** Missing where the node keeps them. */
  readonly transactions?: readonly Transaction[];
}

/**
 * A submission, or undefined if a frame is none. Where the node keeps the transactions, it drops the last byte of what is
 * submitted, which stands for them, and takes the rest for a header: so it must be 326 bytes and one more.
 */
function parseSubmission(frame: Uint8Array, whole = false): ParsedSubmission | undefined {
  try {
    const { header, txsBlob } = decodeClientMessage(frame);
    if (header[DEPS_COUNT_OFFSET] !== DEPS) return undefined;
    if (whole) {
      decodeHeader(header);
      return { header, transactions: decodeTransactions(txsBlob) };
    }
    return txsBlob.length === 1 ? { header } : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

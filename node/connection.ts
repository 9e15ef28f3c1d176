/**
 * One TCP connection to a full node's miner API: bytes to messages, and found blocks to bytes. It neither retries nor
 * judges: its owner does.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { DecodeError } from '../protocol/decode-error.js';
import {
  decodeNodeMessage,
  encodeSubmitBlock,
  FrameDecoder,
  MAX_FRAME_BYTES,
  type NodeMessage,
} from '../protocol/frames.js';
import type { TxsBlob } from '../protocol/job.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import type { NodeEndpoint } from './endpoint.js';

/** Why a connection ended. */
export type CloseReason =
  | { readonly kind: 'refused' | 'reset' | 'ended' | 'timeout' | 'unreachable'; readonly detail: string }
  /** The node sent bytes that do not decode; `detail` names the position in the stream. */
  | { readonly kind: 'garbage'; readonly detail: string }
  /** The port is not a miner API's; `detail` says what listens there. */
  | { readonly kind: 'other'; readonly detail: string }
  | { readonly kind: 'closed'; readonly detail: string };

export interface ConnectionEvents {
  onMessage(message: NodeMessage): void;
  /** The connection ended; told exactly once. */
  onClose(reason: CloseReason): void;
}

/** Bytes that may wait for a node which does not read: some 3,000 blocks. Beyond, it is as good as gone. */
const MAX_UNSENT_BYTES = 1024 * 1024;

const REASONS: Readonly<Record<string, 'refused' | 'reset' | 'timeout'>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

export interface ConnectionOptions {
  readonly connectTimeoutMs: number;
  /** Longest frame that is taken, bytes. A node that gives whole lists of transactions along is sent blocks as long. */
  readonly maxFrameBytes?: number;
}

/** A connection to a node, from the moment it is being opened. */
export class NodeConnection {
  readonly #socket: Socket;
  readonly #decoder: FrameDecoder;
  readonly #maxUnsentBytes: number;
  readonly #events: ConnectionEvents;
  #closed = false;

  constructor(endpoint: NodeEndpoint, options: ConnectionOptions, events: ConnectionEvents) {
    const { maxFrameBytes = MAX_FRAME_BYTES } = options;
    this.#decoder = new FrameDecoder(maxFrameBytes);
    this.#maxUnsentBytes = maxFrameBytes > MAX_FRAME_BYTES ? maxFrameBytes : MAX_UNSENT_BYTES;
    this.#events = events;
    this.#socket = connect({
      host: endpoint.host,
      port: endpoint.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    });
    const timer = setTimeout(() => {
      this.#close({ kind: 'timeout', detail: `no connection within ${options.connectTimeoutMs} ms` });
    }, options.connectTimeoutMs);
    this.#socket
      .once('connect', () => clearTimeout(timer))
      .on('data', (chunk) => this.#receive(chunk))
      .on('error', (error: NodeJS.ErrnoException) => {
        this.#close({ kind: REASONS[error.code ?? ''] ?? 'unreachable', detail: systemErrorText(error) });
      })
      .on('end', () => this.#close(this.#endReason()))
      .once('close', () => {
        clearTimeout(timer);
        this.#close({ kind: 'ended', detail: 'the connection closed' });
      });
  }

  /**
   * Sends a found block.
   * @param header - 326 bytes
   * @param txsBlob - as it came with the job
   * @returns false if the connection is closed
   */
  submit(header: Uint8Array, txsBlob: TxsBlob): boolean {
    if (this.#closed) return false;
    this.#socket.write(encodeSubmitBlock(header, txsBlob));
    if (this.#socket.writableLength <= this.#maxUnsentBytes) return true;
    this.#close({ kind: 'timeout', detail: 'the node does not read what it is sent' });
    return false;
  }

  close(): void {
    this.#close({ kind: 'closed', detail: 'closed by us' });
  }

  #receive(chunk: Uint8Array): void {
    let frameStart = this.#decoder.consumed;
    const other = frameStart + this.#decoder.buffered === 0 ? otherSpeaker(chunk) : undefined;
    if (other !== undefined) {
      this.#close({ kind: 'other', detail: other });
      return;
    }
    const frames = this.#refusing('of the stream', () => this.#decoder.push(chunk));
    for (const frame of frames ?? []) {
      const place = `of the frame at byte ${frameStart} of the stream`;
      const message = this.#refusing(place, () => decodeNodeMessage(frame));
      if (message === undefined || this.#closed) return;
      frameStart += frame.length;
      this.#events.onMessage(message);
    }
  }

  /** The result of a decoder on the node's bytes; undefined if they do not decode, which ends the connection. */
  #refusing<T>(place: string, decode: () => T): T | undefined {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#close({ kind: 'garbage', detail: `${error.message} ${place}` });
      return undefined;
    }
  }

  #endReason(): CloseReason {
    const { consumed, buffered } = this.#decoder;
    if (buffered === 0) return { kind: 'ended', detail: 'the node closed the connection' };
    const detail = `the frame at byte ${consumed} of the stream was cut off after ${buffered} bytes`;
    return { kind: 'garbage', detail };
  }

  #close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#events.onClose(reason);
  }
}

/** Protocols by their first bytes. No frame begins with these: its length would be beyond any limit. */
function otherSpeaker(chunk: Uint8Array): string | undefined {
  const text = String.fromCharCode(...chunk.subarray(0, 5));
  if (/^\{\s*"/.test(text))
    return "that is a stratum pool, not a full node's miner API: a miner names it by --pool";
  if (text === 'HTTP/') return "that is a port for HTTP, not a full node's miner API (port 10973 by default)";
  return undefined;
}

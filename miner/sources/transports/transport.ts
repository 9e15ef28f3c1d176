/**
 * The port between the stratum client and the carrier of its lines.
 * @module
 */

import type { SessionPeer } from '../../core/source.js';
import type { PoolEndpoint } from '../pool-endpoint.js';

/** One connection to a pool, from the moment it is being opened. It neither retries nor judges. */
export interface Transport {
  /** The other side, once `onOpen` was told; undefined where it is not known. */
  readonly peer: SessionPeer | undefined;
  /** Sends a line, without its newline; a character a byte. @returns false if it can't be sent any more */
  send(line: string): boolean;
  /** Closes at once; nothing is told any more. */
  close(): void;
}

export interface TransportEvents {
  /** The pool is there to talk: after TCP, TLS and WebSocket handshakes. */
  onOpen(): void;
  /** Bytes of the stream; a WebSocket's message comes with a newline behind it. */
  onData(chunk: Uint8Array): void;
  /** The connection ended, or never began: with the reason. Told once, and not after `close`. */
  onClose(reason: string): void;
}

export interface TransportOptions {
  /** Longest time until `onOpen`, ms. */
  readonly connectTimeoutMs: number;
  /** Whether any certificate is taken. */
  readonly tlsInsecure: boolean;
  /** Longest message of a WebSocket, bytes. */
  readonly maxLineBytes: number;
}

/** Begins to connect. */
export type OpenTransport = (
  endpoint: PoolEndpoint,
  options: TransportOptions,
  events: TransportEvents,
) => Transport;

/** Bytes that may wait for a pool which does not read: some 5,000 shares. Beyond, it is as good as gone. */
export const MAX_UNSENT_BYTES = 1024 * 1024;

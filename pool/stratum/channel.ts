/**
 * The port between a connection's stratum session and the carrier of its bytes: TCP, TLS or a WebSocket.
 * @module
 */

/** A client's byte stream in both directions. The carrier makes it when the client is ready to talk: after PROXY header and handshake. */
export interface Channel {
  /** Canonical text of the client's address (of the PROXY header, where that counts); IPv4-mapped IPv6 as IPv4. */
  readonly remoteAddress: string;
  /**
   * Queues text of one character a byte, or bytes. Nothing is thrown when the client has gone.
   * @returns false if so much waits that the caller should look at `pendingBytes`
   */
  write(data: string | Uint8Array): boolean;
  /** Bytes that the client has not taken yet. */
  readonly pendingBytes: number;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** Faults after which a carrier can't read on. */
export type Breakage =
  /** A message longer than a line may be. */
  | 'lineTooLong'
  /** Data that is no text, or that breaks the carrier's own protocol. */
  | 'garbage'
  /** A message began and did not end in time. */
  | 'lineDeadline';

/** The events of a channel. */
export interface ChannelEvents {
  /** Bytes of the stream; a WebSocket's text message comes with a newline behind it. */
  onData(chunk: Uint8Array): void;
  /**
   * Messages of the carrier's own, such as pings, which the session never sees but which cost as much as others.
   * @returns false if there were too many: the connection is to be closed at once
   */
  onControl(count: number): boolean;
  /** The client abused the carrier, which then ends the connection. */
  onBroken(breakage: Breakage): void;
  /** The channel has closed, by either end. Called once. */
  onClose(): void;
}

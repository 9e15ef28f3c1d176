/**
 * The port between a connection's stratum session and whatever carries its bytes: TCP, TLS or a WebSocket.
 * @module
 */

/** One client's way in and out. The carrier makes it when the client is there to talk: after PROXY header and handshake. */
export interface Channel {
  /** Canonical text of the client's address (of the PROXY header, where that counts); IPv4-mapped IPv6 as IPv4. */
  readonly remoteAddress: string;
  /**
   * Queues text of one character a byte, or bytes. Nothing is thrown when the client has gone.
   * @returns false if so much waits that `pendingBytes` is worth a look
   */
  write(data: string | Uint8Array): boolean;
  /** Bytes that the client has not taken yet. */
  readonly pendingBytes: number;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** What a carrier can't read on after. */
export type Breakage =
  /** A message longer than a line may be. */
  | 'lineTooLong'
  /** What is no text, or breaks the carrier's own protocol. */
  | 'garbage'
  /** The end of a message that has begun did not come in time. */
  | 'lineDeadline';

/** What the session hears from its channel. */
export interface ChannelEvents {
  /** Bytes of the stream; a WebSocket's text message comes with a newline behind it. */
  onData(chunk: Uint8Array): void;
  /**
   * Messages of the carrier's own, such as pings, which the session never sees but which cost as much as others.
   * @returns false if there were too many: the connection is to be closed at once
   */
  onControl(count: number): boolean;
  /** The client abused the carrier, which ends the connection for it. */
  onBroken(breakage: Breakage): void;
  /** Once, whoever closed. */
  onClose(): void;
}

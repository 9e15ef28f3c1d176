/**
 * The port between a listener and the server that talks to its miners.
 *
 * ```
 * connection -> PROXY header, where one is due -> admit? -> its turn -> TLS -> WebSocket -> onChannel ... onClose -> onReleased
 *                        \______________________________ onRefused ______________________________/
 * ```
 * @module
 */
import type { AddressRanges } from '../../protocol/ip-address.js';
import type { Channel, ChannelEvents } from './channel.js';

/** Why a connection got no channel, as far as the listener finds out; `admit` has reasons of its own. */
export type AcceptorRefusal =
  /** Too many connections wait for their turn. */
  | 'acceptQueueFull'
  /** The process has no file left for the connection. */
  | 'fileLimit'
  /** A health check of the load balancer. It is no fault. */
  | 'healthCheck'
  /** A listed load balancer closed before it had sent its header. */
  | 'proxyHeaderMissing'
  | 'proxyHeaderMalformed'
  | 'proxyHeaderLate'
  | 'tlsFailed'
  | 'tlsLate'
  /** Too many connections wait for a handshake, or this one waited too long. */
  | 'tlsQueueFull'
  /** The client sent no HTTP request for a WebSocket. */
  | 'upgradeFailed'
  | 'upgradeLate'
  /** It speaks another protocol than the listener does, and was told so; the detail says which. */
  | 'otherProtocol'
  /** The listener stops. */
  | 'stopping';

/** The calls of a listener to its server. */
export interface AcceptorHandlers {
  /**
   * Called once for each connection when its client is known, before any cryptography.
   * @param remoteAddress - canonical text
   * @returns `admit`, or a reason, which `onRefused` is then told
   */
  admit(remoteAddress: string): string;
  /** A client is ready to talk. @returns the receiver of its bytes; undefined to close the channel at once */
  onChannel(channel: Channel): ChannelEvents | undefined;
  /** What a client is told that was not admitted: one line. @param reason - as `admit` said */
  farewell(reason: string, remoteAddress: string): string;
  /**
   * A connection got no channel.
   * @param remoteAddress - the client's; of a load balancer before its header its own; undefined if the client was gone
   * @param detail - more of it, where there is more
   */
  onRefused(
    reason: AcceptorRefusal | (string & {}),
    remoteAddress: string | undefined,
    detail: string | undefined,
  ): void;
  /** Called once for each admitted connection when it has ended; after `onClose` of its channel. */
  onReleased(remoteAddress: string): void;
}

/** Options of every listener. */
export interface AcceptorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Peers that must begin with a PROXY header; a header from any other peer is not read. */
  readonly proxyFrom?: AddressRanges | undefined;
  /** Time for a PROXY header, ms. */
  readonly proxyHeaderMs: number;
  /** A monotonic clock, ms. */
  readonly now: () => number;
}

/** A listener. */
export interface Acceptor {
  readonly port: number;
  /** Reads the certificate again if its files changed; only where there is one. Never rejects. */
  reloadCertificate?(): Promise<void>;
  /** Takes no more connections, and drops those without a channel. Channels stay. */
  stopAccepting(): void;
  /** Ends everything at once, channels, too. */
  close(): Promise<void>;
}

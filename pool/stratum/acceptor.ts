/**
 * The port between what listens for miners and the server that talks to them.
 *
 * ```
 * connection -> PROXY header, where one is due -> admit? -> its turn -> TLS -> WebSocket -> onChannel ... onClose -> onReleased
 *                        \______________________________ onRefused ______________________________/
 * ```
 * @module
 */
import type { AddressRanges } from '../guard/ip-address.js';
import type { Channel, ChannelEvents } from './channel.js';

/** Why a connection got no channel, for what listens to find out; `admit` has reasons of its own. */
export type AcceptorRefusal =
  /** More connections wait for their turn than may. */
  | 'acceptQueueFull'
  /** The process has no file left for it. */
  | 'fileLimit'
  /** The load balancer asks whether we live: not a fault. */
  | 'healthCheck'
  /** A listed load balancer closed before it had sent its header. */
  | 'proxyHeaderMissing'
  | 'proxyHeaderMalformed'
  | 'proxyHeaderLate'
  | 'tlsFailed'
  | 'tlsLate'
  /** More connections wait for a handshake than may, or one waited too long. */
  | 'tlsQueueFull'
  /** What came is no HTTP request for a WebSocket. */
  | 'upgradeFailed'
  | 'upgradeLate'
  /** It speaks another protocol than the listener does, and was told so; the detail says which. */
  | 'otherProtocol'
  /** The listener stops. */
  | 'stopping';

/** What a listener tells its server. */
export interface AcceptorHandlers {
  /**
   * Asked once for each connection whose client is known, before any cryptography.
   * @param remoteAddress - canonical text
   * @returns `admit`, or a reason that `onRefused` is told
   */
  admit(remoteAddress: string): string;
  /** A client is there to talk. @returns who hears it; undefined to close it at once */
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
  /** Once for each that was admitted, when its connection has ended; after `onClose` of its channel. */
  onReleased(remoteAddress: string): void;
}

/** What all listeners have. */
export interface AcceptorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Peers that begin with a PROXY header; of others none is heard. */
  readonly proxyFrom?: AddressRanges | undefined;
  /** Time for a PROXY header, ms. */
  readonly proxyHeaderMs: number;
  /** ms, never going back. */
  readonly now: () => number;
}

/** Something that listens. */
export interface Acceptor {
  readonly port: number;
  /** Reads the certificate again if its files changed; only where there is one. Never rejects. */
  reloadCertificate?(): Promise<void>;
  /** Takes no more connections, and drops those without a channel; channels live on. */
  stopAccepting(): void;
  /** Ends everything at once, channels too. */
  close(): Promise<void>;
}

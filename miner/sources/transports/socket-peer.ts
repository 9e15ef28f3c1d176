/**
 * The other side of a socket.
 * @module
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SessionPeer } from '../../core/source.js';

/** Undefined while a socket is not connected, and afterwards. */
export function socketPeer(socket: Socket): SessionPeer | undefined {
  const address = socket.remoteAddress;
  if (address === undefined) return undefined;
  const tls = socket instanceof TLSSocket ? socket.getProtocol() : null;
  return { address, ...(tls === null ? {} : { tls }) };
}

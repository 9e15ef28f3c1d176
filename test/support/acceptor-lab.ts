/**
 * Listeners on loopback that are closed after the test's file, and what stands before a connection to them.
 * @module
 */
import { join } from 'node:path';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from '../../pool/stratum/acceptor.js';
import { AddressRanges } from '../../protocol/ip-address.js';
import { closers } from './closers.js';
import { PROJECT_ROOT } from './lesswork.js';
import { RecordingHandlers } from './recording-handlers.js';

/** What a listener is given, unless its test says otherwise. */
export const LOOPBACK: AcceptorOptions = {
  host: '127.0.0.1',
  port: 0,
  proxyHeaderMs: 60_000,
  now: () => performance.now(),
};

/** Loopback may send PROXY headers. */
export const LISTED = new AddressRanges(['127.0.0.1']);

/** A PROXY header: the client is 192.0.2.7. */
export const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n';

/** Path of a certificate or key. */
export const vector = (name: string): string => join(PROJECT_ROOT, 'test/vectors', name);

export const CERTIFICATE = { certFile: vector('tls-a-cert.pem'), keyFile: vector('tls-a-key.pem') };

/** Starts a listener. Closed by `closeAll`. */
export async function listening<A extends Acceptor>(
  start: (handlers: AcceptorHandlers) => Promise<A>,
  handlers = new RecordingHandlers(),
): Promise<{ acceptor: A; handlers: RecordingHandlers; port: number }> {
  const acceptor = await start(handlers);
  closers.push(() => acceptor.close());
  return { acceptor, handlers, port: acceptor.port };
}

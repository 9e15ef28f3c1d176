/**
 * Starts a listener of the protocol that its configuration names.
 * @module
 */
import type { ListenerConfig } from '../config/listener-schema.js';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from './acceptor.js';
import { startTcpAcceptor } from './tcp-acceptor.js';
import { startTlsAcceptor, type TlsOptions } from './tls-acceptor.js';
import { startSecureWebSocketAcceptor, startWebSocketAcceptor } from './websocket-acceptor.js';

export interface AcceptorLimits {
  /** Of a WebSocket's messages, bytes. */
  readonly maxLineBytes: number;
  readonly concurrentHandshakes: number;
  readonly proxyHeaderMs: number;
  readonly tlsHandshakeMs: number;
  readonly webSocketUpgradeMs: number;
  /** For a WebSocket's message from its first byte on. */
  readonly lineMs: number;
}

export interface AcceptorModules {
  readonly handlers: AcceptorHandlers;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Called with words that the operator should read. */
  readonly onTrouble: (message: string) => void;
}

/** Begins to listen. @throws Error with code EADDRINUSE and the like, or what is wrong with the certificate */
export function startAcceptor(
  listener: ListenerConfig,
  limits: AcceptorLimits,
  { handlers, now, onTrouble }: AcceptorModules,
): Promise<Acceptor> {
  const { host, port, protocol } = listener;
  const options: AcceptorOptions = {
    host,
    port,
    proxyFrom: listener.proxyProtocol?.from,
    proxyHeaderMs: limits.proxyHeaderMs,
    now,
  };
  const webSocket = {
    upgradeMs: limits.webSocketUpgradeMs,
    maxMessageBytes: limits.maxLineBytes,
    messageMs: limits.lineMs,
  };
  switch (protocol) {
    case 'tcp':
      return startTcpAcceptor(options, handlers);
    case 'ws':
      return startWebSocketAcceptor({ ...options, ...webSocket }, handlers);
    case 'tls':
      return startTlsAcceptor({ ...options, tls: tlsOptions(listener, limits, onTrouble) }, handlers);
    case 'wss':
      return startSecureWebSocketAcceptor(
        { ...options, ...webSocket, tls: tlsOptions(listener, limits, onTrouble) },
        handlers,
      );
    default:
      return neverStarts(protocol);
  }
}

function tlsOptions(
  { name, tls }: ListenerConfig,
  limits: AcceptorLimits,
  onTrouble: (message: string) => void,
): TlsOptions {
  // The schema asks for a certificate where the protocol needs one.
  if (tls === undefined) throw new Error(`the listener ${name} has no certificate`);
  const { certFile, keyFile, passphrase } = tls;
  return {
    certificate: { certFile, keyFile, passphrase: passphrase?.reveal() },
    handshakeMs: limits.tlsHandshakeMs,
    concurrentHandshakes: limits.concurrentHandshakes,
    onCertificateTrouble: (error) => onTrouble(`the old certificate stays in use: ${error.message}`),
  };
}

function neverStarts(protocol: never): never {
  throw new Error(`no listener speaks ${String(protocol)}`);
}

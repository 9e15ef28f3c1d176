/**
 * A listener of whatever protocol its configuration names.
 * @module
 */
import type { ListenerConfig } from '../config/listener-schema.js';
import type { Acceptor, AcceptorHandlers } from './acceptor.js';
import { startTcpAcceptor } from './tcp-acceptor.js';
import { startTlsAcceptor } from './tls-acceptor.js';
import { startSecureWebSocketAcceptor, startWebSocketAcceptor } from './websocket-acceptor.js';

export interface AcceptorLimits {
  /** Of a WebSocket's messages, bytes. */
  readonly maxLineBytes: number;
  readonly concurrentHandshakes: number;
  readonly proxyHeaderMs: number;
  readonly tlsHandshakeMs: number;
  readonly webSocketUpgradeMs: number;
}

export interface AcceptorModules {
  readonly handlers: AcceptorHandlers;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Something that the operator should know. */
  readonly onTrouble: (message: string) => void;
}

/** Begins to listen. @throws Error with code EADDRINUSE and the like, or what is wrong with the certificate */
export function startAcceptor(
  listener: ListenerConfig,
  limits: AcceptorLimits,
  { handlers, now, onTrouble }: AcceptorModules,
): Promise<Acceptor> {
  const { host, port, protocol } = listener;
  const { proxyHeaderMs, webSocketUpgradeMs: upgradeMs, maxLineBytes: maxMessageBytes } = limits;
  const options = { host, port, proxyFrom: listener.proxyProtocol?.from, proxyHeaderMs, now };
  if (protocol === 'tcp') return startTcpAcceptor(options, handlers);
  if (protocol === 'ws') return startWebSocketAcceptor({ ...options, upgradeMs, maxMessageBytes }, handlers);
  const { certFile, keyFile, passphrase } = listener.tls!;
  const tls = {
    certificate: { certFile, keyFile, passphrase: passphrase?.reveal() },
    handshakeMs: limits.tlsHandshakeMs,
    concurrentHandshakes: limits.concurrentHandshakes,
    onCertificateTrouble: (error: Error) => onTrouble(`the old certificate stays in use: ${error.message}`),
  };
  if (protocol === 'tls') return startTlsAcceptor({ ...options, tls }, handlers);
  return startSecureWebSocketAcceptor({ ...options, upgradeMs, maxMessageBytes, tls }, handlers);
}

/**
 * Listens for miners over TLS. A PROXY header stands before the handshake.
 * @module
 */
import type { TLSSocket } from 'node:tls';
import { showMessageLine } from '../../protocol/stratum/reply.js';
import { httpAnswer, tlsAlert, wrongProtocolText } from '../../protocol/stratum/spoken-protocol.js';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from './acceptor.js';
import type { Arrival } from './arrival.js';
import { type CertificateFiles, CertificateWatch, fingerprint, readCertificate } from './certificate.js';
import { Door, type Inside } from './door.js';
import { openSocketChannel } from './socket-channel.js';
import { TlsStep, type TlsStepOptions } from './tls-step.js';

/** Handshakes that begin in one turn of the event loop: each takes some 0.5 ms. */
const MAX_HANDSHAKES_PER_TURN = 4;

/** Time between two looks at the files of a certificate, ms. */
const CERTIFICATE_LOOK_MS = 10_000;

export interface TlsOptions extends TlsStepOptions {
  readonly certificate: CertificateFiles;
  /** The files changed and can't be used: the old certificate stays, and the files are tried again. */
  readonly onCertificateTrouble?: ((error: Error) => void) | undefined;
  readonly certificateLookMs?: number | undefined;
}

/** A listener with a certificate. */
export interface SecureAcceptor extends Acceptor {
  /** Reads the certificate again if its files changed, now rather than within 10 s. Never rejects. */
  reloadCertificate(): Promise<void>;
}

/** Begins to listen. @throws Error with code EADDRINUSE and the like, or what is wrong with the certificate */
export async function startTlsAcceptor(
  options: AcceptorOptions & { readonly tls: TlsOptions },
  handlers: AcceptorHandlers,
): Promise<SecureAcceptor> {
  return startSecureDoor(options, handlers, 'tls', (door) => ({
    onSecure: (arrival, socket) => openSocketChannel(socket, arrival, door),
    onSweep() {},
    close() {},
  }));
}

/** The next step behind a handshake. */
export interface SecureInside extends Omit<Inside, 'onEntered' | 'startsPerTurn' | 'farewell'> {
  onSecure(arrival: Arrival, socket: TLSSocket): void;
}

/** A door with handshakes behind it, and a further step behind those. */
export async function startSecureDoor(
  options: AcceptorOptions & { readonly tls: TlsOptions },
  handlers: AcceptorHandlers,
  carrier: 'tls' | 'wss',
  makeInside: (door: Door) => SecureInside,
): Promise<SecureAcceptor> {
  const { tls, now } = options;
  const seen = await fingerprint(tls.certificate);
  const certificate = await readCertificate(tls.certificate);
  let watch: CertificateWatch | undefined;
  const door = new Door(options, handlers, (door) => {
    const inside = makeInside(door);
    const step = new TlsStep(certificate, tls, now, {
      onSecure: (arrival, socket) => inside.onSecure(arrival, socket),
      onOtherProtocol: (arrival, spoken) => {
        const text = wrongProtocolText(carrier);
        arrival.detail = spoken;
        const answer = spoken === 'http' ? httpAnswer('400 Bad Request', text) : showMessageLine(text);
        door.turnAway(arrival, 'otherProtocol', answer);
      },
    });
    watch = new CertificateWatch(
      tls.certificate,
      seen,
      now(),
      tls.certificateLookMs ?? CERTIFICATE_LOOK_MS,
      (changed) => step.use(changed),
      tls.onCertificateTrouble ?? (() => {}),
    );
    return {
      startsPerTurn: MAX_HANDSHAKES_PER_TURN,
      onEntered: (arrival) => step.start(arrival),
      onSweep(nowMs) {
        step.sweep(nowMs);
        watch?.sweep(nowMs);
        inside.onSweep(nowMs);
      },
      close: () => inside.close(),
      // A client that is turned away gets no handshake, so it could read no line.
      farewell: () => tlsAlert('accessDenied'),
    };
  });
  await door.listen();
  return Object.assign(door, { reloadCertificate: () => watch!.look() });
}

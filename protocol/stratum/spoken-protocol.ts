/**
 * What a client speaks that connects to a port for miners, told from the first bytes that it sends; and answers that it can read
 * where it is something else.
 * @module
 */
import { CARRIERS, type Carrier } from './carrier.js';

/** What speaks on the other end. */
export type SpokenProtocol = 'http' | 'tls' | 'stratum' | 'unknown';

/** What a client is told that speaks something else: one line. */
export function wrongProtocolText(carrier: Carrier): string {
  return `this is a port for Alephium miners, and speaks ${CARRIERS[carrier].words}`;
}

/** Type of a TLS record that holds a handshake, and the major version of all versions of TLS. */
const TLS_HANDSHAKE = 22;
const TLS_MAJOR = 3;

/** The line that a request of HTTP/1 begins with, and the preface of HTTP/2. */
const REQUEST_LINE = /^[A-Z]{3,20} \S* ?HTTP\/\d/;
const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|TRACE|PATCH|PRI) /;

/** @param chunk - the first bytes of a client, at least one */
export function spokenProtocol(chunk: Uint8Array): SpokenProtocol {
  if (chunk[0] === TLS_HANDSHAKE) return chunk.length === 1 || chunk[1] === TLS_MAJOR ? 'tls' : 'unknown';
  const text = String.fromCharCode(...chunk.subarray(0, 16)).trimStart();
  if (METHODS.test(text)) return 'http';
  return text.startsWith('{') ? 'stratum' : 'unknown';
}

/** Whether a line, without its newline, is the first one of an HTTP request. */
export function isHttpRequestLine(line: string): boolean {
  return REQUEST_LINE.test(line);
}

/** An answer over HTTP, after which the connection ends. @param status - code and words @param text - ASCII, one line */
export function httpAnswer(status: string, text: string): string {
  return (
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length + 1}\r\n` +
    `Connection: close\r\n\r\n${text}\n`
  );
}

/** Descriptions of alerts, RFC 8446. */
export const TLS_ALERTS = { accessDenied: 49, protocolVersion: 70 } as const;

/** A fatal alert in answer to a client's first handshake record, one character a byte. */
export function tlsAlert(description: keyof typeof TLS_ALERTS): string {
  return String.fromCharCode(21, 3, 1, 0, 2, 2, TLS_ALERTS[description]);
}

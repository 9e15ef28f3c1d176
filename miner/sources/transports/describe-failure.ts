/**
 * Why a connection failed, in words that say what to do.
 * @module
 */
import { type PoolEndpoint, poolName } from '../pool-endpoint.js';

/** OpenSSL's ways of saying that what answered speaks no TLS. */
const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO']);

/** What Node.js calls a certificate that it does not trust. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME/;

/** One line, without the pool's name. */
export function describeFailure(error: NodeJS.ErrnoException, endpoint: PoolEndpoint): string {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return `connection refused: no pool on ${poolName(endpoint)}?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no address is known for ${endpoint.host}`;
  if (NO_TLS.has(code)) return `no TLS there: is ${endpoint.host}:${endpoint.port} a port for plain TCP?`;
  if (CERTIFICATE.test(code))
    return `its certificate is not trusted: ${error.message} (--tls-insecure would take it unchecked)`;
  // A failure of all addresses of a name has no message of its own.
  return error.message === '' ? code || 'the connection failed' : error.message;
}

/**
 * Why a connection failed, in words that say what to do.
 * @module
 */
import { systemErrorText, tlsReason } from '../../../protocol/system-error-text.js';
import { type PoolEndpoint, poolName } from '../pool-endpoint.js';

/** OpenSSL's ways of saying that what answered speaks no TLS; the alert is what pools like ours answer there. */
const NO_TLS = /^(?:wrong version number|packet length too long|tlsv1 alert protocol version)$/;

/** What Node.js calls a certificate that it does not trust. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME/;

/** One line, without the pool's name. */
export function describeFailure(error: NodeJS.ErrnoException, endpoint: PoolEndpoint): string {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return 'connection refused: no pool listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no address is known for ${endpoint.host}`;
  if (NO_TLS.test(tlsReason(error) ?? '')) {
    const plain = poolName({ ...endpoint, carrier: endpoint.carrier === 'wss' ? 'ws' : 'tcp' });
    const url = endpoint.carrier === 'wss' ? plain : `stratum+tcp://${plain}`;
    return `no TLS there: is that a port without it? Try ${url}`;
  }
  if (CERTIFICATE.test(code))
    return `its certificate is not trusted: ${error.message} (--tls-insecure would take it unchecked)`;
  return systemErrorText(error);
}

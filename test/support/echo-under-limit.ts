/**
 * A listener in a process of its own, for a test that gives it few files. Says its port.
 * @module
 */
import { startTcpAcceptor } from '../../pool/stratum/tcp-acceptor.js';
import { RecordingHandlers } from './recording-handlers.js';

const acceptor = await startTcpAcceptor(
  { host: '127.0.0.1', port: 0, proxyHeaderMs: 2_000, now: () => performance.now() },
  new RecordingHandlers(),
);
console.log(acceptor.port);

// The fast part of the tests: what another version of Node.js could break, in half a minute. Parts of the paths of test
// files, as on the command line.

export const FAST_TESTS = [
  // The kernel against its oracle, and threads that search with it.
  'shaders/cpu/wasm',
  'shaders/cpu/wasm-ceiling',
  'shaders/cpu/native',
  'miner/backends/cpu/',
  // Bytes and texts of the protocols, against recordings.
  'protocol/',
  // Native code: SQLite.
  'pool/store/embedded/',
  // Files, sockets, TLS, WebSocket and HTTP.
  'pool/journal/block-notes',
  'pool/stratum/tcp-acceptor',
  'pool/stratum/tls-acceptor',
  'pool/stratum/websocket-acceptor',
  'pool/http/api/api.test',
  'pool/http/api/api-conduct',
  'devnet/rest.test',
  // Everything at once.
  'integration/short-demo',
];

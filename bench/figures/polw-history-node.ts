/**
 * A full node's REST API over a history, as a process: it tells its port to its parent, and ends with it.
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf } from './polw-history.js';

const server = createServer((request, response) => {
  response.end(JSON.stringify(answerOf(new URL(request.url!, 'http://node'))));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.send!((server.address() as AddressInfo).port);

/**
 * The bare server as a program: `main.js NODE_PORT [WORK]`. Says where it listens as `lesswork pool --json` does, and
 * ends with its standard input.
 * @module
 */
import { NodeConnection } from '../../../node/connection.js';
import { BareServer } from './bare-server.js';

const [nodePort, work = '16'] = process.argv.slice(2);
const server = new BareServer(BigInt(work));
new NodeConnection(
  { host: '127.0.0.1', port: Number(nodePort), restPort: 1 },
  { connectTimeoutMs: 5_000 },
  {
    onMessage: (message) => {
      if (message.type === 'jobs') server.setJobs(message.jobs);
    },
    onClose: () => process.exit(0),
  },
);
const port = await server.listen(0, '127.0.0.1');
console.log(
  JSON.stringify({ type: 'listening', listener: 'main', protocol: 'tcp', host: '127.0.0.1', port }),
);
process.stdin.resume().on('end', () => process.exit(0));
// A profile is written at an orderly end only.
process.on('SIGTERM', () => process.exit(0));

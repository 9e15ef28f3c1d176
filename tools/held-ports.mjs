// Ports that full nodes, pools and Redis have on many machines. While the whole suite runs (with LESSWORK_REQUIRE_ALL=1),
// they are held by listeners that answer wrongly: a test that asks one of them would meet a real node on another machine.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

export const HELD_PORTS = [10973, 12973, 6379, 20032, 8080, 8081];

/** No answer of a node, a pool, a store or an API, whoever asks. */
const WRONG_ANSWER = 'HTTP/1.1 418 Not What You Look For\r\ncontent-length: 8\r\n\r\n"wrong"\n';

/** Callers that are told of; more make the list no clearer. */
const MOST_CALLERS = 20;

/**
 * Holds the ports.
 * @returns what ends it: told who called, a line each
 */
export async function holdPorts(ports = HELD_PORTS) {
  const callers = [];
  const servers = [];
  const sockets = new Set();
  for (const port of ports) {
    const server = createServer((socket) => {
      if (callers.length < MOST_CALLERS) callers.push(`port ${port}: ${processOf(socket.remotePort)}`);
      socket.on('error', () => {});
      socket.resume().end(WRONG_ANSWER);
      sockets.add(socket.once('close', () => sockets.delete(socket)));
    });
    try {
      await new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve));
      servers.push(server);
    } catch (error) {
      console.error(`tests: port ${port} is not held, so that who asks it is not seen: ${error.message}`);
    }
  }
  return async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    return callers;
  };
}

/** Command line of the process that has a local port of TCP, where Linux tells. */
function processOf(port) {
  const unknown = `somebody (local port ${port})`;
  if (process.platform !== 'linux') return unknown;
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'latin1').split('\n'));
  // Columns: number, local address, remote address, ..., inode.
  const inode = lines.map((line) => line.trim().split(/\s+/)).find((fields) => fields[1]?.endsWith(hex))?.[9];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`);
      if (!files.some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)) continue;
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    } catch {
      // Gone meanwhile, or somebody else's.
    }
  }
  return unknown;
}

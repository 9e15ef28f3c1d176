/**
 * Ports of the loopback address that stay free while nobody of a test listens there.
 * @module
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Below the ports that Linux gives to outgoing connections and to those who listen on any port: one that is left for a
 * moment, to be listened on again or to be refused there, is still free then.
 */
const [FIRST_PORT, PORTS] = [10_240, 22_528];

/** Where full nodes and pools listen on many machines: none of these is free for a test. */
const KEPT_OFF: ReadonlySet<number> = new Set([10_973, 12_973, 20_032]);

/** A port of the loopback address that nobody listens on, and that no other call gives as long as this process lives. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const wanted = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (KEPT_OFF.has(wanted) || !(await reserve(wanted))) {
      if (tries === 100) throw new Error('no port is free');
      continue;
    }
    const server = createServer();
    server.listen(wanted, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (tries === 100) throw error;
      continue;
    }
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/**
 * Keeps a port for this process, whichever test files run beside: until its server listens others would find it free.
 * Who has the UDP port of the same number has the TCP port.
 */
async function reserve(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind({ port, address: '127.0.0.1' });
    await bound;
    socket.unref();
    return true;
  } catch {
    socket.close();
    return false;
  }
}

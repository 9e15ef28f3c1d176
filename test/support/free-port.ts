/**
 * Ports of the loopback address that stay free while nobody of a test listens there.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Below the ports that Linux gives to outgoing connections and to those who listen on any port: one that is left for a
 * moment, to be listened on again or to be refused there, is still free then.
 */
const [FIRST_PORT, PORTS] = [10_240, 22_528];

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const server = createServer();
    server.listen(FIRST_PORT + Math.floor(Math.random() * PORTS), '127.0.0.1');
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

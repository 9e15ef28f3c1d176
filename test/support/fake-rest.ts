/**
 * A scripted REST API of a full node on a free loopback port: tells who the node is, and which blocks it has.
 * @module
 */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeIdentity } from '../../node/identity.js';
import { freePort } from './free-port.js';

/** Who a fake node is unless a test says otherwise. */
export const IDENTITY: NodeIdentity = { networkId: 4, minerAddresses: ['a0', 'a1', 'a2', 'a3'] };

export class FakeRest {
  readonly #server: Server;
  /** Kept after the end, too. */
  #port = 0;
  /** Paths that were asked for, queries left out. */
  readonly asked: string[] = [];
  identity: NodeIdentity = IDENTITY;
  /** Hashes in hex. */
  readonly blocks = new Set<string>();
  /** Set, it answers in place of everything else. */
  answer: ((path: string, response: ServerResponse) => void) | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://node');
      this.asked.push(pathname);
      if (this.answer !== undefined) {
        this.answer(pathname, response);
        return;
      }
      const hash = searchParams.get('blockHash');
      const known = hash !== null && this.blocks.has(hash);
      const answers: Record<string, unknown> = {
        '/infos/chain-params': { networkId: this.identity.networkId },
        '/miners/addresses': { addresses: this.identity.minerAddresses },
        '/blockflow/is-block-in-main-chain': known || { detail: `The block ${hash} does not exist` },
      };
      response.statusCode = hash !== null && !known ? 500 : 200;
      response.end(JSON.stringify(answers[pathname] ?? {}));
    });
  }

  /** @param port - one that is free, and stays so after the end, if left out */
  static async listen(port?: number): Promise<FakeRest> {
    const rest = new FakeRest();
    rest.#server.listen(port ?? (await freePort()), '127.0.0.1');
    await once(rest.#server, 'listening');
    rest.#port = (rest.#server.address() as AddressInfo).port;
    return rest;
  }

  get port(): number {
    return this.#port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/**
 * What a pool asks of a node's REST API when it connects, in a real node's forms.
 * @module
 */
import { type JsonAnswer, JsonServer } from '../../../devnet/http-server.js';
import type { Random } from '../../../devnet/random.js';
import type { Address } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';

/** Network of the stub node. */
export const STUB_NETWORK_ID = 2;

/** What a stub node says of blocks. */
export interface BlockAnswers {
  /** The answer to a GET; undefined where it asks for something else. */
  answer(url: URL): { readonly status: number; readonly body: unknown } | undefined;
}

/**
 * A server of these answers, not listening yet; anything else is 404.
 * @param miners - whom blocks pay, by group
 */
export function createRestStub(
  miners: readonly Address[],
  random: Random,
  blocks?: BlockAnswers,
): JsonServer {
  const answers: Readonly<Record<string, unknown>> = {
    '/infos/self-clique': {
      cliqueId: `02${bytesToHex(random.bytes(32))}`,
      nodes: [{ address: '127.0.0.1', restPort: 12973, wsPort: 12973, minerApiPort: 10973 }],
      selfReady: true,
      synced: true,
    },
    '/infos/version': { version: 'v4.6.0' },
    '/infos/chain-params': {
      networkId: STUB_NETWORK_ID,
      numZerosAtLeastInHash: 18,
      groupNumPerBroker: 4,
      groups: 4,
    },
    '/infos/current-difficulty': { difficulty: '262144' },
    '/miners/addresses': { addresses: miners.map(({ text }) => text) },
  };
  return new JsonServer(({ method, url }): JsonAnswer => {
    const body = method === 'GET' ? answers[url.pathname] : undefined;
    if (body !== undefined) return { status: 200, body };
    const notFound = { resource: url.pathname, detail: `${url.pathname} not found` };
    return (method === 'GET' && blocks?.answer(url)) || { status: 404, body: notFound };
  });
}

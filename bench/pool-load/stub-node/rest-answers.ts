/**
 * What a pool asks of a node's REST API when it connects, in a real node's forms.
 * @module
 */
import { generateMinerAddresses } from '../../../devnet/addresses.js';
import { type JsonAnswer, JsonServer } from '../../../devnet/http-server.js';
import type { Random } from '../../../devnet/random.js';
import { bytesToHex } from '../../../protocol/bytes.js';

/** A server of these answers, not listening yet; anything else is 404. */
export function createRestStub(random: Random): JsonServer {
  const addresses = generateMinerAddresses(random).map(({ text }) => text);
  const answers: Readonly<Record<string, unknown>> = {
    '/infos/self-clique': {
      cliqueId: `02${bytesToHex(random.bytes(32))}`,
      nodes: [{ address: '127.0.0.1', restPort: 12973, wsPort: 12973, minerApiPort: 10973 }],
      selfReady: true,
      synced: true,
    },
    '/infos/version': { version: 'v4.6.0' },
    '/infos/chain-params': { networkId: 2, numZerosAtLeastInHash: 18, groupNumPerBroker: 4, groups: 4 },
    '/infos/current-difficulty': { difficulty: '262144' },
    '/miners/addresses': { addresses },
  };
  return new JsonServer(({ method, url }): JsonAnswer => {
    const body = method === 'GET' ? answers[url.pathname] : undefined;
    return body === undefined
      ? { status: 404, body: { resource: url.pathname, detail: `${url.pathname} not found` } }
      : { status: 200, body };
  });
}

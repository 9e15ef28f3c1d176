/**
 * What decides whether a full node is believed, asked by its REST API.
 * @module
 */
import { endpointName } from './endpoint.js';
import type { AskedNode } from './node-choice.js';
import type { NodeAddress } from './node-set-port.js';
import { fetchChainHeight, fetchNetworkId, fetchSynced, type RestOptions } from './rest.js';

/** Asks when it may. */
export type InTurn = <T>(ask: () => Promise<T>) => Promise<T>;

const AT_ONCE: InTurn = (ask) => ask();

/** @param inTurn - at once if left out */
export function restAskedNode(
  { endpoint }: NodeAddress,
  options: RestOptions,
  inTurn: InTurn = AT_ONCE,
): AskedNode {
  return {
    name: endpointName(endpoint),
    networkId: () => inTurn(() => fetchNetworkId(endpoint, options)),
    synced: () => inTurn(() => fetchSynced(endpoint, options)),
    height: (chain) => inTurn(() => fetchChainHeight(endpoint, chain, options)),
  };
}

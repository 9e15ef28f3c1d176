/**
 * From the configuration to how a node is reached.
 * @module
 */
import type { NodeAddress } from '../../node/node-set-port.js';
import type { NodeConfig } from './pool-config.js';

/** The key of its REST API is in the clear in it. */
export function nodeAddressOf({ apiKey, ...endpoint }: NodeConfig): NodeAddress {
  return { endpoint, apiKey: apiKey?.reveal() };
}

/**
 * From the configuration to how a node is reached.
 * @module
 */
import { MINER_API_PORT } from '../../node/endpoint.js';
import type { NodeAddress } from '../../node/node-set-port.js';
import { walletLabel } from '../../node/rest-wallets.js';
import type { NodeConfig, PayoutsConfig, PoolConfig } from './pool-config.js';

/** The key of its REST API is in the clear in it. */
export function nodeAddressOf({ apiKey, ...endpoint }: NodeConfig): NodeAddress {
  return { endpoint, apiKey: apiKey?.reveal() };
}

/** A wallet that a full node keeps. */
export interface PlacedNodeWallet {
  /** Nobody asks its miner API. */
  readonly node: NodeAddress;
  readonly name: string;
  /** For people. */
  readonly label: string;
}

/** The wallet that a configuration names, and how its node is reached. */
export function nodeOfWallet(
  { nodes }: Pick<PoolConfig, 'nodes'>,
  { name, host, restPort, apiKey }: NonNullable<PayoutsConfig['nodeWallet']>,
): PlacedNodeWallet {
  const same = nodes.find((node) => node.host === host && node.restPort === restPort);
  const endpoint = { host, port: same?.port ?? MINER_API_PORT, restPort };
  const key = apiKey ?? same?.apiKey;
  return {
    node: { endpoint, apiKey: key?.reveal() },
    name,
    label: walletLabel({ endpoint, name }),
  };
}

/**
 * Why a node gives no jobs, in words that say what to do.
 * @module
 */
import type { CloseReason } from './connection.js';
import { endpointName, type NodeEndpoint } from './endpoint.js';
import { fetchReadiness, type RestOptions, restName } from './rest.js';

/** What to tell the user when a connection ended: one line, without the node's name. */
export function describeClose(endpoint: NodeEndpoint, reason: CloseReason): string {
  if (reason.kind === 'refused') {
    return (
      `connection refused: no full node on ${endpointName(endpoint)}? A full node listens on 127.0.0.1 by default; ` +
      'its setting alephium.mining.api-interface opens it to others'
    );
  }
  if (reason.kind === 'garbage') return `not what a full node (v3.6 or newer) says: ${reason.detail}`;
  return reason.detail;
}

/** Why a node ended a connection before it handed out any job, as far as its REST API tells. Never throws. */
export async function diagnoseNoJobs(
  endpoint: NodeEndpoint,
  reason: CloseReason,
  options: RestOptions,
): Promise<string> {
  const what = 'node not synced or no miner addresses set';
  try {
    const { synced, hasMinerAddresses } = await fetchReadiness(endpoint, options);
    if (!synced) return `${what}: it is not synced yet`;
    if (!hasMinerAddresses) {
      return `${what}: no miner addresses (alephium.mining.miner-addresses in its user.conf: four, one a group)`;
    }
    return `${reason.detail} before the first jobs, though it is synced and has miner addresses`;
  } catch {
    return `${what} (${restName(endpoint)} did not say which)`;
  }
}

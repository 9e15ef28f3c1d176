/**
 * Why a node gives no jobs, in words that say what to do.
 * @module
 */
import { isLoopback } from '../protocol/ip-address.js';
import type { CloseReason } from './connection.js';
import type { NodeEndpoint } from './endpoint.js';
import { fetchReadiness, isRestPort, type RestOptions, restName } from './rest.js';

/** What to tell the user when a connection ended: one line, without the node's name. */
export function describeClose(endpoint: NodeEndpoint, reason: CloseReason): string {
  if (reason.kind === 'refused') {
    const what = 'connection refused: no full node listens there';
    // A full node listens there by default.
    if (isLoopback(endpoint.host)) return what;
    return `${what}; it does on its own machine alone, unless its setting alephium.mining.api-interface opens it to others`;
  }
  if (reason.kind === 'garbage') return `not what a full node (v3.6 or newer) says: ${reason.detail}`;
  return reason.detail;
}

/**
 * Whether the node's REST API may know why there were no jobs: the node was reached, and turned us away or said nothing.
 * Otherwise its bytes, or the failure to reach it, are reason enough.
 */
export function mayBeExplained({ kind }: CloseReason): boolean {
  return kind === 'reset' || kind === 'ended' || kind === 'timeout';
}

/**
 * Why a connection on which nothing was said brought no jobs: it may be to the REST API, which waits for a request.
 * @returns `reason`, or what is wrong with the port. Never rejects
 */
export async function closeReasonOf(
  endpoint: NodeEndpoint,
  reason: CloseReason,
  timeoutMs: number,
): Promise<CloseReason> {
  if (reason.kind !== 'timeout' || !(await isRestPort(endpoint, timeoutMs))) return reason;
  return {
    kind: 'other',
    detail: "that is the port of a full node's REST API; its miner API has another one (10973 by default)",
  };
}

/** Why a node handed out no job, as far as its REST API tells. Never throws. */
export async function diagnoseNoJobs(
  endpoint: NodeEndpoint,
  reason: CloseReason,
  options: RestOptions,
): Promise<string> {
  const explained = await closeReasonOf(endpoint, reason, options.timeoutMs);
  if (!mayBeExplained(explained)) return describeClose(endpoint, explained);
  const what = 'node not synced or no miner addresses set';
  try {
    const { synced, hasMinerAddresses } = await fetchReadiness(endpoint, options);
    if (!synced) return `${what}: it is not synced yet`;
    if (!hasMinerAddresses) {
      return `${what}: no miner addresses (alephium.mining.miner-addresses in its user.conf: four, one a group)`;
    }
    if (reason.kind === 'timeout') return `${reason.detail}, though it is synced and has miner addresses`;
    return `${reason.detail} before the first jobs, though it is synced and has miner addresses`;
  } catch {
    // A host that can't be reached says nothing on any port.
    if (reason.kind === 'timeout') return reason.detail;
    return `${what} (${restName(endpoint)} did not say which)`;
  }
}

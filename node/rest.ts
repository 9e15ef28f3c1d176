/**
 * The few questions that are asked of a full node's REST API.
 * @module
 */
import { endpointName, type NodeEndpoint } from './endpoint.js';

/** What a node says of its readiness to hand out jobs. */
export interface NodeReadiness {
  readonly synced: boolean;
  /** Whether the four reward addresses are set. */
  readonly hasMinerAddresses: boolean;
  readonly version: string | undefined;
}

export interface RestOptions {
  /** Sent as `X-API-KEY` where the node has one. */
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
}

/** The node's answer was no answer: unreachable, or not what a full node says. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code = 'ERR_NODE_REST';
}

/** Whether a node is synced and knows where its rewards go. @throws RestError if it can't be asked */
export async function fetchReadiness(endpoint: NodeEndpoint, options: RestOptions): Promise<NodeReadiness> {
  const [clique, addresses, version] = await Promise.all([
    get(endpoint, '/infos/self-clique', options),
    get(endpoint, '/miners/addresses', options),
    get(endpoint, '/infos/version', options).catch(() => undefined),
  ]);
  if (clique.status !== 200 || typeof clique.body.synced !== 'boolean') {
    throw new RestError(
      `${restName(endpoint)}/infos/self-clique: expected 200 with "synced", got ${clique.status}`,
    );
  }
  const named = version?.body.version;
  return {
    synced: clique.body.synced,
    hasMinerAddresses: hasAddresses(addresses),
    version: typeof named === 'string' ? named : undefined,
  };
}

/** A node without them answers 500 and says so; any other status says nothing about them. */
function hasAddresses({ status, body }: RestAnswer): boolean {
  if (status === 200) return true;
  if (status === 500 && String(body.detail).includes('not set up')) return false;
  throw new RestError(
    `/miners/addresses: expected 200, or 500 "Miner addresses are not set up", got ${status}`,
  );
}

interface RestAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function get(endpoint: NodeEndpoint, path: string, options: RestOptions): Promise<RestAnswer> {
  const url = `${restName(endpoint)}${path}`;
  try {
    const response = await fetch(url, {
      headers: options.apiKey === undefined ? {} : { 'X-API-KEY': options.apiKey },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const body: unknown = await response.json();
    return {
      status: response.status,
      body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new RestError(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Base address of a node's REST API. */
export function restName(endpoint: NodeEndpoint): string {
  return `http://${endpointName({ ...endpoint, port: endpoint.restPort })}`;
}

/**
 * Where a full node listens.
 * @module
 */

import { urlHost } from '../protocol/url-host.js';

/** Default port of a full node's miner API. */
export const MINER_API_PORT = 10973;

/** Default port of a full node's REST API. */
export const REST_PORT = 12973;

/** A full node's miner API, and its REST API beside it. */
export interface NodeEndpoint {
  readonly host: string;
  /** TCP port of the miner API, 1 to 65535. */
  readonly port: number;
  /** Port of the REST API on the same host, 1 to 65535. */
  readonly restPort: number;
}

/** An endpoint as a user gives it: the REST port may be left to another setting. */
export interface GivenEndpoint extends Omit<NodeEndpoint, 'restPort'> {
  readonly restPort: number | undefined;
}

/** A port from 1 to 65535. */
function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

/**
 * An endpoint from `HOST`, `HOST:PORT` or `[IPv6]:PORT`, each with `,rest=PORT` behind it where its REST API has a port of
 * its own.
 * @throws RangeError that names what is wrong
 */
export function parseNodeEndpoint(text: string): GivenEndpoint {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/,=[\]]+))(?::(\d{1,5}))?(?:,rest=(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined)
    throw new RangeError(
      `"node" expected HOST, HOST:PORT or [IPv6]:PORT, and perhaps ,rest=PORT behind it, got ${JSON.stringify(text)}`,
    );
  const port = match?.[3] === undefined ? MINER_API_PORT : Number(match[3]);
  const restPort = match?.[4] === undefined ? undefined : Number(match[4]);
  if (!isPort(port) || (restPort !== undefined && !isPort(restPort)))
    throw new RangeError(`"node" expected a port from 1 to 65535, got ${JSON.stringify(text)}`);
  return { host, port, restPort };
}

/** An endpoint whose REST port is this one unless it has its own. */
export function withRestPort(endpoint: GivenEndpoint, restPort: number): NodeEndpoint {
  return { ...endpoint, restPort: endpoint.restPort ?? restPort };
}

/** An endpoint as people write it, with the port of its miner API. */
export function endpointName(endpoint: Pick<NodeEndpoint, 'host' | 'port'>): string {
  return `${urlHost(endpoint.host)}:${endpoint.port}`;
}

/**
 * Where a pool listens, and what carries its lines.
 * @module
 */

import { CARRIERS, type Carrier } from '../../protocol/stratum/carrier.js';
import { urlHost } from '../../protocol/url-host.js';

/** A pool's address. */
export interface PoolEndpoint {
  readonly carrier: Carrier;
  /** Name or IP address; IPv6 without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Path of a WebSocket: begins with `/`. Empty for other carriers. */
  readonly path: string;
}

/** Schemes as other miners and pools write them, in any case. */
const SCHEMES: Readonly<Record<string, Carrier>> = {
  'stratum+tcp': 'tcp',
  stratum: 'tcp',
  tcp: 'tcp',
  'stratum+ssl': 'tls',
  'stratum+tls': 'tls',
  'stratum+tcps': 'tls',
  stratums: 'tls',
  ssl: 'tls',
  tls: 'tls',
  'stratum+ws': 'ws',
  ws: 'ws',
  'stratum+wss': 'wss',
  wss: 'wss',
};

/** Scheme of a full node's miner API, in miners that serve both. */
const NODE_SCHEME = /^alphstratum(?:\+|$)/;

const EXPECTED = 'HOST:PORT, or stratum+tcp, stratum+ssl, stratum+ws or stratum+wss://HOST:PORT';

/**
 * An endpoint from `HOST:PORT` (plain TCP) or a URL.
 * @throws RangeError that names what is wrong
 */
export function parsePoolEndpoint(text: string): PoolEndpoint {
  const [, scheme, user, ipv6, name, port, path] =
    /^(?:([A-Za-z+]+):\/\/)?(?:([^@/]*)@)?(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?(\/[^\s#]*)?$/.exec(
      text,
    ) ?? [];
  const host = ipv6 ?? name;
  const lowerScheme = (scheme ?? 'stratum+tcp').toLowerCase();
  const carrier = Object.hasOwn(SCHEMES, lowerScheme) ? SCHEMES[lowerScheme] : undefined;
  // Who writes a user there may write a password, too, which no log must have.
  const got = `got ${JSON.stringify(text.replace(/(^|:\/\/)(?:(?!:\/\/).)*@/s, '$1***@'))}`;
  if (NODE_SCHEME.test(lowerScheme))
    throw new RangeError(
      `"pool" expected a pool, ${got}: ${lowerScheme} is what other miners call a full node's miner API; ` +
        `--node ${host === undefined ? 'HOST' : urlHost(host)}${port === undefined ? '' : `:${port}`} mines on it`,
    );
  if (host === undefined || carrier === undefined || !isHost(host))
    throw new RangeError(`"pool" expected ${EXPECTED}, ${got}`);
  if (user !== undefined)
    throw new RangeError(`"pool" expected no user in the address (--user names it), ${got}`);
  if (port === undefined) throw new RangeError(`"pool" expected a port (HOST:PORT), ${got}`);
  if (Number(port) < 1 || Number(port) > 65535)
    throw new RangeError(`"pool" expected a port from 1 to 65535, ${got}`);
  const { webSocket } = CARRIERS[carrier];
  if (!webSocket && path !== undefined && path !== '/')
    throw new RangeError(`"pool" expected no path after the port, ${got}`);
  return { carrier, host, port: Number(port), path: webSocket ? (path ?? '/') : '' };
}

/** The endpoint that a pool sends its miners to, or undefined if its host is none. @param host - any text */
export function redirected(
  endpoint: PoolEndpoint,
  host: string = endpoint.host,
  port: number = endpoint.port,
): PoolEndpoint | undefined {
  return isHost(host) ? { ...endpoint, host, port } : undefined;
}

/** Whether a URL can hold it: `1.2.3.4.5` or `::::`, say, no connection could be opened to. */
function isHost(host: string): boolean {
  return URL.canParse(`http://${urlHost(host)}:1`);
}

/** An endpoint as `parsePoolEndpoint` reads it; the scheme is left out where it is plain TCP. */
export function poolText({ carrier, host, port, path }: PoolEndpoint): string {
  const place = `${urlHost(host)}:${port}${path === '/' ? '' : path}`;
  return carrier === 'tcp' ? place : `${CARRIERS[carrier].scheme}://${place}`;
}

/** The same for people, in logs too: without a query, which may hold a token. */
export function poolName(endpoint: PoolEndpoint): string {
  return poolText({ ...endpoint, path: endpoint.path.replace(/\?.*$/, '') });
}

/** Where a WebSocket is opened. */
export function poolUrl({ carrier, host, port, path }: PoolEndpoint): string {
  return `${carrier}://${urlHost(host)}:${port}${path}`;
}

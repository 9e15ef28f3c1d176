/**
 * How a page reaches the pool's stratum over WebSocket.
 * @module
 */

import type { PoolEndpoint } from '../../miner/sources/pool-endpoint.js';
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';

/** Where to connect, or why this page can't. */
export type Reach =
  | { readonly kind: 'endpoint'; readonly endpoint: PoolEndpoint }
  | { readonly kind: 'nowhere'; readonly why: string };

/** The page's own address, as `location` has it. */
export interface PagePlace {
  /** As `https:`. */
  readonly protocol: string;
  /** IPv6 in brackets. */
  readonly hostname: string;
}

const DEFAULT_PORTS = { ws: 80, wss: 443 } as const;

const NOT_FROM_HTTPS =
  'This page came by https, and from there browsers connect to encrypted WebSockets (wss) alone: this pool offers an ' +
  'unencrypted one. Its operator can add a wss port; or mine with the program instead.';

/** The place that the operator has named, else a WebSocket port of the pool's, on the host that miners are told. */
export function reachOf(
  { host, ports, browserMining }: Pick<PoolInfo, 'host' | 'ports' | 'browserMining'>,
  page: PagePlace,
): Reach {
  if (browserMining?.url !== undefined) return named(browserMining.url, page);
  const at = (carrier: 'ws' | 'wss'): PoolEndpoint | undefined => {
    const [port] = Object.entries(ports).find(([, { protocol }]) => protocol === carrier) ?? [];
    if (port === undefined) return undefined;
    return { carrier, host: host ?? withoutBrackets(page.hostname), port: Number(port), path: '/' };
  };
  const [plain, secure] = [at('ws'), at('wss')];
  // A certificate may be for another name than the one that this page is asked for at.
  const endpoint = plain !== undefined && mayBePlain(page, plain.host) ? plain : (secure ?? plain);
  if (endpoint === undefined)
    return { kind: 'nowhere', why: 'This pool has no WebSocket port that a browser could connect to.' };
  return judged(endpoint, page);
}

function named(text: string, page: PagePlace): Reach {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const carrier = url?.protocol === 'ws:' ? 'ws' : url?.protocol === 'wss:' ? 'wss' : undefined;
  if (url === undefined || carrier === undefined)
    return { kind: 'nowhere', why: `What the pool names is no WebSocket address: ${text.slice(0, 200)}` };
  const port = url.port === '' ? DEFAULT_PORTS[carrier] : Number(url.port);
  const path = url.pathname + url.search;
  return judged({ carrier, host: withoutBrackets(url.hostname), port, path }, page);
}

function judged(endpoint: PoolEndpoint, page: PagePlace): Reach {
  return endpoint.carrier === 'ws' && !mayBePlain(page, endpoint.host)
    ? { kind: 'nowhere', why: NOT_FROM_HTTPS }
    : { kind: 'endpoint', endpoint };
}

/** Browsers trust the way to this machine itself. */
function mayBePlain(page: PagePlace, host: string): boolean {
  return page.protocol !== 'https:' || /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host);
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

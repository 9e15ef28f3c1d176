import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolInfo } from '../../../pool/http/api/api-schemas.js';
import { type PagePlace, reachOf } from '../../../web/mine/reach.js';

const HTTP: PagePlace = { protocol: 'http:', hostname: 'pool.example' };
const HTTPS: PagePlace = { protocol: 'https:', hostname: 'pool.example' };

function port(protocol: PoolInfo['ports'][string]['protocol']): PoolInfo['ports'][string] {
  return { name: protocol, protocol, tls: false, tlsAuto: false, difficulty: 1 };
}

const TCP = { 1: port('tcp') };
const WS = { ...TCP, 2: port('ws') };
const WSS = { ...TCP, 3: port('wss') };

/** `carrier://host:port path`, or the first words of why not. */
function shown(pool: Parameters<typeof reachOf>[0], page: PagePlace): string {
  const reach = reachOf(pool, page);
  if (reach.kind === 'nowhere') return reach.why;
  const { carrier, host, port, path } = reach.endpoint;
  return `${carrier} ${host} ${port} ${path}`;
}

for (const [what, pool, page, expected] of [
  ['a plain port from http', { ports: WS }, HTTP, 'ws pool.example 2 /'],
  [
    'the plain port from http where there are both',
    { ports: { ...WSS, ...WS } },
    HTTP,
    'ws pool.example 2 /',
  ],
  ['the encrypted port from https', { ports: { ...WS, ...WSS } }, HTTPS, 'wss pool.example 3 /'],
  ['an encrypted port from http', { ports: WSS }, HTTP, 'wss pool.example 3 /'],
  ['the host that miners are told', { ports: WS, host: 'mine.example' }, HTTP, 'ws mine.example 2 /'],
  ['IPv6', { ports: WS }, { ...HTTP, hostname: '[::1]' }, 'ws ::1 2 /'],
  ['this machine from https', { ports: WS }, { ...HTTPS, hostname: 'localhost' }, 'ws localhost 2 /'],
  [
    'the named place',
    { ports: WS, browserMining: { url: 'wss://x.example/stratum?a=1' } },
    HTTPS,
    'wss x.example 443 /stratum?a=1',
  ],
  ['a named place with its port', { ports: {}, browserMining: { url: 'ws://[::1]:9' } }, HTTP, 'ws ::1 9 /'],
] as const) {
  test(`reaches ${what}`, () => assert.equal(shown(pool, page), expected));
}

for (const [what, pool, page, words] of [
  ['no WebSocket port', { ports: TCP }, HTTP, /has no WebSocket port/],
  ['a plain port from https', { ports: WS }, HTTPS, /came by https.*operator can add a wss port/s],
  [
    'a plain place from https',
    { ports: {}, browserMining: { url: 'ws://a.example' } },
    HTTPS,
    /came by https/,
  ],
  [
    'a place that is none',
    { ports: WS, browserMining: { url: 'javascript:1' } },
    HTTP,
    /no WebSocket address/,
  ],
] as const) {
  test(`says why it does not reach ${what}`, () => assert.match(shown(pool, page), words));
}

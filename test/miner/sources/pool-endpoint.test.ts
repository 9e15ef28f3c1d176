import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolEndpoint, poolName, redirected } from '../../../miner/sources/pool-endpoint.js';

for (const [text, expected, name = text] of [
  ['pool.example:20032', { carrier: 'tcp', host: 'pool.example', port: 20032, path: '' }],
  [
    'stratum+tcp://pool.example:1',
    { carrier: 'tcp', host: 'pool.example', port: 1, path: '' },
    'pool.example:1',
  ],
  ['stratum://10.0.0.1:3/', { carrier: 'tcp', host: '10.0.0.1', port: 3, path: '' }, '10.0.0.1:3'],
  ['stratum+ssl://pool.example:65535', { carrier: 'tls', host: 'pool.example', port: 65535, path: '' }],
  ['stratum+tls://a:2', { carrier: 'tls', host: 'a', port: 2, path: '' }, 'stratum+ssl://a:2'],
  ['[::1]:20032', { carrier: 'tcp', host: '::1', port: 20032, path: '' }],
  ['stratum+ws://a:80/mine', { carrier: 'ws', host: 'a', port: 80, path: '/mine' }],
  ['stratum+wss://a:443', { carrier: 'wss', host: 'a', port: 443, path: '/' }],
  ['ssl://a:2', { carrier: 'tls', host: 'a', port: 2, path: '' }, 'stratum+ssl://a:2'],
  ['tls://a:2', { carrier: 'tls', host: 'a', port: 2, path: '' }, 'stratum+ssl://a:2'],
  ['Stratum+TCPS://a:2', { carrier: 'tls', host: 'a', port: 2, path: '' }, 'stratum+ssl://a:2'],
  ['TCP://a:2', { carrier: 'tcp', host: 'a', port: 2, path: '' }, 'a:2'],
  ['STRATUM+TCP://a:2', { carrier: 'tcp', host: 'a', port: 2, path: '' }, 'a:2'],
  ['wss://a:443/', { carrier: 'wss', host: 'a', port: 443, path: '/' }, 'stratum+wss://a:443'],
] as const) {
  test(`${text} is an endpoint`, () => {
    const endpoint = parsePoolEndpoint(text);
    assert.deepEqual(endpoint, expected);
    assert.equal(poolName(endpoint), name);
  });
}

for (const [text, expected] of [
  ['', /expected HOST:PORT, or stratum\+tcp/],
  ['pool.example', /expected a port \(HOST:PORT\), got "pool.example"/],
  ['pool.example:0', /a port from 1 to 65535/],
  ['pool.example:65536', /a port from 1 to 65535/],
  ['http://pool.example:1', /expected HOST:PORT, or stratum\+tcp.*got "http:/],
  ['constructor://a:1', /expected HOST:PORT, or stratum\+tcp/],
  ['alphstratum+tcp://10.0.0.1:10973', /a full node's miner API; --node 10\.0\.0\.1:10973 mines on it/],
  ['AlphStratum+TCP://node', /--node node mines on it/],
  ['stratum+tcp://user@pool.example:1', /--user names it/],
  ['stratum+tcp://pool.example:1/path', /no path/],
  ['::1:20032', /expected HOST:PORT/],
  ['a b:1', /expected HOST:PORT/],
  ['1.2.3.4.5:1', /expected HOST:PORT/],
  ['[::::]:1', /expected HOST:PORT/],
  ['ws://a:1/#x', /expected HOST:PORT/],
  ['ws://a?b:1', /expected HOST:PORT/],
] as const) {
  test(`${JSON.stringify(text)} is none`, () => {
    assert.throws(() => parsePoolEndpoint(text), expected);
  });
}

test('a redirect keeps what it does not name, and its host is checked', () => {
  const endpoint = parsePoolEndpoint('stratum+wss://a:1/path');
  assert.deepEqual(redirected(endpoint, undefined, 2), { ...endpoint, port: 2 });
  assert.deepEqual(redirected(endpoint, '::1'), { ...endpoint, host: '::1' });
  for (const host of ['::::', '1.2.3.4.5', 'a:b']) assert.equal(redirected(endpoint, host), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointName, parseNodeEndpoint, withRestPort } from '../../node/endpoint.js';

test('hosts, ports and IPv6 addresses', () => {
  for (const [text, host, port, name] of [
    ['127.0.0.1', '127.0.0.1', 10973, '127.0.0.1:10973'],
    ['node.lan:1234', 'node.lan', 1234, 'node.lan:1234'],
    ['[::1]', '::1', 10973, '[::1]:10973'],
    ['[fe80::1]:65535', 'fe80::1', 65535, '[fe80::1]:65535'],
  ] as const) {
    const endpoint = parseNodeEndpoint(text);
    assert.equal(endpoint.host, host);
    assert.equal(endpoint.port, port);
    assert.equal(endpointName(endpoint), name);
  }
});

test('each node may name the port of its REST API, the others have that of all', () => {
  for (const [text, port, restPort] of [
    ['a:1,rest=2', 1, 2],
    ['a,rest=2', 10973, 2],
    ['[::1]:1,rest=65535', 1, 65535],
    ['a:1', 1, undefined],
  ] as const) {
    const endpoint = parseNodeEndpoint(text);
    assert.deepEqual([endpoint.port, endpoint.restPort], [port, restPort]);
    assert.equal(withRestPort(endpoint, 99).restPort, restPort ?? 99);
  }
});

test('what is no endpoint is named', () => {
  for (const text of [
    '',
    ':10973',
    'host:',
    'host:0',
    'host:65536',
    'host:1:2',
    'http://host',
    '::1',
    'a b',
    'a:1,rest=',
    'a:1,rest=0',
    'a:1,rest=65536',
    'a:1,2',
    'a:1,rest=2,rest=3',
    'a=b',
  ]) {
    assert.throws(
      () => parseNodeEndpoint(text),
      (error: Error) => error instanceof RangeError && error.message.includes(JSON.stringify(text)),
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiOptionsFault, isOrigin, isToken, parseApiPlace } from '../../../miner/api/api-options.js';

test('a place is a host, a port, or both', () => {
  for (const [text, host, port] of [
    ['127.0.0.1:4067', '127.0.0.1', 4067],
    ['4068', '127.0.0.1', 4068],
    [':4068', '127.0.0.1', 4068],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0', '0.0.0.0', 4067],
    ['localhost', 'localhost', 4067],
    ['rig-7.lan:80', 'rig-7.lan', 80],
    ['[::1]:4067', '::1', 4067],
    ['[::]', '::', 4067],
  ] as const)
    assert.deepEqual(parseApiPlace(text), { host, port }, text);
  for (const text of [
    '',
    ':',
    'a:',
    'a:b',
    '70000',
    'a:65536',
    'http://a:1',
    '::1',
    '[a]:1',
    'a b:1',
    'a:1:2',
    '-1',
  ])
    assert.throws(() => parseApiPlace(text), /^RangeError: expected HOST:PORT.*got "/, text);
});

test('what can be a token', () => {
  for (const token of ['12345678', '~!@#$%^&*()', 'x'.repeat(256)]) assert.ok(isToken(token), token);
  for (const token of ['', '1234567', 'with space', 'ümläut-token', 'line\nbreak', 'x'.repeat(257)])
    assert.ok(!isToken(token), token);
});

test('what can be an origin', () => {
  for (const origin of ['https://dashboard.example', 'http://127.0.0.1:8080', 'http://[::1]'])
    assert.ok(isOrigin(origin), origin);
  for (const origin of [
    '*',
    'null',
    '',
    'dashboard.example',
    'https://dashboard.example/',
    'https://a.example/path',
    'https://A.example',
    'file:///etc',
    'https://a.example:443',
  ])
    assert.ok(!isOrigin(origin), origin);
});

test('others can reach a place only with a token', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost', 'LOCALHOST'])
    assert.equal(apiOptionsFault({ host }), undefined, host);
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'rig.lan', 'localhost.example', '::ffff:10.0.0.1']) {
    assert.match(apiOptionsFault({ host })!, /expected a token/, host);
    assert.equal(apiOptionsFault({ host, token: 'any' }), undefined);
  }
});

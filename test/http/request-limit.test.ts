import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestLimit, remoteAddressOf } from '../../http/request-limit.js';
import { AddressRanges } from '../../protocol/ip-address.js';

test('an address may ask so often a second, and so many at once', () => {
  const limit = new RequestLimit({ perSecond: 10, burst: 3 });
  assert.deepEqual(
    Array.from({ length: 4 }, () => limit.take('192.0.2.1', 0)),
    [true, true, true, false],
  );
  assert.ok(limit.take('192.0.2.2', 0));
  assert.ok(!limit.take('192.0.2.1', 99));
  assert.ok(limit.take('192.0.2.1', 100));
});

test('however many ask, so many are remembered, and those that ask stay', () => {
  const limit = new RequestLimit({ perSecond: 0.001, burst: 20 });
  for (let i = 0; i < 30_000; i++) {
    limit.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0);
    if (i % 5_000 === 0) limit.take('192.0.2.1', 0);
  }
  assert.equal(limit.addresses, 10_000);
  for (let i = 6; i < 20; i++) assert.ok(limit.take('192.0.2.1', 0));
  assert.ok(!limit.take('192.0.2.1', 0));
});

test('a proxy is believed where it is trusted, and only what it said itself', () => {
  const trusted = new AddressRanges(['10.0.0.0/8']);
  assert.equal(remoteAddressOf('10.0.0.1', '192.0.2.1', trusted), '192.0.2.1');
  assert.equal(remoteAddressOf('::ffff:10.0.0.1', '203.0.113.9, 192.0.2.1', trusted), '192.0.2.1');
  assert.equal(remoteAddressOf('192.0.2.7', '192.0.2.1', trusted), '192.0.2.7');
  assert.equal(remoteAddressOf('10.0.0.1', undefined, trusted), '10.0.0.1');
  assert.equal(remoteAddressOf('10.0.0.1', ' ', trusted), '10.0.0.1');
  assert.equal(remoteAddressOf(undefined, '192.0.2.1', trusted), '');
});

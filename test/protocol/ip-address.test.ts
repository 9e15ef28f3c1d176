import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AddressRanges,
  addressText,
  canonicalAddress,
  isLoopback,
  PRIVATE_RANGES,
} from '../../protocol/ip-address.js';

test('each address has one text', () => {
  for (const [text, canonical] of [
    ['192.0.2.7', '192.0.2.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fe80::1%eth0', 'fe80::1'],
  ] as const) {
    assert.equal(canonicalAddress(text), canonical, text);
    assert.equal(canonicalAddress(canonical), canonical);
  }
  assert.equal(addressText(Uint8Array.of(1, 2, 3, 4)), '1.2.3.4');
  assert.equal(addressText(new Uint8Array(16)), '::');
});

test('hosts that are this machine alone', () => {
  for (const host of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LOCALHOST',
  ])
    assert.ok(isLoopback(host), host);
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '::2',
    '1::1',
    '',
    'node',
    '127.example.org',
    'localhost.example',
  ])
    assert.ok(!isLoopback(host), host);
});

test('what is no address', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '0x1.2.3.4',
    ' 1.2.3.4',
    '1.2.3.4\n',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
    'localhost',
    `::${'0'.repeat(100)}`,
  ])
    assert.equal(canonicalAddress(text), undefined, JSON.stringify(text));
});

test('ranges hold what shares their first bits', () => {
  const ranges = new AddressRanges([
    '10.1.128.0/17',
    '192.0.2.7',
    '2001:db8::/33',
    '::ffff:198.51.100.0/120',
  ]);
  for (const [address, within] of [
    ['10.1.128.0', true],
    ['10.1.255.255', true],
    ['10.1.127.255', false],
    ['10.2.128.0', false],
    ['::ffff:10.1.200.1', true],
    ['192.0.2.7', true],
    ['192.0.2.6', false],
    ['2001:db8:7fff::1', true],
    ['2001:db8:8000::1', false],
    ['198.51.100.9', true],
    ['198.51.101.9', false],
    ['no address', false],
  ] as const)
    assert.equal(ranges.has(address), within, address);
  const all = new AddressRanges(['0.0.0.0/0']);
  assert.ok(all.has('203.0.113.1'));
  assert.ok(!all.has('2001:db8::1'), 'the families are apart');
  assert.ok(!new AddressRanges([]).has('127.0.0.1'));
});

test('what is no range', () => {
  for (const text of [
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::ffff:1.2.3.4/95',
  ])
    assert.throws(() => new AddressRanges([text]), RangeError, text);
});

test('private ranges', () => {
  const home = new AddressRanges(PRIVATE_RANGES);
  for (const address of [
    '127.0.0.1',
    '10.9.8.7',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '::1',
    'fd12::1',
    'fe80::1',
  ])
    assert.ok(home.has(address), address);
  for (const address of ['172.32.0.1', '11.0.0.1', '8.8.8.8', '2001:db8::1', '::2'])
    assert.ok(!home.has(address), address);
});

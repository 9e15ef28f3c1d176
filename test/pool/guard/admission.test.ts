import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../pool/guard/admission.js';
import { Bans } from '../../../pool/guard/bans.js';
import { AddressRanges, PRIVATE_RANGES } from '../../../protocol/ip-address.js';
import { networkOf } from '../../../protocol/remote-network.js';

const options = {
  maxConnections: 5000,
  connectionsPerAddress: 2000,
  newConnectionsPerMinute: 600,
  trusted: new AddressRanges([]),
};

function admissionOf(changes: Partial<typeof options> = {}): { admission: Admission; bans: Bans } {
  const all = { ...options, ...changes };
  const bans = new Bans(all.trusted);
  return { admission: new Admission(all, bans), bans };
}

test('an IPv6 address stands for its /64, a mapped one for its IPv4 address, any other text for itself', () => {
  for (const [address, network] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['', ''],
    ['__proto__', '__proto__'],
    ['not:an:address', 'not:an:address'],
  ] as const)
    assert.equal(networkOf(address), network);
});

test('a farm of a thousand behind one address comes in; beyond the limit of its address nobody does', () => {
  const { admission } = admissionOf();
  for (let i = 0; i < 2000; i++) assert.equal(admission.admit('198.51.100.1', 0), 'admit');
  assert.equal(admission.admit('198.51.100.1', 0), 'addressFull');
  assert.equal(admission.admit('198.51.100.2', 0), 'admit');
  admission.release('198.51.100.1');
  assert.equal(admission.admit('198.51.100.1', 0), 'admit');
});

test('all addresses of one /64 are counted together', () => {
  const { admission } = admissionOf({ connectionsPerAddress: 2 });
  assert.equal(admission.admit('2001:db8::1', 0), 'admit');
  assert.equal(admission.admit('2001:db8::2', 0), 'admit');
  assert.equal(admission.admit('2001:db8:0:0:ffff::3', 0), 'addressFull');
  assert.equal(admission.admit('2001:db8:0:1::1', 0), 'admit');
});

test('trusted addresses have no limit of their own, but that of the process holds', () => {
  const { admission } = admissionOf({
    maxConnections: 10,
    connectionsPerAddress: 2,
    trusted: new AddressRanges(PRIVATE_RANGES),
  });
  for (let i = 0; i < 10; i++) assert.equal(admission.admit('192.168.1.5', 0), 'admit');
  assert.equal(admission.admit('192.168.1.5', 0), 'full');
  assert.equal(admission.connections, 10);
});

test('who is banned does not come in, and is not counted', () => {
  const { admission, bans } = admissionOf();
  bans.add({ address: '203.0.113.9', untilMs: 1000, reason: 'flood' });
  assert.equal(admission.admit('203.0.113.9', 999), 'banned');
  assert.equal(admission.connections, 0);
  assert.equal(admission.admit('203.0.113.9', 1000), 'admit');
});

test('nothing is kept of those who have gone', () => {
  const { admission } = admissionOf();
  for (let i = 0; i < 1000; i++) admission.admit(`10.0.${i >> 8}.${i & 255}`, 0);
  admission.noteMiner('10.0.0.1');
  assert.deepEqual([admission.minersOf('10.0.0.1'), admission.minersOf('10.9.9.9')], [1, 0]);
  assert.equal(admission.networks, 1000);
  admission.noteMinerGone('10.0.0.1');
  assert.equal(admission.minersOf('10.0.0.1'), 0);
  for (let i = 0; i < 1000; i++) admission.release(`10.0.${i >> 8}.${i & 255}`);
  admission.release('10.0.0.1');
  admission.noteMinerGone('10.0.0.1');
  assert.deepEqual([admission.networks, admission.connections], [0, 0]);
});

test('some room is kept for trusted addresses, and for those that have mined here', () => {
  const trusted = new AddressRanges(['192.168.0.0/16']);
  const { admission } = admissionOf({ maxConnections: 32, trusted });
  assert.equal(admission.admit('192.0.2.1', 0), 'admit');
  admission.noteMiner('192.0.2.1');
  admission.noteMinerGone('192.0.2.1');
  admission.release('192.0.2.1');
  for (let i = 0; i < 30; i++) assert.equal(admission.admit('198.51.100.1', 0), 'admit');
  assert.equal(admission.admit('198.51.100.2', 0), 'full');
  assert.equal(admission.admit('192.0.2.1', 0), 'admit');
  assert.equal(admission.admit('192.168.1.5', 0), 'admit');
  assert.equal(admission.admit('192.168.1.5', 0), 'full');
  assert.equal(admission.mayMakeRoom, true);
  admission.noteLeaving();
  assert.equal(admission.admit('192.168.1.5', 0), 'admit');
  admission.noteLeft();
  admission.release('198.51.100.1');
  assert.equal(admission.connections, 32);
  for (let i = 0; i < 64; i++) admission.noteLeaving();
  assert.equal(admission.mayMakeRoom, false, 'they hold files until they have gone');
});

test('an address begins so many connections in a minute; all that it may have come back twice at once', () => {
  const trusted = new AddressRanges(['192.168.0.0/16']);
  const { admission } = admissionOf({ trusted });
  const cycle = (address: string, nowMs: number): string => {
    const answer = admission.admit(address, nowMs);
    if (answer === 'admit') admission.release(address);
    return answer;
  };
  for (let i = 0; i < 4000; i++) assert.equal(cycle('198.51.100.1', 0), 'admit');
  assert.equal(cycle('198.51.100.1', 0), 'addressRate');
  assert.equal(cycle('198.51.100.2', 0), 'admit');
  let admitted = 0;
  for (let ms = 0; ms < 60_000; ms += 50) if (cycle('198.51.100.1', ms) === 'admit') admitted++;
  assert.ok(admitted >= 595 && admitted <= 600, `${admitted}`);
  for (let i = 0; i < 5000; i++) assert.equal(cycle('192.168.1.5', 0), 'admit');
});

test('who comes too often is told so in a full pool, too, and makes nobody leave; asking again costs nothing', () => {
  const { admission } = admissionOf({ maxConnections: 32 });
  for (let i = 0; i < 30; i++) assert.equal(admission.admit('198.51.100.1', 0), 'admit');
  let asked = 0;
  while (admission.admit('198.51.100.2', 0) === 'full') asked++;
  assert.equal(asked, 4000);
  assert.equal(admission.admit('198.51.100.2', 0), 'addressRate');
  assert.equal(admission.admit('198.51.100.2', 0, true), 'full');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bans } from '../../../pool/guard/bans.js';
import { AddressRanges, PRIVATE_RANGES } from '../../../protocol/ip-address.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const nobody = new AddressRanges([]);

/** Offends until a ban comes. @returns offences it took, and the length of the ban */
function offend(bans: Bans, address: string, nowMs: number, miners = 0): [number, number] {
  for (let i = 1; i < 10_000; i++) {
    const ban = bans.note(address, 'garbage', miners, nowMs);
    if (ban !== undefined) return [i, ban.untilMs - nowMs];
  }
  return [10_000, 0];
}

test('ten offences in a row ban an address; it is free again when its time is over', () => {
  const bans = new Bans(nobody);
  assert.deepEqual(offend(bans, '203.0.113.9', 0), [10, 10 * MINUTE]);
  assert.equal(bans.banOf('203.0.113.9', 10 * MINUTE - 1)?.reason, 'garbage');
  assert.equal(bans.banOf('203.0.113.8', 0), undefined);
  assert.equal(bans.banOf('203.0.113.9', 10 * MINUTE), undefined);
  assert.equal(bans.size, 0);
});

test('offences now and then ban nobody', () => {
  const bans = new Bans(nobody);
  for (let i = 0; i < 100; i++)
    assert.equal(bans.note('203.0.113.9', 'flood', 0, i * 11 * MINUTE), undefined);
});

test('each ban is twice as long, up to seven days', () => {
  const bans = new Bans(nobody);
  let nowMs = 0;
  const lengths: number[] = [];
  for (let i = 0; i < 14; i++) {
    const [, lengthMs] = offend(bans, '203.0.113.9', nowMs);
    lengths.push(lengthMs / MINUTE);
    nowMs += lengthMs + 1;
    bans.sweep(nowMs);
  }
  assert.deepEqual(lengths.slice(0, 4), [10, 20, 40, 80]);
  assert.ok(lengths.every((length) => length * MINUTE <= 7 * DAY));
  assert.equal(lengths.at(-1), 10_080);
  bans.sweep(nowMs + 15 * DAY);
  assert.equal(offend(bans, '203.0.113.9', nowMs + 15 * DAY)[1], 10 * MINUTE);
});

test('one broken device does not ban the farm behind its address, however long it goes on', () => {
  const bans = new Bans(nobody);
  // It comes back every five seconds for a day; three others mine well.
  for (let nowMs = 0; nowMs < DAY; nowMs += 5_000)
    assert.equal(bans.note('198.51.100.1', 'garbage', 3, nowMs), undefined);
});

test('those who mine well outweigh as many offences as they are, and no more', () => {
  const bans = new Bans(nobody);
  assert.deepEqual(offend(bans, '198.51.100.1', 0, 100), [6_010, 10 * MINUTE]);
  let nowMs = 0;
  // Beside one good miner, a flood of ten offences a second.
  while (bans.note('198.51.100.2', 'flood', 1, nowMs) === undefined) nowMs += 100;
  assert.ok(nowMs < 10_000, `${nowMs}`);
});

test('whoever offends again and again, but seldom, is not banned; twice as often is', () => {
  const bans = new Bans(nobody);
  for (let i = 0; i < 1_000; i++) assert.equal(bans.note('203.0.113.9', 'garbage', 0, i * MINUTE), undefined);
  let nowMs = 0;
  while (bans.note('203.0.113.8', 'garbage', 0, nowMs) === undefined) nowMs += MINUTE / 2;
  assert.ok(nowMs <= 10 * MINUTE, `${nowMs}`);
});

test('a /64 is banned as one, and by any of its addresses it is freed', () => {
  const bans = new Bans(nobody);
  for (let i = 0; i < 10; i++) bans.note(`2001:db8::${i}`, 'oversizeLine', 0, 0);
  assert.equal(bans.banOf('2001:db8::ffff', 1)?.address, '2001:db8::/64');
  assert.equal(bans.banOf('2001:db8:0:1::', 1), undefined);
  bans.remove('2001:db8::1234');
  assert.equal(bans.banOf('2001:db8::1', 1), undefined);
  assert.equal(bans.offenders, 0);
});

test('trusted addresses are not banned, also not by another front end', () => {
  const bans = new Bans(new AddressRanges(PRIVATE_RANGES));
  for (const address of ['127.0.0.1', '192.168.3.4', '::1', '::ffff:10.0.0.1', 'fd00::1']) {
    assert.deepEqual(offend(bans, address, 0), [10_000, 0]);
    bans.add({ address, untilMs: 1e15, reason: 'by hand' });
    assert.equal(bans.banOf(address, 0), undefined);
  }
});

test('a ban by hand or of another front end takes the place of ours', () => {
  const bans = new Bans(nobody);
  bans.add({ address: '::ffff:203.0.113.9', untilMs: 100, reason: 'first' });
  bans.add({ address: '203.0.113.9', untilMs: 200, reason: 'second' });
  assert.deepEqual([...bans.values()], [{ address: '203.0.113.9', untilMs: 200, reason: 'second' }]);
});

test('tables have their limits: the one that was quiet longest goes first', () => {
  const bans = new Bans(nobody);
  const address = (i: number) => `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`;
  for (let i = 0; i < 9; i++) bans.note('203.0.113.9', 'flood', 0, 0);
  for (let i = 0; i < 9_999; i++) bans.note(address(i), 'garbage', 0, 1);
  // Still remembered: its tenth offence counts.
  assert.notEqual(bans.note('203.0.113.9', 'flood', 0, 2), undefined);
  for (let i = 0; i < 30_000; i++) bans.note(address(i), 'garbage', 0, 3);
  assert.equal(bans.offenders, 10_000);
  for (let i = 0; i < 100_050; i++) bans.add({ address: address(i), untilMs: 10, reason: 'x' });
  assert.equal(bans.size, 100_000);
  bans.sweep(10);
  assert.equal(bans.size, 0);
});

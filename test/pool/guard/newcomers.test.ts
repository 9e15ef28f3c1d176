import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Newcomers } from '../../../pool/guard/newcomers.js';

const GRACE_MS = 100_000;

test('who had its time goes first, the oldest first; who mined or left is none of them', () => {
  const newcomers = new Newcomers<string>(GRACE_MS);
  for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) newcomers.add(name, `192.0.2.${i}`, i * 1000);
  newcomers.remove('a');
  newcomers.remove('a');
  const room = (nowMs: number) => newcomers.takeForRoom('198.51.100.1', false, nowMs);
  assert.equal(room(GRACE_MS + 999), undefined, 'each is alone behind its address');
  assert.equal(room(GRACE_MS + 1000), 'b');
  assert.equal(room(GRACE_MS + 1000), undefined);
  assert.equal(room(GRACE_MS + 9000), 'c');
  assert.equal(newcomers.size, 1);
});

test('before that the address that holds most makes room for one that holds fewer', () => {
  const newcomers = new Newcomers<number>(GRACE_MS);
  for (let i = 0; i < 5; i++) newcomers.add(i, '2001:db8::1', 0);
  for (let i = 10; i < 13; i++) newcomers.add(i, '192.0.2.1', 0);
  assert.equal(newcomers.takeForRoom('192.0.2.1', false, 1000), 0);
  newcomers.add(13, '192.0.2.1', 1000);
  assert.equal(newcomers.takeForRoom('192.0.2.1', false, 1100), undefined, 'it would have more than they');
  assert.equal(newcomers.takeForRoom('2001:db8:0:0:9::', false, 1100), undefined, 'it is of the same /64');
  assert.equal(newcomers.takeForRoom('198.51.100.1', false, 1100), 1);
  assert.equal(newcomers.takeForRoom('198.51.100.1', false, 2000), 10);
  // One that is preferred takes any place.
  assert.ok(newcomers.takeForRoom('192.0.2.1', true, 3000) !== undefined);
});

test('one that comes again and again turns out its own alone', () => {
  const newcomers = new Newcomers<number>(GRACE_MS);
  const honest = [-1, -2, -3];
  for (const id of honest) newcomers.add(id, `192.0.2.${-id}`, 0);
  for (let i = 0; i < 100; i++) newcomers.add(i, `198.51.100.${i % 4}`, 0);
  for (let i = 100; i < 10_000; i++) {
    const nowMs = i * 5;
    const address = `198.51.100.${i % 4}`;
    const leaving = newcomers.takeForRoom(address, false, nowMs);
    if (leaving === undefined) continue;
    assert.ok(!honest.includes(leaving));
    newcomers.add(i, address, nowMs);
  }
});

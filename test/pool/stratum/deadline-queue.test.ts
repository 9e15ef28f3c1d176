import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadlineQueue } from '../../../pool/stratum/deadline-queue.js';

test('what is late is told once, oldest first', () => {
  const queue = new DeadlineQueue<string>(100);
  queue.add('a', 0);
  queue.add('b', 10);
  queue.add('c', 20);
  assert.deepEqual(queue.takeLate(99), []);
  assert.deepEqual(queue.takeLate(110), ['a', 'b']);
  assert.deepEqual(queue.takeLate(119), []);
  assert.equal(queue.size, 1);
  assert.deepEqual(queue.takeLate(1000), ['c']);
  assert.equal(queue.size, 0);
});

test('what begins anew has its whole time again, and what is gone is never late', () => {
  const queue = new DeadlineQueue<string>(100);
  queue.add('a', 0);
  queue.add('b', 0);
  queue.add('c', 0);
  queue.add('a', 90);
  queue.delete('b');
  assert.deepEqual(queue.takeLate(150), ['c']);
  assert.deepEqual(queue.takeLate(190), ['a']);
});

test('the oldest can be taken before its time', () => {
  const queue = new DeadlineQueue<string>(100);
  queue.add('a', 0);
  queue.add('b', 0);
  assert.equal(queue.takeOldest(), 'a');
  assert.deepEqual(queue.takeLate(100), ['b']);
  assert.equal(queue.takeOldest(), undefined);
});

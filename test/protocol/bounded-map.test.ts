import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedMap } from '../../protocol/bounded-map.js';

function filled(): BoundedMap<string, number> {
  return new BoundedMap<string, number>(3).set('a', 1).set('b', 2).set('c', 3);
}

test('an entry too many takes the place of the oldest', () => {
  assert.deepEqual(
    [...filled().set('d', 4)],
    [
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ],
  );
});

test('a known key gets its new value where it stands, and nothing goes', () => {
  assert.deepEqual(
    [...filled().set('a', 9)],
    [
      ['a', 9],
      ['b', 2],
      ['c', 3],
    ],
  );
});

test('a renewed key is the newest, and nothing goes', () => {
  assert.deepEqual(
    [...filled().renew('a', 9)],
    [
      ['b', 2],
      ['c', 3],
      ['a', 9],
    ],
  );
});

test('a key of undefined is a key', () => {
  const map = new BoundedMap<string | undefined, number>(1).set(undefined, 1).set('a', 2);
  assert.deepEqual([...map], [['a', 2]]);
});

test('what was deleted leaves its room', () => {
  const map = filled();
  map.delete('b');
  assert.deepEqual([...map.set('d', 4).keys()], ['a', 'c', 'd']);
});

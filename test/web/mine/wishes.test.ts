import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_WISHES, type Keeper, keepWishes, readWishes, type Wishes } from '../../../web/mine/wishes.js';

/** A keeper of one text. */
function keeperOf(text: string | null): () => Keeper {
  return () => ({ getItem: () => text, setItem: () => {} });
}

test('what is kept is read again', () => {
  const kept = new Map<string, string>();
  const keeper = (): Keeper => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  });
  const wishes: Wishes = { address: 'a', worker: 'w', device: 'gpu', load: 0.25, whileHidden: true };
  keepWishes(wishes, keeper);
  assert.deepEqual(readWishes(keeper), wishes);
});

for (const text of [
  null,
  '',
  '{',
  'null',
  '7',
  '[]',
  '{"address": 1, "worker": [], "device": "asic", "load": 2, "whileHidden": "yes"}',
  `{"address": "${'x'.repeat(5_000)}", "load": 0.01}`,
]) {
  test(`${String(text).slice(0, 30)} is as nothing kept`, () =>
    assert.deepEqual(readWishes(keeperOf(text)), FIRST_WISHES));
}

test('a browser that keeps nothing is one without wishes', () => {
  const refuses = (): Keeper => {
    throw new Error('forbidden');
  };
  assert.deepEqual(readWishes(refuses), FIRST_WISHES);
  keepWishes(FIRST_WISHES, refuses);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Late } from '../../protocol/late.js';

test('a part can be handed over before it exists, and used afterwards', () => {
  const late = new Late<{ readonly n: number }>('the pool');
  const use = (): number => late.value.n;
  assert.throws(use, /the pool is used before it is there/);
  const part = { n: 7 };
  assert.equal(late.set(part), part);
  assert.equal(use(), 7);
});

test('a part is set once', () => {
  const late = new Late<string>('the pool');
  late.set('one');
  assert.throws(() => late.set('two'), /the pool is there already/);
});

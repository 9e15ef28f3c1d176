import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimedCache } from '../../../../pool/http/api/timed-cache.js';

function cache(options: Partial<ConstructorParameters<typeof TimedCache>[0]> = {}) {
  const clock = { ms: 0 };
  const made: string[] = [];
  const values = new TimedCache<string>(
    { maxEntries: 3, maxSize: 100, maxPending: 2, ...options },
    (value) => value.length,
    () => clock.ms,
  );
  const get = (key: string, value = key): Promise<string> | undefined =>
    values.get(key, 10, async () => {
      made.push(key);
      return value;
    });
  return { clock, made, values, get };
}

test('a value is made once, until its time is over', async () => {
  const { clock, made, get } = cache();
  assert.equal(await get('a'), 'a');
  clock.ms = 9;
  assert.equal(await get('a', 'other'), 'a');
  clock.ms = 10;
  assert.equal(await get('a', 'other'), 'other');
  assert.deepEqual(made, ['a', 'a']);
});

test('who comes while it is made waits for it', async () => {
  const { made, get } = cache();
  assert.deepEqual(await Promise.all([get('a'), get('a')]), ['a', 'a']);
  assert.deepEqual(made, ['a']);
});

test('no more than so many are made at a time', async () => {
  const { get } = cache();
  const under = [get('a'), get('b')];
  assert.equal(get('c'), undefined);
  assert.equal(await get('a'), 'a');
  await Promise.all(under);
  assert.equal(await get('c'), 'c');
});

test('the oldest go when there are too many, or they are too large', async () => {
  const { values, made, get } = cache();
  for (const key of ['a', 'b', 'c', 'd']) await get(key);
  assert.equal(values.entries, 3);
  await get('a');
  assert.deepEqual(made, ['a', 'b', 'c', 'd', 'a']);
  await get('large', 'x'.repeat(99));
  assert.ok(values.size <= 100);
  await get('huge', 'x'.repeat(1_000));
  assert.equal(values.size, 0);
  assert.equal(values.entries, 0);
});

test('a failure is not kept', async () => {
  const { values, get } = cache();
  await assert.rejects(values.get('a', 10, () => Promise.reject(new Error('no')))!, /no/);
  assert.equal(await get('a'), 'a');
});

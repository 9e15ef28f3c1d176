import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PushSign } from '../../../pool/store-thread/push-sign.js';

test('no jobs on their way: the next turn it is', async () => {
  const waits: string[] = [];
  await new PushSign().passed(
    async () => waits.push('turn'),
    async () => waits.push('sleep'),
  );
  assert.deepEqual(waits, ['turn']);
});

for (const sleeps of [1, 7]) {
  test(`jobs on their way: the other thread waits until they are there, here ${sleeps} times`, async () => {
    const main = new PushSign();
    const waits: string[] = [];
    // `during` is over within one call: here it lasts for as long as its word stands.
    const word = new Int32Array(main.buffer);
    word[0] = 1;
    await new PushSign(main.buffer).passed(
      async () => {},
      async (ms) => {
        waits.push(`${ms} ms`);
        if (waits.length === sleeps) word[0] = 0;
      },
    );
    assert.deepEqual(waits, new Array(sleeps).fill('4 ms'));
  });
}

test('a push that does not end holds up nobody for ever', async () => {
  const main = new PushSign();
  new Int32Array(main.buffer)[0] = 1;
  let sleptMs = 0;
  await new PushSign(main.buffer).passed(
    async () => {},
    async (ms) => {
      sleptMs += ms;
    },
  );
  assert.equal(sleptMs, 200);
});

test('the sign is up while jobs are brought, and down when that has failed', () => {
  const main = new PushSign();
  const other = new PushSign(main.buffer);
  const seen: boolean[] = [];
  main.during(() => seen.push(other.isUp));
  assert.throws(() =>
    main.during(() => {
      seen.push(other.isUp);
      throw new Error('a socket');
    }),
  );
  assert.deepEqual([...seen, other.isUp], [true, true, false]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExtranonceKeeper } from '../../../pool/extranonces/extranonce-keeper.js';
import { waitFor } from '../../support/wait.js';

test('what is being leased at the end is given back, too', async () => {
  let blocks = 0;
  const leased = new Set<number>();
  let hold = Promise.resolve();
  let asked = 0;
  const keeper = new ExtranonceKeeper(
    { bytes: 2, perAddress: 4_096 },
    {
      store: {
        leaseExtranonces: async (_owner, count, ttlMs) => {
          asked++;
          await hold;
          return Array.from({ length: count }, () => {
            leased.add(blocks);
            return { block: blocks++, releasedMs: undefined, expiresMs: Date.now() + ttlMs };
          });
        },
        renewExtranonces: async (_owner, asked) => asked,
        releaseExtranonces: async (_owner, released) => {
          for (const block of released) leased.delete(block);
        },
        releaseAllExtranonces: async () => {},
      },
      owner: 'one',
      storeNow: Date.now,
      oldestLiveHeaderMs: () => undefined,
      onLost: () => assert.fail('none is lost'),
    },
  );
  await keeper.start();
  assert.equal(leased.size, 4);
  let letGo = (): void => {};
  hold = new Promise((resolve) => {
    letGo = resolve;
  });
  // The reserve has to be filled again.
  assert.equal(keeper.take({ remoteAddress: '192.0.2.1', trusted: false }).type, 'taken');
  await waitFor('the lease', () => asked === 2);
  const closed = keeper.close();
  letGo();
  await closed;
  assert.equal(blocks, 5);
  assert.deepEqual([...leased], []);
});

/** A keeper on a store with so many blocks. */
async function keeperOn(blocks: number, perAddress: number, oldestLiveHeaderMs: () => number | undefined) {
  let next = 1;
  const keeper = new ExtranonceKeeper(
    { bytes: 2, perAddress },
    {
      store: {
        leaseExtranonces: async (_owner, count, ttlMs) =>
          Array.from({ length: Math.min(count, blocks + 1 - next) }, () => ({
            block: next++,
            releasedMs: undefined,
            expiresMs: Date.now() + ttlMs,
          })),
        renewExtranonces: async (_owner, asked) => asked,
        releaseExtranonces: async () => {},
        releaseAllExtranonces: async () => {},
      },
      owner: 'one',
      storeNow: Date.now,
      oldestLiveHeaderMs,
      onLost: () => assert.fail('none is lost'),
    },
  );
  await keeper.start();
  return keeper;
}

test('an address has its share of extranonces, and those that rest after its miners left count', async () => {
  let oldestMs: number | undefined;
  const keeper = await keeperOn(16, 10, () => oldestMs);
  const takers = { remoteAddress: '2001:db8::1', trusted: false };
  const neighbour = { remoteAddress: '2001:db8::2', trusted: false };
  const taken: string[] = [];
  for (let i = 0; i < 10; i++) {
    const answer = keeper.take(i % 2 === 0 ? takers : neighbour);
    assert.equal(answer.type, 'taken');
    if (answer.type === 'taken') taken.push(answer.extranonce);
  }
  const refused = { type: 'refused', reason: 'addressExtranonces' };
  assert.deepEqual(keeper.take(takers), refused);
  assert.equal(keeper.take({ remoteAddress: '192.0.2.1', trusted: false }).type, 'taken');
  assert.equal(keeper.take({ ...takers, trusted: true }).type, 'taken');
  keeper.release(taken[0]!, false, '2001:db8::1');
  keeper.release(taken[1]!, false, '2001:db8::1');
  keeper.release(taken[2]!, true, '2001:db8::1');
  keeper.release(taken[3]!, true, '2001:db8::1');
  // Eleven with the trusted one, less the two that need no rest.
  assert.equal(keeper.take(takers).type, 'taken');
  assert.deepEqual(keeper.take(takers), refused);
  // All headers have templates that were made later, by more than clocks may differ.
  oldestMs = Date.now() + 15_001;
  keeper.tick();
  for (let i = 0; i < 2; i++) assert.equal(keeper.take(takers).type, 'taken');
  assert.deepEqual(keeper.take(takers), refused);
  await keeper.close();
});

test('the last extranonces of a space that is used up are for trusted addresses', async () => {
  const keeper = await keeperOn(5, 100_000, () => undefined);
  let taken = 0;
  let answer = keeper.take({ remoteAddress: '192.0.2.1', trusted: false });
  while (answer.type === 'taken') {
    taken++;
    assert.ok(taken <= 5 * 256, 'there are no more');
    await new Promise((resolve) => setImmediate(resolve));
    answer = keeper.take({ remoteAddress: `192.0.2.${taken % 200}`, trusted: false });
  }
  assert.deepEqual([taken, answer.reason], [4 * 256, 'noExtranonce']);
  for (let i = 0; i < 256; i++)
    assert.equal(keeper.take({ remoteAddress: '10.0.0.1', trusted: true }).type, 'taken');
  const none = { type: 'refused', reason: 'noExtranonce' };
  assert.deepEqual(keeper.take({ remoteAddress: '10.0.0.1', trusted: true }), none);
  await keeper.close();
});

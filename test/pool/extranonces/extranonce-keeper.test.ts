import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExtranonceKeeper } from '../../../pool/extranonces/extranonce-keeper.js';
import { waitFor } from '../../support/wait.js';

test('what is being leased at the end is given back, too', async () => {
  let blocks = 0;
  const leased = new Set<number>();
  let hold = Promise.resolve();
  let asked = 0;
  const keeper = new ExtranonceKeeper(2, {
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
  });
  await keeper.start();
  assert.equal(leased.size, 4);
  let letGo = (): void => {};
  hold = new Promise((resolve) => {
    letGo = resolve;
  });
  // The reserve has to be filled again.
  assert.ok(keeper.take() !== undefined);
  await waitFor('the lease', () => asked === 2);
  const closed = keeper.close();
  letGo();
  await closed;
  assert.equal(blocks, 5);
  assert.deepEqual([...leased], []);
});

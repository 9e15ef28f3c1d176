import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ledgerHistory } from '../support/ledger-history.js';
import { seededRandom } from '../support/seeded-random.js';

test('whatever happens to blocks, settlements and payouts: the ledger is what the chain has, and each miner has what it earned and was not paid', async () => {
  const seen = new Set<string>();
  const settled = { payouts: 0, returned: 0 };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      const history = ledgerHistory(seededRandom(seed));
      for (let i = 0; i < 120; i++) {
        seen.add(await history.step());
        if (i % 20 > 0) continue;
        const { faults, groups } = await history.judge();
        assert.deepEqual(faults, []);
        for (const { unknownSum } of groups) assert.equal(unknownSum.count, 0);
      }
      await history.finish();
      const { faults } = await history.judge();
      assert.deepEqual(faults, []);
      for (const { key } of await history.books.log(0, 1000)) {
        if (/^payout\/\w+\/paid/.test(key)) settled.payouts++;
        if (/^payout\/\w+\/returned/.test(key)) settled.returned++;
      }
    }),
    { numRuns: 4, examples: [[1], [2]] },
  );
  assert.equal(seen.size, 13, 'each event must come up');
  assert.ok(settled.payouts > 10 && settled.returned > 2, JSON.stringify(settled));
});

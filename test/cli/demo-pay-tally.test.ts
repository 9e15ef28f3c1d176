import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DemoPayTally } from '../../cli/demo-pay-tally.js';

test('what was credited and paid is told once, and not before there is something', () => {
  const tally = new DemoPayTally();
  assert.equal(tally.line(), undefined);
  tally.note({ credited: 1_500_000_000_000_000_000n, paid: 0n });
  assert.equal(tally.line(), '1.5000 ALPH credited to the miner, 0.0000 ALPH paid');
  assert.equal(tally.line(), undefined);
  tally.note({ credited: 1_500_000_000_000_000_000n, paid: 1_498_000_000_000_000_000n });
  assert.equal(tally.line(), '1.5000 ALPH credited to the miner, 1.4980 ALPH paid');
  assert.deepEqual(tally.summary(), { credited: '1500000000000000000', paid: '1498000000000000000' });
});

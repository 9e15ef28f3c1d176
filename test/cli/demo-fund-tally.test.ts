import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DemoFundTally } from '../../cli/demo-fund-tally.js';
import { polwShiftFor } from '../../cli/demo-polw.js';
import type { FindState } from '../../polw/fund/finds.js';
import { ALPH, blockTimeMsOf, loweredEmission } from '../../protocol/emission.js';
import { polwThreshold } from '../../protocol/polw.js';
import { bitsOfHashrate, targetOfBits } from '../../protocol/target.js';

function setUp() {
  const ends = new Map<string, FindState>();
  const accounts = { fund: 100n * ALPH, burnt: 0n, pending: 0n, earned: 0n };
  const tally = new DemoFundTally({
    accounts: () => accounts,
    ends: () => [...ends].map(([hash, state]) => ({ hash, state })),
  });
  return { ends, accounts, tally };
}

test('nothing is told before a block has burnt, and nothing twice', () => {
  const { ends, accounts, tally } = setUp();
  assert.equal(tally.line(), undefined);
  ends.set('a', 'open');
  assert.equal(tally.line(), undefined);
  ends.set('a', 'main');
  Object.assign(accounts, { fund: 99n * ALPH, burnt: ALPH / 2n, pending: ALPH / 8n, earned: ALPH / 8n });
  assert.equal(tally.line(), '1 block burnt 0.5000 ALPH, net reward 0.2500 ALPH; 99.0000 ALPH in the fund');
  assert.equal(tally.line(), undefined);
});

test('a find that is final and handed out still counts; one that a reorganisation changed counts as what it is', () => {
  const { ends, accounts, tally } = setUp();
  for (const [hash, state] of [
    ['a', 'main'],
    ['b', 'main'],
    ['c', 'void'],
    ['d', 'orphan'],
    ['u', 'uncle'],
  ] as const)
    ends.set(hash, state);
  assert.equal(tally.summary().blocks, 2);
  ends.set('b', 'orphan');
  tally.look();
  ends.clear();
  ends.set('e', 'main');
  assert.deepEqual(tally.summary(), {
    blocks: 2,
    uncles: 1,
    open: 0,
    burnt: '0',
    fund: `${accounts.fund}`,
    netReward: '0',
    void: 1,
  });
  assert.match(tally.line()!, /^2 blocks burnt .* \(1 uncle burnt none\), .*; 1 block void$/);
  ends.set('f', 'open');
  assert.match(tally.line()!, / \(1 uncle burnt none, 1 not known yet\), /);
});

test('the threshold is lowered so that a network is two to four times beyond it, whatever its block time', () => {
  for (const blockTimeMs of [1_000, 3_000, 8_000, 64_000])
    for (const rate of [
      2_000,
      200_000,
      4_000_000,
      10_000_000,
      20_000_000,
      2 ** 22,
      2 ** 22 - 1,
      512_000_000,
    ]) {
      const target = targetOfBits(bitsOfHashrate(BigInt(rate), blockTimeMs));
      const emission = loweredEmission(polwShiftFor({ rate, blockTimeMs }));
      const threshold = polwThreshold(blockTimeMsOf('danube'), emission);
      const beyond = Number((threshold * 1_000n) / target) / 1_000;
      // Below 10 kH/s, few hashes make a block: its rate is a whole number of them.
      const slack = rate < 10_000 ? 0.2 : 0.01;
      assert.ok(beyond >= 2 - slack && beyond < 4 + slack, `${rate} H/s, ${blockTimeMs} ms: ${beyond}`);
    }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawalFault } from '../../../payer/rounds/plan-withdrawal.js';
import { ALPH, addressOf, walletKeys } from '../../support/round-lab.js';

test('what can be taken out by nobody: to the wallet itself, dust, and what miners are owed', () => {
  const fault = (amount: bigint, own: bigint, to = addressOf(1)): string | undefined =>
    withdrawalFault({ keys: walletKeys }, to, amount, own);
  assert.equal(fault(ALPH, ALPH + 1n), undefined);
  assert.match(
    fault(ALPH, 9n * ALPH, walletKeys[2]!.address)!,
    /outside of the wallet, got its own of group 2/,
  );
  assert.match(fault(10n ** 15n - 1n, ALPH)!, /at least 0.001 ALPH, .* got 0.000999999999999999 ALPH$/);
  assert.match(fault(90n * ALPH, 2n * ALPH)!, /not owed to miners, 2 ALPH with the fee, got 90 ALPH$/);
  assert.match(fault(ALPH, -ALPH)!, /not owed to miners, 0 ALPH/);
});

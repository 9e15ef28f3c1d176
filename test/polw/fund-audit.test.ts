// What the audit of a fund makes of blocks that spend what has left its own chain, and that it still sees what is wrong.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createManualClock } from '../../devnet/clock.js';
import type { Accounts } from '../../polw/fund/accounts.js';
import type { FundCoin } from '../../polw/fund/fund-coins.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { createTransaction, MIN_GAS_AMOUNT } from '../../protocol/transaction.js';
import { ACTIVE_RATE, FUNDED, KEYS, RIGHTS, SHIFT } from '../devnet/polw-setting.js';
import { closeAll, closers } from '../support/closers.js';
import { createDevnet } from '../support/direct-nodes.js';
import { type FundOnNode, PolwAudit } from '../support/polw-audit.js';
import { PolwFrontEnd } from '../support/polw-front-end.js';

afterEach(closeAll);

const OURS = chainIndex(0, 1);
const JUDGE = chainIndex(0, 0);
const PAYS = chainIndex(3, 0);
const PAYS_JUDGE = chainIndex(3, 3);
/** A chain of the group of OURS, and one whose burn address is in the group that it pays. */
const SIBLING = chainIndex(0, 2);
const SIBLING_PAYS = chainIndex(2, 0);

const OUTPUT = { lockTimeMs: 0n, tokens: [], additionalData: new Uint8Array(0) };
const UNSIGNED = { script: undefined, gasAmount: MIN_GAS_AMOUNT, gasPrice: 10n ** 11n };
/** The key of the first input. */
const AS_BEFORE = Uint8Array.of(3);
const GAS_FEE = BigInt(UNSIGNED.gasAmount) * UNSIGNED.gasPrice;

/** A front end whose newest block burns a deposit. */
async function setUpDeposit() {
  const clock = createManualClock();
  const devnet = await createDevnet(
    { rate: ACTIVE_RATE, polw: { shift: SHIFT, support: 'full', coins: FUNDED } },
    clock,
  );
  const frontEnd = await PolwFrontEnd.open([devnet.node], clock);
  closers.push(async () => {
    await frontEnd.close();
    devnet.stopSearches();
    clock.close();
  });
  const { control } = devnet;
  control.deposit({ address: KEYS[OURS]!.address, amount: 2_000n * ALPH, from: 3 });
  for (const chain of [PAYS, PAYS_JUDGE, OURS, JUDGE]) await control.mineBlock(chain);
  await frontEnd.settle();
  const found = frontEnd.mine(OURS)!;
  await frontEnd.settle();
  return { control, clock, frontEnd, found };
}

/** A fund of which something is not as it is. */
function planted(
  { node, fund }: FundOnNode,
  wrong: { coins?: readonly FundCoin[]; accounts?: Partial<Accounts> },
): FundOnNode {
  const { coins = fund.coins(), accounts } = wrong;
  return {
    node,
    fund: {
      coins: () => coins,
      foreign: () => fund.foreign(),
      accounts: () => ({ ...fund.accounts(), ...accounts }),
    },
  };
}

test('a block of ours whose deposit has left its chain: left out by fund and audit until it is decided', async () => {
  const { control, frontEnd, found } = await setUpDeposit();
  const audit = new PolwAudit();
  audit.check(frontEnd);
  const before = planted(frontEnd, { coins: frontEnd.fund.coins(), accounts: frontEnd.fund.accounts() });
  const { burnt } = frontEnd.fund.accounts();
  assert.ok(burnt > 0n && audit.burnsOurs(found));

  await control.reorganise(PAYS, 1, { transfers: false });
  await frontEnd.settle();
  assert.ok(frontEnd.node.state.isMain(frontEnd.node.state.get(found.hash)!));
  assert.equal(frontEnd.fund.accounts().burnt, 0n);
  audit.check(frontEnd);
  assert.throws(() => audit.check(before), /coins that only the fund has/, 'a fund that counts the block');

  for (const chain of [PAYS_JUDGE, JUDGE]) await control.mineBlock(chain);
  await frontEnd.settle();
  assert.equal(frontEnd.fund.ends().find(({ hash }) => hash === found.hash)?.state, 'void');
  audit.check(frontEnd);
});

test('somebody burns what a transfer of ours spends on a sibling chain: of fund and audit the earlier one counts, before it is decided', async () => {
  const { control, clock, frontEnd } = await setUpDeposit();
  // All coins are seen by chains of the group.
  await control.mineBlock(JUDGE);
  await frontEnd.settle();
  const { node } = frontEnd;
  const key = KEYS[OURS]!;
  const held = frontEnd.fund.coins().filter(({ owner, lockTimeMs }) => owner === OURS && lockTimeMs === 0);
  const sum = held.reduce((total, { amount }) => total + amount, 0n);
  const outputs = [
    { ...OUTPUT, amount: ALPH, lockupScript: KEYS[SIBLING_PAYS]!.address.lockupScript },
    { ...OUTPUT, amount: sum - ALPH - GAS_FEE, lockupScript: key.address.lockupScript },
  ];
  const unlockScript = Uint8Array.of(0, ...key.publicKey);
  const inputs = held.map(({ hint, key: name }, i) => ({
    ...{ hint, key: hexToBytes(name) },
    unlockScript: i === 0 ? unlockScript : AS_BEFORE,
  }));
  const unsigned = { ...UNSIGNED, networkId: node.rules.networkId, inputs, outputs };
  node.coins!.desk.submit(unsigned, key.sign(createTransaction(unsigned).id));
  // The transfer first, then somebody's block, which has not seen it.
  await control.mineBlock(SIBLING);
  clock.advance(1_000);
  await control.mineBlock(OURS, { burnRight: RIGHTS[OURS]! });
  await frontEnd.settle();
  const audit = new PolwAudit();
  assert.equal(node.coins!.likelyVoid(() => true).size, 1);
  audit.check(frontEnd);
  const before = frontEnd.fund.accounts();
  await control.mineBlock(JUDGE);
  await control.mineBlock(JUDGE);
  await frontEnd.settle();
  assert.equal(node.coins!.likelyVoid(() => true).size, 0);
  audit.check(frontEnd);
  assert.equal(frontEnd.fund.accounts().burnt, before.burnt);
});

test('what differs by a single coin or atto is seen, also while a block is left out', async () => {
  const { control, frontEnd } = await setUpDeposit();
  await control.reorganise(PAYS, 1, { transfers: false });
  await frontEnd.settle();
  const audit = new PolwAudit();
  const { fund } = frontEnd;
  const [first, ...others] = fund.coins() as [FundCoin, ...FundCoin[]];
  const { fund: free, burnt, gas, pending, earned } = fund.accounts();
  const wrongs = {
    'a coin is missing': { coins: others },
    'a coin holds more': { coins: [{ ...first, amount: first.amount + 1n }, ...others] },
    'a coin is there twice': { coins: [first, first, ...others] },
    'a coin of nobody': { coins: [{ ...first, key: '0'.repeat(64) }, first, ...others] },
    'coins and accounts differ': { accounts: { fund: free - 1n } },
    'burnt and not in the chain': { accounts: { burnt: burnt + 1n } },
    'gas that no block paid': { accounts: { gas: gas + 1n } },
    'earned and not by a block': { accounts: { fund: free - 1n, earned: earned + 1n } },
    'pending that was no reward': { accounts: { fund: free - 1n, pending: pending + 1n } },
  };
  audit.check(planted(frontEnd, {}));
  for (const [what, wrong] of Object.entries(wrongs))
    assert.throws(() => audit.check(planted(frontEnd, wrong)), assert.AssertionError, what);
});

// Uncles of blocks that burn: what they are paid, and those whose reward would be dust.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Template } from '../../../devnet/template.js';
import { blockReward, mainReward, uncleReward } from '../../../protocol/emission.js';
import { createPolwCoinbase, type PolwRewards, polwGasFee } from '../../../protocol/polw-coinbase.js';
import { createTransaction, MIN_OUTPUT_AMOUNT } from '../../../protocol/transaction.js';
import { KEYS, partsFor, setUpPolw, submitWith, termsOf } from '../polw-setting.js';

const CHAIN = 9;

/** Rewards with every uncle of a template, dust or not. */
function allRewards(template: Template): PolwRewards {
  const terms = termsOf(template);
  const main = mainReward(terms.netReward, 'danube');
  const uncles = template.uncles.map((uncle) => ({
    ...uncle,
    reward: uncleReward(main, uncle.heightDifference),
  }));
  const block = blockReward(
    main,
    uncles.map(({ reward }) => reward),
  );
  return { first: block + terms.burnt, uncles };
}

/** Hash rate of a network of some times the threshold, and the last height difference whose uncle is not dust. */
for (const [times, last] of [
  [2, 7],
  [5, 6],
  [8, 5],
  [12, 3],
] as const) {
  test(`at ${times} times the threshold: an uncle ${last} heights below is paid, one further below must be left out`, async (t) => {
    const { devnet, node, clock } = await setUpPolw(t, {}, { rate: 4096 * times });
    await devnet.mineBlock(CHAIN);
    await devnet.mineSideBlock(CHAIN);
    for (let height = 2; height <= last; height++) {
      clock.advance(1_000);
      await devnet.mineBlock(CHAIN, { uncles: false });
    }
    // The template has it, whatever it is worth.
    const template = node.board.template(CHAIN);
    assert.deepEqual(
      template.uncles.map(({ heightDifference }) => heightDifference),
      [last],
    );
    const parts = partsFor(node, template);
    assert.equal(parts.rewards.uncles.length, 1);
    assert.ok(parts.rewards.uncles[0]!.reward >= MIN_OUTPUT_AMOUNT);
    const wrong = createPolwCoinbase(parts);
    const outputs = wrong.unsigned.outputs.with(1, {
      ...wrong.unsigned.outputs[1]!,
      lockupScript: KEYS[CHAIN]!.address.lockupScript,
    });
    const stolen = createTransaction({ ...wrong.unsigned, outputs }, wrong.inputSignatures);
    assert.equal(submitWith(node, template, [stolen]).fault, 'InvalidGhostUncleMiner');
    if (last === 7) {
      assert.ok(submitWith(node, template, [createPolwCoinbase(parts)]).block);
      assert.deepEqual(node.state.tip(CHAIN).uncles.length, 1);
      return;
    }
    clock.advance(1_000);
    await devnet.mineBlock(CHAIN, { uncles: false });
    const dusty = node.board.template(CHAIN);
    assert.equal(dusty.uncles[0]!.heightDifference, last + 1);
    const without = partsFor(node, dusty);
    assert.equal(without.rewards.uncles.length, 0);
    const rewards = allRewards(dusty);
    assert.ok(rewards.uncles[0]!.reward < MIN_OUTPUT_AMOUNT);
    const fees = polwGasFee(1, 3) - polwGasFee(1, 2);
    const withDust = createPolwCoinbase({ ...without, rewards, change: [without.change[0]! - fees] });
    assert.equal(submitWith(node, dusty, [withDust]).fault, 'ExistInvalidTx InvalidOutputStats');
    assert.ok(submitWith(node, dusty, [createPolwCoinbase(without)]).block);
  });
}

test('an uncle too many heights below, or unknown, or twice: refused', async (t) => {
  const { devnet, node } = await setUpPolw(t);
  await devnet.mineBlock(CHAIN);
  await devnet.mineSideBlock(CHAIN);
  const template = node.board.template(CHAIN);
  const [uncle] = template.uncles;
  const refused: [string, Template['uncles']][] = [
    ['unknown', [{ ...uncle!, hash: new Uint8Array(32).fill(9) }]],
    ['twice', [uncle!, uncle!]],
    ['another miner', [{ ...uncle!, lockupScript: KEYS[CHAIN]!.address.lockupScript }]],
  ];
  for (const [name, uncles] of refused) {
    const wrong = { ...template, uncles };
    const coinbase = createPolwCoinbase(partsFor(node, wrong));
    assert.equal(submitWith(node, wrong, [coinbase]).fault, 'wrong-uncles', name);
  }
  assert.ok(submitWith(node, template, [createPolwCoinbase(partsFor(node, template))]).block);
});

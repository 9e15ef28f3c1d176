// What became of blocks, asked of simulated nodes by REST.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Devnet } from '../../../devnet/app.js';
import type { Block } from '../../../devnet/block.js';
import { earnedBy } from '../../../pool/domain/block-fate.js';
import { FINAL_DEPTH } from '../../../protocol/block-end.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainIndex } from '../../../protocol/chain.js';
import { loweredEmission, mainReward } from '../../../protocol/emission.js';
import { outputKeyOf } from '../../../protocol/output-reference.js';
import { burnAddressOf, mineBurning, SHIFT, setUpPolw, termsOf } from '../../devnet/polw-setting.js';
import { setUp } from '../../devnet/setting.js';
import { INTRA, setUpSiblings, takeIn } from '../../devnet/siblings-setting.js';
import { blockOf } from '../../support/batches.js';
import { devnetFateNode, FateLab } from '../../support/fate-lab.js';

const CHAIN = chainIndex(1, 2);
const TAKER = chainIndex(1, 1);

async function openLab(t: TestContext, devnet: Devnet) {
  const lab = await FateLab.open(t, [devnetFateNode(devnet)]);
  lab.addresses = devnet.minerAddresses;
  const accept = (...blocks: readonly Block[]): Promise<string[]> =>
    lab.acceptBlocks(
      blocks.map(({ id, chain, height }, i) => blockOf(i, 1_000 * i, { hash: id, chain, height })),
    );
  const states = async (...blocks: readonly Block[]): Promise<string[]> => {
    await lab.round();
    return Promise.all(blocks.map(({ id }) => lab.state(id)));
  };
  return { lab, accept, states };
}

async function mine(devnet: Devnet, chain: ChainIndex, count: number, uncles = true): Promise<void> {
  for (let i = 0; i < count; i++) await devnet.mineBlock(chain, { uncles });
}

test('main, uncle, orphan, a reorganisation and back, to the end', async (t) => {
  const { devnet } = await setUp(t);
  const { lab, accept, states } = await openLab(t, devnet);
  await mine(devnet, CHAIN, 2);
  const main = await devnet.mineBlock(CHAIN);
  const uncle = await devnet.mineSideBlock(CHAIN);
  const late = await devnet.mineSideBlock(CHAIN);
  const unknown = { ...main, id: `${'5a'.repeat(31)}56` };
  await accept(main, uncle, late, unknown);
  assert.deepEqual(await states(main, uncle, late, unknown), ['main', 'accepted', 'accepted', 'accepted']);
  // One of the two is named; no later block names the other.
  await mine(devnet, CHAIN, 6, false);
  assert.deepEqual(await states(uncle, late, unknown), ['accepted', 'accepted', 'accepted']);
  const [payer] = [await devnet.mineBlock(CHAIN)];
  const named = payer.uncles.map(({ hash }) => bytesToHex(hash));
  assert.ok(named.length === 2 && named.includes(uncle.id));
  assert.deepEqual(await states(main, uncle, late, unknown), ['main', 'uncle', 'uncle', 'orphan']);
  const coinbase = payer.transactions.at(-1)!;
  for (const [i, hash] of named.entries()) {
    const fate = (await lab.fate(hash))!;
    const output = coinbase.unsigned.outputs[1 + i]!;
    assert.deepEqual(fate.reward, {
      block: payer.id,
      txId: bytesToHex(coinbase.id),
      index: 1 + i,
      hint: fate.reward!.hint,
      key: bytesToHex(outputKeyOf(coinbase.id, 1 + i)),
      address: devnet.minerAddresses[2],
      amount: output.amount,
      ownCoins: 0n,
      lockTimeMs: Number(output.lockTimeMs),
      ours: true,
    });
    assert.equal(earnedBy(fate), output.amount);
  }
  // The block that names them leaves the main chain, and all else with it.
  await devnet.reorganise(CHAIN, 7, { uncles: false });
  assert.deepEqual(await states(main, uncle, late, unknown), ['main', 'orphan', 'orphan', 'orphan']);
  await devnet.reorganise(CHAIN, 9, { uncles: false });
  assert.deepEqual(await states(main), ['orphan']);
  // Its branch comes back: it lies beside the main chain until it has more work.
  await mine(devnet, CHAIN, FINAL_DEPTH, false);
  await mine(devnet, TAKER, 2);
  assert.deepEqual(await states(uncle, late, unknown), ['orphan final', 'orphan final', 'orphan final']);
  assert.equal((await lab.store.followed('open', { offset: 0, limit: 9 })).length, 0);
});

test('a block is final when it lies deep and so does the block that took it in', async (t) => {
  const { devnet } = await setUp(t);
  const { lab, accept, states } = await openLab(t, devnet);
  const block = await devnet.mineBlock(CHAIN);
  await accept(block);
  await mine(devnet, CHAIN, FINAL_DEPTH);
  assert.deepEqual(await states(block), ['main']);
  await mine(devnet, TAKER, FINAL_DEPTH);
  assert.deepEqual(await states(block), ['main']);
  await mine(devnet, TAKER, 3);
  assert.deepEqual(await states(block), ['main final']);
  const { reward } = (await lab.fate(block.id))!;
  await lab.pass(reward!.lockTimeMs - (await lab.store.now()));
  assert.deepEqual(await states(block), ['main final matured']);
  assert.deepEqual(
    (await lab.store.followed('earned', { offset: 0, limit: 9 })).map(({ hash }) => hash),
    [block.id],
  );
});

test('a block that another miner is paid for is not ours', async (t) => {
  const { devnet } = await setUp(t);
  const { lab, accept, states } = await openLab(t, devnet);
  lab.addresses = [];
  const block = await devnet.mineBlock(CHAIN);
  await accept(block);
  assert.deepEqual(await states(block), ['main']);
  const fate = (await lab.fate(block.id))!;
  assert.deepEqual([fate.reward?.ours, earnedBy(fate)], [false, 0n]);
});

test('Proof of Less Work: what a block earned is its net reward; the loser of two that spend one coin is void', async (t) => {
  const { devnet, node, first, second } = await setUpSiblings(t);
  const { lab, accept, states } = await openLab(t, devnet);
  lab.addresses = ALL_CHAINS.map(burnAddressOf);
  lab.emission = loweredEmission(SHIFT);
  await accept(first, second);
  assert.deepEqual(await states(first, second), ['main', 'main']);
  takeIn(node);
  assert.deepEqual(await states(first, second), ['main', 'void']);
  const terms = termsOf(first);
  assert.ok(terms.burnt > 0n);
  const fate = (await lab.fate(first.id))!;
  assert.deepEqual(
    [fate.reward?.ownCoins, earnedBy(fate)],
    [terms.burnt, mainReward(terms.netReward, 'danube')],
  );
  const voided = (await lab.fate(second.id))!;
  assert.equal(earnedBy(voided), 0n);
  assert.equal(voided.number, 2);
});

test('Proof of Less Work: the void one becomes good again where the chain that decided is another', async (t) => {
  const { devnet, node, first, second } = await setUpSiblings(t);
  const { lab, accept, states } = await openLab(t, devnet);
  lab.addresses = ALL_CHAINS.map(burnAddressOf);
  lab.emission = loweredEmission(SHIFT);
  await accept(first, second);
  takeIn(node);
  assert.deepEqual(await states(first, second), ['main', 'void']);
  await devnet.reorganise(INTRA, 2);
  mineBurning(node, INTRA);
  const [one] = await states(first, second);
  assert.equal(one, 'main');
  assert.deepEqual(await states(second), [node.coins!.conflictedOf(second).length > 0 ? 'void' : 'main']);
});

test('a network without a fund is beyond the threshold of another pool: blocks are followed all the same', async (t) => {
  const { devnet, node } = await setUpPolw(t);
  const { lab, accept, states } = await openLab(t, devnet);
  lab.addresses = ALL_CHAINS.map(burnAddressOf);
  const block = mineBurning(node, CHAIN);
  await accept(block);
  assert.deepEqual(await states(block), ['main']);
  // Without the network's thresholds nothing says that it burnt.
  assert.equal((await lab.fate(block.id))?.reward?.ownCoins, 0n);
});

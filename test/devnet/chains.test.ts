import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../devnet/app.js';
import { findFault } from '../../devnet/rules.js';
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { coinbaseLockMs, sortUncles } from '../../protocol/coinbase.js';
import { blockReward, mainReward, miningReward, uncleReward } from '../../protocol/emission.js';
import { decodeHeader, joinHeader, NONCE_BYTES } from '../../protocol/header.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { blockHash } from '../../protocol/pow.js';
import { targetOfBits } from '../../protocol/target.js';
import { solve } from '../support/raw-miner.js';
import { setUp, submit } from './setting.js';

/** Amounts that the outputs of a block's coinbase must have, and who gets them. */
function expectedOutputs(block: Block, uncles: readonly { block: Block; difference: number }[]) {
  const { targetBits, timestamp: timestampMs } = block.header;
  const main = mainReward(
    miningReward({ target: targetOfBits(targetBits), timestampMs, blockTimeMs: 2000 }),
    'danube',
  );
  const rewards = uncles.map(({ difference }) => uncleReward(main, difference));
  return [
    { amount: blockReward(main, rewards), to: block.miner },
    ...uncles.map((uncle, i) => ({ amount: rewards[i]!, to: uncle.block.miner })),
  ];
}

function outputsOf(block: Block) {
  return block.transactions.at(-1)!.unsigned.outputs;
}

test('an older template of the same height: a side block, which the next block pays', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const { state } = devnet.node;
  const miner = await connect();
  const before = await miner.jobs();
  clock.advance(1000);
  const winner = await devnet.mineBlock(7);
  await miner.jobs();
  clock.advance(1000);
  const header = solve(before[7]!);
  submit(miner, header);
  assert.equal((await miner.result()).accepted, true);
  const side = state.get(bytesToHex(blockHash(header)))!;
  assert.equal(side.height, 1);
  assert.ok(!state.isMain(side) && state.isMain(winner));
  const after = await miner.jobs();
  assert.equal(after[7]!.height, 2);
  clock.advance(1000);
  submit(miner, solve(after[7]!));
  assert.equal((await miner.result()).accepted, true);
  const next = state.tip(7);
  assert.deepEqual(next.uncles, [{ hash: side.hash, lockupScript: side.miner, heightDifference: 1 }]);
  const outputs = outputsOf(next);
  assert.deepEqual(
    outputs.map(({ amount, lockupScript }) => ({ amount, to: lockupScript })),
    expectedOutputs(next, [{ block: side, difference: 1 }]),
  );
  for (const { lockTimeMs } of outputs) assert.equal(lockTimeMs, next.header.timestamp + coinbaseLockMs(4));
  assert.deepEqual(next.header.txsHash, txsHashOf(next.transactions));
  // Paid once, and no more.
  const later = await devnet.mineBlock(7);
  assert.deepEqual(later.uncles, []);
  assert.deepEqual(
    outputsOf(later).map(({ amount }) => amount),
    expectedOutputs(later, []).map(({ amount }) => amount),
  );
});

test('at most two uncles a block, sorted as in its coinbase; the rest is for the next one', async (t) => {
  const { devnet } = await setUp(t);
  await devnet.mineBlock(2);
  const sides: Block[] = [];
  for (let i = 0; i < 3; i++) sides.push(await devnet.mineSideBlock(2));
  const first = await devnet.mineBlock(2);
  assert.deepEqual(
    first.uncles.map((uncle) => bytesToHex(uncle.hash)),
    sortUncles(sides.slice(0, 2).map(({ hash, miner }) => ({ hash, lockupScript: miner }))).map(({ hash }) =>
      bytesToHex(hash),
    ),
  );
  const second = await devnet.mineBlock(2);
  assert.deepEqual(second.uncles, [
    { hash: sides[2]!.hash, lockupScript: sides[2]!.miner, heightDifference: 2 },
  ]);
});

test('uncles in another order, or one of them twice, are a fault', async (t) => {
  const { devnet, clock } = await setUp(t);
  const { state, rules } = devnet.node;
  await devnet.mineBlock(2);
  for (let i = 0; i < 2; i++) await devnet.mineSideBlock(2);
  const block = await devnet.mineBlock(2);
  const [first, second] = block.uncles;
  const fault = (uncles: Block['uncles']) => findFault({ ...block, uncles }, state, rules, clock.now());
  assert.equal(fault([first!, second!]), undefined);
  assert.equal(fault([second!, first!]), 'wrong-uncles');
  assert.equal(fault([first!, first!]), 'wrong-uncles');
});

test('uncles lie 1 to 7 heights below: a side block that nobody took in is an orphan after that', async (t) => {
  for (const between of [6, 7]) {
    const { devnet } = await setUp(t);
    await devnet.mineBlock(2);
    await devnet.mineSideBlock(2);
    for (let i = 0; i < between; i++) await devnet.mineBlock(2, { uncles: false });
    const block = await devnet.mineBlock(2);
    assert.deepEqual(
      block.uncles.map((uncle) => uncle.heightDifference),
      between === 6 ? [7] : [],
    );
  }
});

test('a reorganisation: the longer branch is the main chain, and jobs follow it', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const { state } = devnet.node;
  const miner = await connect();
  await miner.jobs();
  const old: Block[] = [];
  for (let i = 0; i < 5; i++) {
    clock.advance(1000);
    old.push(await devnet.mineBlock(4));
    await miner.jobs();
  }
  clock.advance(1000);
  const branch = await devnet.reorganise(4, 3);
  clock.advance(1000);
  assert.equal(branch.length, 4);
  assert.equal(branch[0]!.parent, old[1]!.id);
  assert.deepEqual(
    old.map((block) => state.isMain(block)),
    [true, true, false, false, false],
  );
  assert.ok(branch.every((block) => state.isMain(block)));
  assert.equal(state.tip(4).height, 6);
  let jobs = await miner.jobs();
  while (jobs[4]!.height < 7) jobs = await miner.jobs();
  const { deps } = decodeHeader(joinHeader(new Uint8Array(NONCE_BYTES), jobs[4]!.headerBlob));
  assert.ok(equalBytes(deps[3]!, branch[3]!.hash));
  // What lost its place is paid by the new branch, as far as it may be.
  assert.deepEqual(
    branch[1]!.uncles.map((uncle) => bytesToHex(uncle.hash)),
    [old[2]!.id],
  );
  await assert.rejects(devnet.reorganise(4, 7), /"depth" expected 1 to 6, got 7/);
  await assert.rejects(devnet.mineSideBlock(0), RangeError);
});

test('every fault of a block is found', async (t) => {
  const { devnet, clock } = await setUp(t);
  const { state, rules } = devnet.node;
  const block = await devnet.mineBlock(1);
  const next = await devnet.mineBlock(1);
  const fault = (altered: Partial<Block>) => findFault({ ...next, ...altered }, state, rules, clock.now());
  const header = (altered: Partial<Block['header']>) => fault({ header: { ...next.header, ...altered } });
  assert.equal(fault({}), undefined);
  assert.equal(fault({ chain: 2 }), 'wrong-chain');
  assert.equal(header({ targetBits: 0x10ffffff }), 'too-little-work');
  assert.equal(header({ targetBits: 0x20ffffff }), 'wrong-target');
  assert.equal(fault({ parent: block.parent }), 'unknown-parent');
  assert.equal(fault({ parent: 'ff' }), 'unknown-parent');
  assert.equal(header({ deps: next.header.deps.with(0, block.hash) }), 'wrong-dep');
  assert.equal(header({ timestamp: block.header.timestamp }), 'timestamp-not-after-parent');
  assert.equal(header({ timestamp: BigInt(clock.now() + 15_001) }), 'timestamp-ahead');
  assert.equal(header({ timestamp: next.header.timestamp + 1n }), 'wrong-transactions');
  assert.equal(header({ txsHash: block.header.txsHash }), 'wrong-transactions');
  assert.equal(fault({ transactions: block.transactions }), 'wrong-transactions');
  assert.equal(
    fault({ uncles: [{ hash: block.hash, lockupScript: block.miner, heightDifference: 1 }] }),
    'wrong-uncles',
  );
});

test('what lies too deep is forgotten, and the chains go on', async (t) => {
  const { devnet, clock, connect } = await setUp(t, { keepHeights: 64, rate: 100 });
  const { state } = devnet.node;
  const miner = await connect();
  const oldest = (await miner.jobs())[3]!;
  const first = await devnet.mineBlock(3);
  for (let i = 0; i < 100; i++) {
    clock.advance(100);
    await devnet.mineBlock(3);
  }
  // The first blocks of the other chains, and of this one the tip and 64 below.
  assert.equal(state.size, 15 + 65);
  assert.equal(state.get(first.id), undefined);
  assert.equal(state.tip(3).height, 101);
  // A sibling sees a dep that is not kept any more.
  await devnet.mineBlock(0);
  for (const chain of ALL_CHAINS) await devnet.mineBlock(chain);
  // The template is still kept, but what it builds on is gone.
  miner.waiting.length = 0;
  submit(miner, solve(oldest));
  while (miner.waiting.at(-1)?.[5] !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  miner.waiting.splice(0, miner.waiting.length - 1);
  assert.equal((await miner.result()).accepted, false);
});

// What each kind of node makes of templates that must burn, and how chains cross the threshold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { encodeSubmitBlock } from '../../../protocol/frames.js';
import { decodeHeader, joinHeader } from '../../../protocol/header.js';
import { nodeKeepsTxs, txsBytesOf } from '../../../protocol/job.js';
import { isPolwActive } from '../../../protocol/polw.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import { targetOfBits, targetOfBytes } from '../../../protocol/target.js';
import { encodeTransactions } from '../../../protocol/transaction.js';
import { decodeTransactions } from '../../../protocol/transaction-decoder.js';
import { RawMiner, solve } from '../../support/raw-miner.js';
import {
  burnAddressOf,
  KEYS,
  MONEY,
  mineBurning,
  mineWith,
  partsFor,
  RIGHTS,
  SHIFT,
  setUpPolw,
} from '../polw-setting.js';
import { get } from '../rest-setting.js';
import { setUp, submit } from '../setting.js';

/** Just under the threshold: a few quick blocks carry a chain over it. */
const QUIET_RATE = 4000;

const isActive = (target: Uint8Array): boolean =>
  isPolwActive(targetOfBytes(target), MONEY.blockTimeMs, MONEY.emission);

const burns = ({ header }: { header: { targetBits: number } }): boolean =>
  isPolwActive(targetOfBits(header.targetBits), MONEY.blockTimeMs, MONEY.emission);

test('full: jobs hold the transactions, and a whole block comes back with another coinbase', async (t) => {
  const { node, connect } = await setUpPolw(t);
  const miner = await connect();
  const jobs = await miner.jobs();
  for (const chain of [0, 3, 9]) {
    const job = jobs[chain]!;
    const [coinbase] = decodeTransactions(txsBytesOf(job.txsBlob));
    assert.equal(coinbase!.unsigned.inputs.length, 0);
    assert.deepEqual(
      decodeHeader(joinHeader(new Uint8Array(24), job.headerBlob)),
      node.board.template(chain).header,
    );
    const template = node.board.template(chain);
    const own = [createPolwCoinbase(partsFor(node, template))];
    const header = mineWith(template, own);
    miner.send(encodeSubmitBlock(header, [encodeTransactions(own)]));
    assert.equal((await miner.result()).accepted, true);
    assert.equal(node.state.tip(chain).height, 1);
    // The same one is no second block; one that burns nothing is refused.
    miner.send(encodeSubmitBlock(header, [encodeTransactions(own)]));
    assert.equal((await miner.result()).accepted, false);
    miner.send(encodeSubmitBlock(solve(job), job.txsBlob));
    assert.equal((await miner.result()).accepted, false);
  }
  // What does not decode gets no answer.
  while (miner.waiting.length > 0) await miner.next();
  submit(miner, solve(jobs[5]!));
  miner.send(encodeSubmitBlock(solve(jobs[5]!), [Uint8Array.of(0x40)]));
  assert.ok((await miner.result()).accepted === false);
  assert.ok(await miner.isSilent());
});

test('full: a plain template goes out whole, too, with the transfers that wait; its block comes back as it was', async (t) => {
  const { devnet, node, clock, connect } = await setUpPolw(t, {}, { rate: QUIET_RATE });
  const miner = await connect();
  await miner.jobs();
  clock.advance(1_000);
  devnet.deposit({ address: KEYS[0]!.address, amount: ALPH });
  await devnet.mineBlock(15);
  const job = (await miner.jobs())[0]!;
  assert.equal(isActive(job.target), false);
  assert.equal(decodeTransactions(txsBytesOf(job.txsBlob)).length, 2);
  miner.send(encodeSubmitBlock(solve(job), job.txsBlob));
  assert.equal((await miner.result()).accepted, true);
  assert.equal(node.state.tip(0).transactions.length, 2);
});

test('node-built: jobs without transactions, and blocks that burn by the rights', async (t) => {
  const { node, connect } = await setUpPolw(t, { support: 'node-built', burnRights: RIGHTS });
  const miner = await connect();
  const jobs = await miner.jobs();
  for (const chain of ALL_CHAINS) {
    const job = jobs[chain]!;
    assert.ok(nodeKeepsTxs(job.txsBlob) && isActive(job.target));
    submit(miner, solve(job));
    while ((await miner.next())[5] !== 1) {} // Jobs in between.
    const block = node.state.tip(chain);
    assert.equal(block.height, 1);
    const { inputs, outputs } = block.transactions.at(-1)!.unsigned;
    assert.equal(inputs.length, 1);
    assert.deepEqual(outputs[1]!.lockupScript, KEYS[chain]!.address.lockupScript);
  }
});

test('node-built: a chain without a right, or without coins, gets no template; the others go on', async (t) => {
  const burnRights = RIGHTS.map((right, chain) => (chain === 4 ? undefined : right));
  const { node } = await setUpPolw(t, {
    support: 'node-built',
    burnRights,
    coins: ALL_CHAINS.filter((chain) => chain !== 7).map((chain) => ({
      address: burnAddressOf(chain),
      amount: 1_000n * ALPH,
    })),
  });
  assert.deepEqual(
    ALL_CHAINS.filter((chain) => node.board.isDead(chain)),
    [4, 7],
  );
});

test('stock: the last plain block of a chain is taken, then its job stays; others go on; a new node is silent', async (t) => {
  const { devnet, node, clock, connect } = await setUpPolw(
    t,
    { support: 'stock' },
    { rate: QUIET_RATE, retarget: true },
  );
  const miner = await connect();
  let jobs = await miner.jobs();
  const chain = 6;
  let taken = 0;
  while (!node.board.isDead(chain)) {
    clock.advance(300);
    assert.ok(taken < 40);
    submit(miner, solve(jobs[chain]!));
    assert.equal((await miner.result()).accepted, true);
    taken++;
    if (!node.board.isDead(chain)) jobs = await miner.jobs();
  }
  assert.ok(taken > 17);
  assert.equal(isActive(jobs[chain]!.target), false);
  assert.ok(await miner.isSilent());
  submit(miner, solve(jobs[chain]!));
  assert.equal((await miner.result()).accepted, false);
  const height = async () =>
    ((await get(devnet, `/blockflow/chain-info?fromGroup=1&toGroup=2`)).body as { currentHeight: number })
      .currentHeight;
  assert.equal(await height(), jobs[chain]!.height - 1);

  // Another chain: its Jobs carry the old template of the dead one.
  clock.advance(1_000);
  submit(miner, solve(jobs[2]!));
  assert.equal((await miner.result()).accepted, true);
  const later = await miner.jobs();
  assert.deepEqual(later[chain], jobs[chain]);
  assert.equal(later[2]!.height, 2);

  // Others build blocks that burn: heights rise, the job stays, also when the chain is under the threshold again.
  while (burns(node.state.tip(chain))) {
    clock.advance(60_000);
    await devnet.mineBlock(chain);
  }
  clock.advance(60_000);
  await devnet.mineBlock(chain);
  assert.ok((await height()) > jobs[chain]!.height);
  assert.ok(await miner.isSilent());

  const fresh = await setUp(t, { rate: 8192, polw: { shift: SHIFT } });
  const silent = await RawMiner.connect(fresh.devnet.minerApiPort);
  assert.ok(await silent.isSilent());
  silent.close();
});

test('full: each chain flips on its own as its target crosses, and back', async (t) => {
  const options = { rate: QUIET_RATE, retarget: true, controlPort: 0 };
  const { devnet, node, clock } = await setUpPolw(t, {}, options);
  const chain = 11;
  const flips: boolean[] = [];
  const mine = (waitMs: number): void => {
    clock.advance(waitMs);
    const template = node.board.template(chain);
    const active = burns(template);
    if (active !== flips.at(-1)) flips.push(active);
    if (active) {
      mineBurning(node, chain);
      return;
    }
    const { transactions } = template;
    node.submitWhole(mineWith(template, transactions), transactions, ({ fault }) =>
      assert.equal(fault, undefined),
    );
  };
  const told = async (): Promise<unknown> => {
    const { body } = await get({ restPort: devnet.controlPort! } as typeof devnet, '/state');
    return (body as { chains: { nextBurns: boolean }[] }).chains[chain]!.nextBurns;
  };
  assert.equal(await told(), false);
  for (let i = 0; i < 22; i++) mine(300);
  assert.equal(await told(), true);
  for (let i = 0; i < 30; i++) mine(4_000);
  for (let i = 0; i < 25; i++) mine(300);
  assert.deepEqual(flips, [false, true, false, true]);
  assert.equal(node.state.tip(3).height, 0);
});

test('deps that lie some seconds back: a coin of a sibling chain is seen with a refresh, not before', async (t) => {
  const { node, clock, devnet, coins } = await setUpPolw(t, {}, { depGapMs: 4_000 });
  node.board.listen(true);
  clock.advance(10_000);
  mineBurning(node, 1);
  // (1, 0) pays the burn address of (0, 1); a block of (1, 1) takes it in.
  mineBurning(node, 4);
  clock.advance(4_000);
  await devnet.mineBlock(5);
  const pays = KEYS[1]!.address.lockupScript;
  const seen = (): number => {
    const { header } = node.board.template(1);
    return coins.index.view(1, header.deps).coinsOf(pays).length;
  };
  assert.equal(seen(), 1);
  clock.advance(3_000);
  assert.equal(seen(), 1);
  clock.advance(6_000);
  assert.equal(seen(), 2);
  mineBurning(node, 1);
});

test('settings out of range, and what does not go together', async (t) => {
  await assert.rejects(setUp(t, { polw: { shift: 55 } }), /"shift" expected an integer from 0 to 54/);
  await assert.rejects(
    setUp(t, { polw: { coins: [{ address: 'x', amount: 1n }] } }),
    /"coins" expected addresses/,
  );
  const { devnet } = await setUp(t);
  assert.throws(
    () => devnet.deposit({ address: KEYS[0]!.address, amount: ALPH }),
    /"deposit" expected a network/,
  );
});

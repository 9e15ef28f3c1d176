import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex, equalBytes, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import { decodeNodeMessage } from '../../protocol/frames.js';
import { decodeHeader, joinHeader, NONCE_BYTES, parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import { solve } from '../support/raw-miner.js';
import { readVectors } from '../support/vectors.js';
import { changes, setUp, submit, TXS_BLOB } from './setting.js';

function timestampOf(job: Job): bigint {
  return decodeHeader(joinHeader(new Uint8Array(NONCE_BYTES), job.headerBlob)).timestamp;
}

test('Jobs at connect: one frame of the recorded size, all 16 chains', async (t) => {
  const { connect } = await setUp(t);
  const recorded = readVectors<{ jobs: { frame: string }[] }>('node-frames').jobs[0]!.frame;
  const miner = await connect();
  const frame = await miner.next();
  const message = decodeNodeMessage(frame);
  assert.equal(message.type, 'jobs');
  // The recorded targets take 30 bytes, those of this network all 32.
  assert.equal(frame.length, recorded.length / 2 + CHAINS * 2);
  for (const [i, job] of message.jobs.entries()) {
    assert.equal(job.chain, i);
    assert.equal(job.headerBlob.length, 302);
    assert.deepEqual(job.txsBlob, TXS_BLOB);
    assert.equal(job.height, 1);
  }
  assert.ok(await miner.isSilent());
});

test('a found block: the result first, then Jobs with a new parent for its chain alone', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  const before = await miner.jobs();
  clock.advance(1000);
  const header = solve(before[6]!);
  submit(miner, header);
  const result = await miner.result();
  assert.deepEqual(result.blockHash, blockHash(header));
  assert.equal(result.chain, 6);
  assert.equal(result.accepted, true);
  const after = await miner.jobs();
  assert.deepEqual(
    changes(before, after),
    ALL_CHAINS.map((chain) => (chain === 6 ? 'new parent' : 'same')),
  );
  assert.equal(after[6]!.height, 2);
  assert.deepEqual(parentOf(after[6]!.headerBlob, 2), blockHash(header));
  assert.equal(devnet.node.state.tip(6).id, bytesToHex(blockHash(header)));
});

test('the recorded session, on other templates: the same frames in the same order', async (t) => {
  const { events } = readVectors<{ events: { ms: number; from: string; frame: string }[] }>('node-session');
  const { devnet, clock, connect } = await setUp(t);
  const before = await connect();
  await before.jobs();
  before.close();
  while (devnet.connections() > 0) await new Promise(setImmediate);
  clock.advance(42_650);
  const miner = await connect();
  let now = 0;
  let jobs: readonly Job[] = [];
  let mined: number[] = [];
  for (const { ms, from, frame } of events) {
    clock.advance(ms - now);
    now = ms;
    const bytes = hexToBytes(frame);
    if (from === 'client') {
      const chain = chainOfHash(blockHash(bytes.subarray(10, 336)));
      submit(miner, solve(jobs[chain]!));
      continue;
    }
    const recorded = decodeNodeMessage(bytes);
    if (recorded.type === 'submitResult') {
      const result = await miner.result();
      mined.push(result.chain);
      assert.deepEqual([result.chain, result.accepted], [recorded.chain, recorded.accepted], `at ${ms} ms`);
      continue;
    }
    const older = jobs;
    jobs = await miner.jobs().catch((error) => assert.fail(`${error.message}, at ${ms} ms`));
    if (older.length === 0) continue;
    const changed = changes(older, jobs);
    if (ms === 30) {
      assert.ok(changed.every((kind) => kind === 'refreshed'));
      continue;
    }
    const renewed = ALL_CHAINS.filter((chain) => changed[chain] === 'new parent');
    assert.deepEqual(
      renewed,
      mined.toSorted((a, b) => a - b),
      `at ${ms} ms`,
    );
    mined = [];
  }
  assert.equal(miner.waiting.length, 0);
});

test('Jobs come at most every 250 ms', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  await miner.jobs();
  clock.advance(1000);
  await devnet.mineBlock(0);
  assert.equal((await miner.jobs())[0]!.height, 2);
  await devnet.mineBlock(1);
  await devnet.mineBlock(2);
  clock.advance(249);
  assert.ok(await miner.isSilent());
  clock.advance(1);
  const jobs = await miner.jobs();
  assert.deepEqual([jobs[1]!.height, jobs[2]!.height], [2, 2]);
  assert.ok(await miner.isSilent());
});

test('a quiet network is silent; refreshes ride along with the next Jobs', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  const first = await miner.jobs();
  clock.advance(1000);
  await devnet.mineBlock(9);
  const second = await miner.jobs();
  clock.advance(75_000);
  assert.ok(await miner.isSilent());
  await devnet.mineBlock(3);
  const third = await miner.jobs();
  assert.deepEqual(
    changes(second, third),
    ALL_CHAINS.map((chain) => (chain === 3 ? 'new parent' : chain === 9 ? 'refreshed' : 'same')),
  );
  // Refreshed 18 times since, each time after 4 s. (Its block had the same time, and the template 1 ms more.)
  assert.equal(timestampOf(third[9]!) - timestampOf(second[9]!), 72_000n - 1n);
  // Work on what was refreshed is not stale: the block is taken, 75 s old as its template is.
  clock.advance(250);
  submit(miner, solve(second[9]!));
  assert.equal((await miner.result()).accepted, true);
  await miner.jobs();
  clock.advance(250);
  submit(miner, solve(first[4]!));
  assert.equal((await miner.result()).accepted, true);
});

test('a refresh on request goes out with the next block', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  const before = await miner.jobs();
  clock.advance(1000);
  devnet.refreshTemplates();
  assert.ok(await miner.isSilent());
  await devnet.mineBlock(0);
  const changed = changes(before, await miner.jobs());
  assert.deepEqual(changed, ['new parent', ...ALL_CHAINS.slice(1).map(() => 'refreshed')]);
});

test('deps other than the parent stay in a refresh, or move where a setting says so', async (t) => {
  for (const moveDepsOnRefresh of [false, true]) {
    const { devnet, clock, connect } = await setUp(t, { moveDepsOnRefresh });
    const miner = await connect();
    await miner.jobs();
    clock.advance(1000);
    await devnet.mineBlock(6);
    const before = (await miner.jobs())[6]!;
    // A block of 3-3 is the tip of group 3, which chain 1-2 depends on.
    clock.advance(1000);
    await devnet.mineBlock(15);
    await miner.jobs();
    clock.advance(4000);
    await devnet.mineBlock(0);
    const after = (await miner.jobs())[6]!;
    const depsOf = ({ headerBlob }: Job) =>
      decodeHeader(joinHeader(new Uint8Array(NONCE_BYTES), headerBlob)).deps;
    const moved = depsOf(after).flatMap((dep, i) => (equalBytes(dep, depsOf(before)[i]!) ? [] : [i]));
    assert.deepEqual(moved, moveDepsOnRefresh ? [2] : []);
    assert.ok(timestampOf(after) > timestampOf(before));
    submit(miner, solve(before));
    assert.equal((await miner.result()).accepted, true);
  }
});

test('one block a template; a refused submission does not use it up', async (t) => {
  const { connect } = await setUp(t);
  const miner = await connect();
  const job = (await miner.jobs())[5]!;
  const expectResult = async (header: Uint8Array, accepted: boolean): Promise<void> => {
    submit(miner, header);
    const result = await miner.result();
    assert.deepEqual(result.blockHash, blockHash(header));
    assert.equal(result.chain, chainOfHash(blockHash(header)), 'the groups are those of the hash');
    assert.equal(result.accepted, accepted);
  };
  await expectResult(solve(job, { enoughWork: false }), false);
  await expectResult(solve(job, { rightChain: false }), false);
  await expectResult(solve(job), true);
  await expectResult(solve(job), false);
  assert.ok(await miner.isSilent());
});

test('an unknown template and an altered timestamp are refused', async (t) => {
  const { connect } = await setUp(t);
  const miner = await connect();
  const job = (await miner.jobs())[5]!;
  // A dep, the txsHash, the timestamp.
  for (const offset of [100, 270, 297]) {
    const headerBlob = job.headerBlob.slice();
    headerBlob[offset]! ^= 1;
    submit(miner, solve({ ...job, headerBlob }));
    assert.equal((await miner.result()).accepted, false);
  }
  submit(miner, solve(job));
  assert.equal((await miner.result()).accepted, true);
});

test('the last 1,600 distinct templates are kept, first in, first out', async (t) => {
  const { devnet, clock, connect } = await setUp(t, { rate: 100, refreshMs: 1_000_000 });
  const miner = await connect();
  const oldest = await miner.jobs();
  assert.equal(devnet.node.cache.length, 16);
  // Each further block of one chain brings one new template.
  for (let i = 0; i < 1584; i++) {
    clock.advance(250);
    await devnet.mineBlock(0);
    await miner.jobs();
  }
  assert.equal(devnet.node.cache.length, 1600);
  clock.advance(250);
  await devnet.mineBlock(0);
  await miner.jobs();
  assert.equal(devnet.node.cache.length, 1600);
  // The oldest went first: that of chain 0. Those of the other chains came after it.
  assert.equal(devnet.node.cache.find(oldest[0]!.headerBlob), undefined);
  submit(miner, solve(oldest[0]!));
  assert.equal((await miner.result()).accepted, false);
  submit(miner, solve(oldest[1]!));
  assert.equal((await miner.result()).accepted, true);
});

test('not synced, or without miner addresses: accepted, then reset', async (t) => {
  const { devnet, connect } = await setUp(t, { synced: false });
  assert.equal(await (await connect()).closed, 'ECONNRESET');
  devnet.setSynced(true);
  const miner = await connect();
  await miner.jobs();
  const addresses = devnet.minerAddresses;
  devnet.setMinerAddresses([]);
  assert.equal(await miner.closed, 'ECONNRESET');
  assert.equal(await (await connect()).closed, 'ECONNRESET');
  devnet.setMinerAddresses(addresses);
  assert.equal((await (await connect()).jobs()).length, 16);
});

test('answers to submissions can be lost, repeated and delayed; the blocks count', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  const jobs = await miner.jobs();
  devnet.disturbAnswers({ kind: 'lose' });
  devnet.disturbAnswers({ kind: 'repeat' });
  devnet.disturbAnswers({ kind: 'delay', delayMs: 7000 });
  for (const chain of [1, 2, 3]) {
    clock.advance(250);
    submit(miner, solve(jobs[chain]!));
    if (chain === 2) {
      assert.equal((await miner.result()).chain, 2);
      assert.equal((await miner.result()).chain, 2);
    }
    assert.equal((await miner.jobs())[chain]!.height, 2);
  }
  clock.advance(6999);
  assert.ok(await miner.isSilent());
  clock.advance(1);
  assert.equal((await miner.result()).chain, 3);
});

test('a second connection gets the last Jobs at once; dropped connections are reset', async (t) => {
  const { devnet, connect } = await setUp(t);
  const first = await connect();
  const jobs = await first.next();
  const second = await connect();
  assert.deepEqual(await second.next(), jobs);
  assert.ok(await first.isSilent());
  assert.ok(await second.isSilent(0));
  assert.equal(devnet.dropConnections(), 2);
  assert.equal(await first.closed, 'ECONNRESET');
  assert.equal(await second.closed, 'ECONNRESET');
});

test('where a setting says so, Jobs that were held back follow newer ones: a chain steps back', async (t) => {
  const { clock, connect } = await setUp(t, { lateMessageMs: 60 });
  const miner = await connect();
  const jobs = await miner.jobs();
  clock.advance(1_000);
  submit(miner, solve(jobs[1]!));
  await miner.result();
  assert.equal((await miner.jobs())[1]!.height, 2);
  // Held back until 250 ms after the last message, and a little longer.
  clock.advance(100);
  submit(miner, solve(jobs[2]!));
  await miner.result();
  clock.advance(200);
  assert.ok(await miner.isSilent());
  submit(miner, solve(jobs[3]!));
  await miner.result();
  const newer = await miner.jobs();
  assert.deepEqual([newer[2]!.height, newer[3]!.height], [2, 2]);
  clock.advance(10);
  const older = await miner.jobs();
  assert.deepEqual([older[2]!.height, older[3]!.height], [2, 1]);
  // The next block's message is right again.
  clock.advance(1_000);
  submit(miner, solve(jobs[4]!));
  await miner.result();
  assert.equal((await miner.jobs())[3]!.height, 2);
});

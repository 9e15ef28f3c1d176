import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { decodeNodeMessage } from '../../protocol/frames.js';
import type { Job } from '../../protocol/job.js';
import { solve } from '../support/raw-miner.js';
import { waitFor } from '../support/wait.js';
import { changes, setUp, submit } from './setting.js';

test('a stopped chain takes its next block, and no template follows; its old one goes on in the Jobs of others', async (t) => {
  const { devnet, clock, connect } = await setUp(t);
  const miner = await connect();
  const before = await miner.jobs();
  devnet.stopTemplates([6], 'block');
  clock.advance(1_000);
  submit(miner, solve(before[6]!));
  assert.equal((await miner.result()).accepted, true);
  assert.ok(await miner.isSilent());
  assert.equal(devnet.node.state.tip(6).height, 1);
  submit(miner, solve(before[6]!));
  assert.equal((await miner.result()).accepted, false);

  clock.advance(10_000);
  submit(miner, solve(before[2]!));
  assert.equal((await miner.result()).accepted, true);
  const after = await miner.jobs();
  assert.equal(changes(before, after)[6], 'same');
  assert.equal(changes(before, after)[2], 'new parent');
});

test('once a chain is dead: a second client gets the old Jobs, the first after all have left gets none', async (t) => {
  const { devnet, clock, connect } = await setUp(t, { stoppedChains: [...ALL_CHAINS] });
  const miner = await connect();
  const before = await miner.next();
  for (const job of jobsOf(before)) {
    submit(miner, solve(job));
    assert.equal((await miner.result()).accepted, true);
  }
  clock.advance(1_000);
  assert.ok(await miner.isSilent());
  const second = await connect();
  assert.deepEqual(await second.next(), before);
  miner.close();
  second.close();
  await waitFor('nobody', () => devnet.connections() === 0);
  const third = await connect();
  const fourth = await connect();
  assert.ok(await third.isSilent());
  assert.ok(await fourth.isSilent(0));
  devnet.stopTemplates(ALL_CHAINS, 'never');
  assert.equal((await third.jobs())[0]!.height, 2);
  assert.equal((await fourth.jobs())[0]!.height, 2);
});

test('a setting that names no chain is refused', async (t) => {
  await assert.rejects(setUp(t, { stoppedChains: [16] }), /"stoppedChains" expected numbers from 0 to 15/);
});

function jobsOf(frame: Uint8Array): readonly Job[] {
  const message = decodeNodeMessage(frame);
  assert.equal(message.type, 'jobs');
  return message.jobs;
}

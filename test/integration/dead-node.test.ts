import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import { MAX_REFUSED_ON_A_TEMPLATE } from '../../protocol/refusal-limit.js';
import { HonestMiner } from '../support/honest-miner.js';
import { LessworkRun } from '../support/lesswork.js';
import { PoolLab } from '../support/pool-lab.js';
import { ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

/** Blocks that the node refused, and connections that it took. */
interface Seen {
  refused: number;
  taken: number;
  connections: number;
}

const closing: (() => Promise<unknown>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

async function openDevnet(options: DevnetOptions): Promise<{ devnet: Devnet; seen: Seen }> {
  const seen: Seen = { refused: 0, taken: 0, connections: 0 };
  const devnet = await startDevnet(options, {
    report: (event) => {
      if (event.type === 'connected') seen.connections++;
      if (event.type !== 'submission') return;
      if (event.submission.fault === undefined) seen.taken++;
      else seen.refused++;
    },
  });
  closing.push(() => devnet.close());
  return { devnet, seen };
}

function mine({ minerApiPort, restPort }: Devnet): LessworkRun {
  const node = `127.0.0.1:${minerApiPort},rest=${restPort}`;
  const run = new LessworkRun(['mine', '--node', node, '--threads', '1', '--device', 'cpu', '--json']);
  closing.push(async () => {
    run.child.kill('SIGKILL');
    await run.end();
  });
  return run;
}

const isDead = (devnet: Devnet): boolean => ALL_CHAINS.every((chain) => devnet.node.board.isDead(chain));

test('all chains stop: the miner that found their last blocks rests, one that comes later has few refused', async () => {
  const { devnet, seen } = await openDevnet({ rate: 100_000, retarget: false });
  const first = mine(devnet);
  await waitFor('blocks', () => seen.taken > 20, 60_000);
  devnet.stopTemplates(ALL_CHAINS, 'block');
  await waitFor('the last block of each chain', () => isDead(devnet), 60_000);

  const says = (run: LessworkRun, type: string, wanted: RegExp): boolean =>
    run.jsonLines().some((line) => line.type === type && wanted.test(JSON.stringify(line)));
  await waitFor('why it rests', () => says(first, 'idle', /"idle":"taken"/), 20_000);
  const second = mine(devnet);
  await waitFor(
    'the last try of each chain',
    () => seen.refused >= CHAINS * MAX_REFUSED_ON_A_TEMPLATE,
    60_000,
  );
  await waitFor('a word of it', () =>
    second.jsonLines().some(({ message }) => /refuses one block after the other/.test(`${message}`)),
  );
  for (const run of [first, second])
    await waitFor(
      'a word of what stands still',
      () => says(run, 'notice', /chain \d-\d has had no template for 1\d s/),
      30_000,
    );
  // After ten seconds of silence each asks with a second connection, and hears the same.
  const { connections } = seen;
  await waitFor('a second connection of each', () => seen.connections >= connections + 2, 40_000);
  await waitFor('what follows from it', () => devnet.connections() <= 2, 30_000);
  assert.equal(seen.refused, CHAINS * MAX_REFUSED_ON_A_TEMPLATE);

  // The node makes templates again: both go on.
  const taken = seen.taken;
  devnet.stopTemplates(ALL_CHAINS, 'never');
  await waitFor('blocks of both', () => seen.taken > taken + 20, 60_000);
  first.child.kill('SIGTERM');
  second.child.kill('SIGTERM');
  assert.equal((await first.end()).code, 0);
  assert.equal((await second.end()).code, 0);
});

test('all chains stop under a pool: what its miners send is no longer credited, and few blocks are refused', async (t) => {
  const lab = await PoolLab.open(t, {
    store: { type: 'embedded' },
    devnet: { rate: 1_000, retarget: false },
    config: { jobs: { parentGraceMs: 200 }, admin: { host: '127.0.0.1', port: 0 } },
  });
  await lab.start();
  const miner = new HonestMiner(lab.port!, '127.0.0.1', `${ADDRESS}.rig`);
  t.after(() => miner.stop());
  await waitFor('blocks', () => lab.submitted.size > 10, 60_000);
  lab.devnet.stopTemplates(ALL_CHAINS, 'block');
  await waitFor('the last block of each chain', () => isDead(lab.devnet), 60_000);
  const refused = () => [...lab.submitted.values()].filter((taken) => !taken).length;
  await waitFor('stale shares', () => miner.stale >= 5, 60_000);
  const [accepted, blocks] = [miner.accepted, lab.submitted.size];
  const stale = miner.stale;
  await waitFor('many more of them', () => miner.stale >= stale + 100, 60_000);
  assert.deepEqual([miner.accepted, lab.submitted.size], [accepted, blocks]);
  assert.ok(refused() <= CHAINS * MAX_REFUSED_ON_A_TEMPLATE, `${refused()} blocks were refused`);
  assert.deepEqual(miner.refusals, []);

  await waitFor('/ready to say so', async () => (await lab.admin('/ready')).status === 503, 30_000);
  const metrics = await (await lab.admin('/metrics')).text();
  assert.match(metrics, /^lesswork_pool_ready 0$/m);
  assert.match(metrics, /^lesswork_pool_node_up\{node="[^"]+"\} 0$/m);
  assert.match(metrics, /^lesswork_pool_chain_template_age_seconds\{chain="0-0"\} \d{2}/m);
  assert.ok(lab.said.some(({ message }) => /chain \d-\d has had no template/.test(`${message}`)));
  lab.devnet.stopTemplates(ALL_CHAINS, 'never');
  await waitFor('work again', async () => (await lab.admin('/ready')).status === 200, 30_000);
  await waitFor('credit', () => miner.accepted > accepted, 30_000);
});

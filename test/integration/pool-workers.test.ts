import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrontEndLab } from '../support/front-end-lab.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import type { StratumMiner } from '../support/stratum-miner.js';
import { ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

/** Asked for each 100 ms. */
async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  assert.fail(`waited in vain: ${what}`);
}

/** Those that a death left: at least one, and not all. */
async function survivorsOf(miners: readonly StratumMiner[]): Promise<StratumMiner[]> {
  await waitFor('miners lost their worker', () => miners.some(({ closed }) => closed));
  const survivors: StratumMiner[] = [];
  // Whoever is answered has not lost its worker, and is not about to hear of it.
  for (const miner of miners) {
    const answered = miner.closed ? false : await miner.ask('mining.noop', []).catch(() => false);
    if (answered !== false) survivors.push(miner);
  }
  assert.ok(survivors.length > 0);
  return survivors;
}

/** Name of the front end that serves each miner. Each leases blocks of its own: first bytes of its extranonces tell. */
async function servedBy(lab: FrontEndLab, miners: readonly StratumMiner[]): Promise<(string | undefined)[]> {
  const owners = (await lab.redis.command(['HGETALL', '{lesswork:several}:extranonce-owners'])) as string[];
  const ownerOf = new Map(
    Array.from({ length: owners.length / 2 }, (_, i) => [Number(owners[2 * i]), owners[2 * i + 1]!]),
  );
  return miners.map(({ extranonce }) => ownerOf.get(Number.parseInt(extranonce, 16) >> 8));
}

test('two workers behind one port: miners spread over both, and all is told as one', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const pool = await lab.start('pool', { workers: 2 });
  assert.equal(lab.workersOf(pool).length, 2);
  const store = await lab.openStore();
  const miners = await pool.crowd(20);
  assert.equal(new Set(miners.map(({ extranonce }) => extranonce)).size, 20);
  const served = await servedBy(lab, miners);
  const counts = [...new Set(served)].map((name) => served.filter((one) => one === name).length);
  assert.equal(counts.length, 2);
  assert.ok(Math.min(...counts) >= 4, `${counts}`);

  for (const miner of miners) assert.ok(await miner.mineOne());
  const status = (await (await pool.admin('/admin/status')).json()) as { nodes: unknown[] };
  assert.equal(status.nodes.length, 1);
  await eventually('the sums of the metrics', async () => {
    const text = await (await pool.admin('/metrics')).text();
    return (
      /^lesswork_pool_connections 20$/m.test(text) && /^lesswork_pool_shares_accepted_total 20$/m.test(text)
    );
  });
  await eventually('the API', async () => {
    const [info, miner] = [await pool.api(''), await pool.api(`/miners/${ADDRESS}`)];
    return info.pool.poolStats.connectedMiners === 20 && miner.shares === 20;
  });
  await eventually('ready', async () => (await pool.admin('/ready')).status === 200);
  assert.equal(pool.said.filter(({ type }) => type === 'listening').length, 1);
  assert.equal(
    pool.notices.filter((notice, i, all) => all.indexOf(notice) !== i).length,
    0,
    pool.notices.join('\n'),
  );

  pool.run.child.kill('SIGHUP');
  await sleep(200);
  assert.ok(await miners[0]!.mineOne(), 'SIGHUP ends nothing');
  await pool.stop();
  await lab.allGone();
  await waitFor('the miners are told', () => miners.every(({ closed }) => closed));
  const slices = await store.slices(0, Date.now() + 86_400_000);
  assert.equal(
    slices.flatMap(({ entries }) => entries).reduce((sum, { shares }) => sum + shares, 0),
    21,
  );
  assert.deepEqual(await lab.redis.command(['HLEN', '{lesswork:several}:extranonce-owners']), 0);
});

test('a worker that is killed is started again, and the other goes on', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const pool = await lab.start('pool', { workers: 2 });
  const miners = await pool.crowd(10);
  const [victim, other] = lab.workersOf(pool);
  process.kill(victim!, 'SIGKILL');
  const survivors = await survivorsOf(miners);
  for (const miner of survivors) assert.ok(await miner.mineOne());
  await waitFor('another worker', () => lab.workersOf(pool).length === 2, 20_000);
  assert.ok(lab.workersOf(pool).includes(other!));
  await waitFor('it is told', () =>
    pool.notices.some((notice) => /^worker \d: ended with SIGKILL; started again in/.test(notice)),
  );
  await eventually('it serves miners', async () => {
    survivors.push(...(await pool.crowd(2)));
    // Both do: what the other has is lost with it.
    return (
      Number(await pool.metric('lesswork_pool_connections')) === survivors.length &&
      survivors.length >= 20 &&
      new Set(await servedBy(lab, survivors)).size === 2
    );
  });
  process.kill(other!, 'SIGKILL');
  for (const miner of await survivorsOf(survivors)) assert.ok(await miner.mineOne());
  await waitFor('both again', () => lab.workersOf(pool).length === 2, 20_000);
  // One of them has hardly begun: it ends in good order all the same, and has given back what it leased.
  await pool.stop();
  await lab.allGone();
  assert.deepEqual(await lab.redis.command(['HLEN', '{lesswork:several}:extranonce-owners']), 0);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { BlockFate } from '../../../../pool/domain/block-fate.js';
import { API_ROUTES } from '../../../../pool/http/api/api-routes.js';
import { ALPH } from '../../../../protocol/emission.js';
import { ACCOUNT, type ApiLab, apiLab, LIVE_POOL, POOL } from '../../../support/api-lab.js';
import { blockOf } from '../../../support/batches.js';
import { D, filledApiLab, jsonOf } from '../../../support/filled-api-lab.js';
import { ADDRESS, OTHER_ADDRESS } from '../../../support/test-pool.js';

let lab: ApiLab;
afterEach(() => lab.close());

async function filled(): Promise<void> {
  lab = await filledApiLab();
}

const json = (path: string, status?: number) => jsonOf(lab, path, status);

test('every answer is what its schema says, with data and without', async () => {
  const ask = async () => {
    for (const { path, answer } of API_ROUTES) {
      const real = path.replace(':poolId', 'test').replace(':address', ADDRESS);
      answer.parse(await json(real));
    }
  };
  await filled();
  await ask();
  await lab.close();
  lab = await apiLab();
  await lab.settle();
  lab.tell({ heights: [], targets: [], networkId: undefined, newHeightMs: undefined, node: undefined }, [
    { account: ACCOUNT, name: 'new', address: ADDRESS, connections: 1, agent: 'x', reportedHashrate: 5 },
  ]);
  await ask();
});

test('the pool says what its shares make of it', async () => {
  await filled();
  const { pools } = await json('/api/pools');
  const { pool } = await json('/api/pools/test');
  assert.deepEqual(pools, [pool]);
  const rate = (10 * Number(D)) / 10;
  assert.equal(pool.poolStats.poolHashrate, Math.round(rate));
  assert.equal(pool.poolStats.hashrates.minute.hashrate, rate);
  assert.ok(pool.poolStats.hashrates.minute.error99 > 0);
  assert.equal(pool.poolStats.sharesPerSecond, 0);
  assert.equal(pool.poolStats.sharesPerMinute, 18);
  // Eleven minutes after the first share a day's rate is over eleven minutes, as good as that of ten.
  const { tenMinutes, hour, day } = pool.poolStats.hashrates;
  assert.deepEqual(day, tenMinutes);
  assert.deepEqual(hour, day);
  assert.equal(day.seconds, 660);
  assert.equal(day.hashrate, rate);
  assert.equal(pool.poolStats.connectedMiners, 3);
  assert.equal(pool.poolStats.connectedWorkers, 2);
  assert.equal(pool.chains[3].hashrates.tenMinutes.hashrate, rate / 10);
  assert.equal(pool.chains[3].chain, '0-3');
  assert.equal(pool.chains[3].blockHeight, 102);
  assert.equal(pool.networkStats.blockHeight, 114);
  assert.equal(pool.networkStats.networkType, 'devnet');
  // Targets of 2^224: a hash in 2^32 meets one, and is of the right chain once in 16.
  assert.equal(pool.networkStats.networkDifficulty, 2 ** 36 / 2 ** 34);
  assert.deepEqual(
    pool.topMiners.map(({ miner }: { miner: string }) => miner),
    [OTHER_ADDRESS, ADDRESS],
  );
  assert.equal(pool.totalBlocks, 1, 'the refused one is none');
  assert.equal(pool.ports['20032'].varDiff.targetTime, 4);
  assert.equal(pool.ports['20033'].varDiff, undefined);
  assert.equal(pool.ports['20033'].tls, true);
});

test('the pool tells what its nodes, ports and chains are at the moment', async () => {
  lab = await filledApiLab({ pool: { ...POOL, notice: 'Mind the gap', host: 'mine.example' } });
  lab.tell({ nodes: ['away', 'leading'], ports: { main: 40_001 } });
  lab.live.update('two', { pool: { ...LIVE_POOL, nodes: ['ready', 'behind'] }, workers: [] }, 1_000_000);
  const { pool } = await json('/api/pools/test');
  assert.equal(pool.notice, 'Mind the gap');
  assert.equal(pool.host, 'mine.example');
  assert.equal(pool.polw, true);
  assert.deepEqual(pool.nodes, [{ state: 'ready' }, { state: 'leading' }]);
  lab.live.remove('two');
  lab.age(6_000);
  const again = (await json('/api/pools/test')).pool;
  assert.deepEqual(
    Object.keys(again.ports),
    ['20033', '40001'],
    'a free port is told as the one that it became',
  );
  assert.equal(again.chains[3].networkDifficulty, 2 ** 36 / 2 ** 34);
});

test('a chart of ten-minute intervals reaches back for a day', async () => {
  await filled();
  const { stats } = await json('/api/pools/test/performance?r=month&i=tenminutes');
  assert.equal(stats.length, 2);
  assert.equal(Date.parse(stats[1].created) - Date.parse(stats[0].created), 600_000);
  const day = await json(`/api/pools/test/miners/${ADDRESS}/performance?i=TenMinutes&pageSize=0`);
  assert.equal(day.length, 2);
  assert.deepEqual(day[0].workers, {});
  assert.deepEqual((await json(`/api/pools/test/miners/${ADDRESS}?pageSize=0`)).workers, []);
});

test('a miner is found by its address, with its workers, whatever they are called', async () => {
  await filled();
  lab.tell({}, [
    {
      account: ACCOUNT,
      name: 'one',
      address: ADDRESS,
      connections: 2,
      agent: 'asic/1',
      reportedHashrate: 9e9,
    },
  ]);
  const miner = await json(`/api/pools/test/miners/${ADDRESS}`);
  assert.equal(miner.miner, ADDRESS);
  assert.equal(miner.hashrates.tenMinutes.hashrate, (3 * Number(D)) / 10);
  assert.equal(miner.workerCount, 2);
  assert.equal(miner.connectedWorkers, 1);
  assert.equal(miner.shares, 132);
  assert.equal(miner.work, String(66n * 3n * D));
  assert.deepEqual(miner.rejects, { stale: 2 });
  const [odd, one] = miner.workers;
  assert.equal(odd.name, '__proto__');
  assert.equal(odd.connections, 0);
  assert.equal(odd.agent, undefined);
  assert.equal(one.name, 'one');
  assert.equal(one.connections, 2);
  assert.equal(one.agent, 'asic/1');
  assert.equal(one.reportedHashrate, 9e9);
  assert.equal(one.hashrates.tenMinutes.hashrate, Number(D) / 10);
  assert.equal(one.difficulty, 1);
  assert.deepEqual(one.rejects, { stale: 2 });
  // A hash that begins with 00 01: some 2^16, and a factor of 16 for the chain.
  assert.ok(Math.abs(one.bestShare / 2 ** (16 + 4 - 34) - 1) < 0.01);
  assert.deepEqual(Object.getOwnPropertyNames(miner.performance.workers).toSorted(), ['__proto__', 'one']);
  const samples = await json(`/api/pools/test/miners/${ADDRESS}/performance`);
  assert.deepEqual(miner.performanceSamples, samples);
  assert.equal(samples.length, 1);
  assert.deepEqual(Object.getOwnPropertyNames(samples[0].workers).toSorted(), ['__proto__', 'one']);
  assert.ok(Math.abs(samples[0].workers.one.hashrate * 3 - samples[0].total.hashrate) <= 2);
});

test('charts are sums of what the store keeps', async () => {
  await filled();
  const hours = await json('/api/pools/test/performance');
  assert.equal(hours.stats.length, 1);
  const [{ poolHashrate, sharesPerSecond, activeWorkers }] = hours.stats;
  assert.equal(poolHashrate, Math.round((66 * 10 * Number(D)) / 670));
  assert.equal(sharesPerSecond, 198 / 670);
  assert.equal(activeWorkers, 3);
  const days = await json('/api/pools/test/performance?r=Month&i=Day');
  assert.equal(days.stats.length, 1);
});

test('blocks come in pages, newest first, by status', async () => {
  await filled();
  const all = await json('/api/pools/test/blocks');
  assert.deepEqual(
    all.map(({ status, state }: { status: string; state: string }) => [status, state]),
    [
      ['orphaned', 'refused'],
      ['pending', 'sent'],
    ],
  );
  assert.equal(all[0].miner, ADDRESS);
  assert.equal(all[0].worker, 'one');
  assert.equal(all[0].infoLink, undefined, 'a devnet has no explorer');
  assert.deepEqual(await json('/api/pools/test/blocks?page=1&pageSize=1'), [all[1]]);
  assert.deepEqual(await json('/api/pools/test/blocks?state=orphaned'), [all[0]]);
  assert.deepEqual(await json('/api/pools/test/blocks?state=confirmed'), []);
  lab.tell({ networkId: 0 });
  lab.age(60_000);
  assert.match((await json('/api/pools/test/blocks'))[0].infoLink, /^https:\/\/explorer\.alephium\.org\//);
});

test('what became of a block, what it brings and how lucky it was are told', async () => {
  await filled();
  const { store } = lab;
  const { hash } = blockOf(1, 0);
  const now = await lab.now();
  const fate: BlockFate = {
    number: 1,
    state: 'main',
    stateMs: now,
    final: false,
    reward: {
      block: hash,
      txId: 'c1'.repeat(32),
      index: 0,
      hint: 1,
      key: 'd1'.repeat(32),
      address: '1m',
      amount: 5n * ALPH,
      ownCoins: 2n * ALPH - 1n,
      // Half of the time was over when the statistics ended.
      lockTimeMs: 2 * lab.statistics.untilMs! - (await store.block(hash))!.foundMs,
      ours: true,
    },
    matured: false,
    credited: false,
    luck: undefined,
  };
  const told = async (extras: Partial<BlockFate>, state: string): Promise<object[]> => {
    fates++;
    assert.equal(await store.noteFate(hash, { ...fate, ...extras, number: fates }, 1), 'noted');
    lab.age(60_000);
    const blocks = await json(`/api/pools/test/blocks?state=${state}`);
    return blocks.filter((block: { hash: string }) => block.hash === hash);
  };
  let fates = 0;
  const [pending] = await told({}, 'pending');
  const money = {
    reward: 3,
    rewardAtto: `${3n * ALPH + 1n}`,
    unlockTime: new Date(fate.reward!.lockTimeMs).toISOString(),
  };
  assert.deepEqual({ ...pending, ...money, status: 'pending', state: 'main', final: false }, pending);
  assert.ok(Math.abs((pending as { confirmationProgress: number }).confirmationProgress - 0.5) < 0.01);
  const matured = { final: true, matured: true, luck: { work: 3n, expected: 2n } };
  const [confirmed] = await told(matured, 'confirmed');
  const end = { status: 'confirmed', confirmationProgress: 1, final: true, effort: 1.5 };
  assert.deepEqual({ ...confirmed, ...money, ...end }, confirmed);
  assert.equal((await json('/api/pools/test')).pool.totalBlocks, 1);
  const strange = { ...matured, reward: { ...fate.reward!, ours: false } };
  const [notOurs] = (await told(strange, 'confirmed')) as [{ reward: number; rewardAtto?: string }];
  assert.deepEqual([notOurs.reward, notOurs.rewardAtto], [0, undefined]);
  const [voided] = await told({ state: 'void', final: true }, 'orphaned');
  assert.deepEqual(
    { ...voided, status: 'orphaned', state: 'void', reward: 0, confirmationProgress: 0 },
    voided,
  );
});

test('the effort of many blocks is told once there are so many', async () => {
  await filled();
  const { store } = lab;
  const now = await lab.now();
  const blocksFound = Array.from({ length: 12 }, (_, i) => blockOf(100 + i, now - 60_000 + i));
  await lab.mine([], { blocksFound });
  const effort = async (): Promise<unknown> => {
    lab.age(60_000);
    return (await json('/api/pools/test')).pool.poolStats.effort;
  };
  for (const [i, { hash }] of blocksFound.entries()) {
    if (i === 9) assert.deepEqual(await effort(), {});
    const luck = { work: BigInt(i), expected: 10n };
    const fate = { number: 1, state: 'orphan', stateMs: now, final: true, matured: false } as const;
    await store.noteFate(hash, { ...fate, credited: false, reward: undefined, luck }, 1);
  }
  // Of 2 to 11.
  assert.deepEqual(await effort(), { last10: 0.65 });
});

test('miners come in pages', async () => {
  await filled();
  const [first, second] = await json('/api/pools/test/miners');
  assert.equal(first.miner, OTHER_ADDRESS);
  assert.deepEqual(await json('/api/pools/test/miners?page=1&pageSize=1'), [second]);
  assert.deepEqual(await json('/api/pools/test/miners?page=9'), []);
});

test('no answer holds a remote address', async () => {
  await filled();
  const until = (await lab.now()) + 60_000;
  await lab.store.addBan({ address: '203.0.113.77', untilMs: until, reason: 'garbage' });
  for (const { path } of API_ROUTES) {
    const text = await (
      await lab.get(path.replace(':poolId', 'test').replace(':address', ADDRESS), {
        headers: { 'X-Forwarded-For': '203.0.113.77' },
      })
    ).text();
    assert.doesNotMatch(text, /203\.0\.113|127\.0\.0\.1/);
  }
});

test('the coins that blocks burn are told, where the pool supplies them', async () => {
  await filled();
  const polw = await json('/api/pools/test/polw');
  assert.equal(polw.active, true);
  assert.equal(polw.accounts.fund, '1500000000000000000000');
  assert.deepEqual(polw.chains[0], {
    chain: '0-0',
    state: 'funded',
    burnt: '53000000000000000',
    coins: 3,
    visible: '2000000000000000000',
    sent: '500000000000000000',
    held: '3000000000000000000',
    unlockedCoins: 3,
    unlocked: '2000000000000000000',
    needed: '4000000000000000000',
    hoursLeft: 5.5,
    endless: false,
    driftPerHour: '-300000000000000000',
    imbalance: '3000000000000000000',
  });
  assert.deepEqual(polw.chains[1], {
    chain: '0-1',
    state: 'unfunded',
    reason: 'noCoins',
    detail: 'there are no coins',
    held: '0',
    unlockedCoins: 0,
    unlocked: '0',
    needed: '0',
    endless: false,
    driftPerHour: '0',
    imbalance: '0',
  });
  assert.equal(polw.chains.length, 16);
  await lab.close();
  lab = await apiLab();
  lab.tell({ polw: undefined });
  assert.equal((await json('/api/pools/test/polw', 404)).code, 'noPolw');
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { ALL_CHAINS, chainName } from '../../protocol/chain.js';
import { type FrontEnd, FrontEndLab } from '../support/front-end-lab.js';
import { RawClient } from '../support/raw-client.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import type { StratumMiner } from '../support/stratum-miner.js';
import { ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

/** Least time between two messages of the node to its miners, ms: after the first none comes until its clock is moved. */
const SILENT_MS = 3_600_000;

/** A block takes some 200,000 hashes. */
const RATE = 200_000;

const CHAIN_NAMES = ALL_CHAINS.map(chainName);

const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

let started: Promise<{ lab: FrontEndLab; one: FrontEnd; two: FrontEnd }> | undefined;

/** The same two front ends for all tests here. */
function frontEnds() {
  started ??= FrontEndLab.open(
    { after: (close) => void closing.push(close as () => unknown) },
    { minPushIntervalMs: SILENT_MS, rate: RATE },
  ).then(async (lab) => {
    const [one, two] = await Promise.all([lab.start('one'), lab.start('two')]);
    return { lab, one, two };
  });
  return started;
}

/** What comes to pass by and by, asked for each 100 ms. */
async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await sleep(100);
  }
  assert.fail(`waited in vain: ${what}`);
}

test('extranonces of two front ends never overlap', { skip }, async () => {
  const { one, two } = await frontEnds();
  const miners: StratumMiner[] = [];
  for (let i = 0; i < 20; i++)
    miners.push(
      ...(await Promise.all([one, two].flatMap((end) => Array.from({ length: 15 }, () => end.mine())))),
    );
  assert.equal(new Set(miners.map(({ extranonce }) => extranonce)).size, 600);
  for (const miner of miners) miner.close();
});

test('the work of both is added up, and either tells all of it', { skip }, async () => {
  const { lab, one, two } = await frontEnds();
  const login = `${ADDRESS}.summed`;
  const [first, second] = [await one.mine({ login, work: 1_009n }), await two.mine({ login, work: 1_013n })];
  for (let i = 0; i < 3; i++) assert.ok(await first.mineOne());
  for (let i = 0; i < 4; i++) assert.ok(await second.mineOne());
  const work = String(3n * 1_009n + 4n * 1_013n);
  for (const frontEnd of [one, two])
    await eventually('all of it told', async () => {
      const miner = await frontEnd.api(`/miners/${ADDRESS}`);
      return miner.work === work && miner.shares === 7 && miner.workerCount === 1;
    });
  const store = await lab.openStore();
  const slices = await store.slices(0, Date.now() + 86_400_000);
  const entries = slices.flatMap((slice) => slice.entries);
  assert.equal(String(entries.reduce((sum, entry) => sum + entry.work, 0n)), work);
  // Hashrates follow once both front ends have said that everything of that time is stored.
  for (const frontEnd of [one, two])
    await eventually(
      'the hashrate told',
      async () => (await frontEnd.api('')).pool.poolStats.poolHashrate > 0,
    );
  first.close();
  second.close();
});

test('a share of one front end earns nothing on the other', { skip }, async () => {
  const { one, two } = await frontEnds();
  const crowd = (frontEnd: FrontEnd) => Promise.all(Array.from({ length: 32 }, () => frontEnd.mine()));
  const [here, there] = await Promise.all([crowd(one), crowd(two)]);
  // Which chains a front end hands out is its own affair.
  const twinOf = (miner: StratumMiner) => there.find(({ job }) => job!.headerBlob === miner.job!.headerBlob);
  await waitFor('the same header on both', () => here.some(twinOf), 30_000);
  const miner = here.find(twinOf)!;
  const other = twinOf(miner)!;
  const otherJobId = other.job!.jobId;
  const share = miner.mine();
  assert.equal((await miner.submit(share)).result, true);
  for (const jobId of [share.jobId, otherJobId]) {
    const { result, error } = await other.submit({ ...share, jobId });
    assert.equal(result, false);
    assert.match(JSON.stringify(error), /extranonce/);
  }
  for (const one of [...here, ...there]) one.close();
});

test('a ban counts on both front ends, and ends on both', { skip }, async () => {
  const { one, two } = await frontEnds();
  const from = '127.0.0.66';
  const allowed = (frontEnd: FrontEnd): Promise<boolean> =>
    frontEnd.mine({ from }).then(
      (miner) => {
        miner.close();
        return true;
      },
      () => false,
    );
  assert.deepEqual(await Promise.all([one, two].map(allowed)), [true, true]);
  for (let i = 0; i < 12; i++) {
    const abuser = new RawClient(connect({ port: one.port, host: '127.0.0.1', localAddress: from }));
    abuser.send(`${'['.repeat(1_000)}\n`);
    await abuser.isClosed();
  }
  assert.equal(await allowed(one), false);
  await eventually('the ban counts on the other', async () => !(await allowed(two)));
  assert.equal((await two.admin(`/admin/bans/${from}`, 'DELETE')).status, 204);
  assert.equal(await allowed(two), true);
  await eventually('the ban has ended', () => allowed(one));
});

test('a block of one moves the miners of the other off its parent, until the next', { skip }, async () => {
  const { lab, one, two } = await frontEnds();
  const others = await Promise.all(Array.from({ length: 32 }, () => two.mine()));
  // The node is silent: only the front ends can tell each other.
  const finder = await one.mine({ work: 200_000n });
  const blocks = () => one.said.filter(({ type }) => type === 'block');
  // The shares of other tests may have been blocks, too; and one matters on a chain that others mine.
  const before = blocks().length;
  const height = (chain: number) => lab.devnet.node.state.tip(chain).height;
  const mined = new Set(others.map((miner) => miner.chain).filter((chain) => height(chain) === 0));
  const found = () =>
    blocks()
      .slice(before)
      .map((block) => CHAIN_NAMES.indexOf(String(block.chain)))
      .find((chain) => mined.has(chain));
  for (let shares = 0; found() === undefined && shares < 100; shares++) {
    assert.ok(await finder.mineOne());
    await sleep(20);
  }
  const chain = found();
  assert.ok(chain !== undefined, 'a block was found');
  const left = () => others.every((miner) => miner.chain !== chain);
  await waitFor('they leave', left, 30_000);
  await waitFor('the node has it', () => height(chain) > 0);
  lab.devnet.advance(SILENT_MS);
  // No chain is owed anybody: those who come fill them one after the other, however much was mined on each before.
  await eventually('work on the next parent', async () => {
    others.push(...(await Promise.all(Array.from({ length: 16 }, () => two.mine()))));
    return !left();
  });
  for (const miner of [...others, finder]) miner.close();
});

test('both end well', { skip }, async () => {
  const { one, two } = await frontEnds();
  await Promise.all([one.stop(), two.stop()]);
});

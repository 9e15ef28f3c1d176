// Funded jobs on a simulated node that judges whole blocks by all of the network's rules, and knows all coins.
import assert from 'node:assert/strict';
import { afterEach, type TestContext, test } from 'node:test';
import type { Devnet, DevnetOptions } from '../../devnet/app.js';
import { NodeSet } from '../../node/node-set.js';
import type { Find } from '../../polw/fund/finds.js';
import type { Coin } from '../../polw/fund/fund-block.js';
import { FundedNodes } from '../../polw/funded-nodes.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { MAX_WHOLE_FRAME_BYTES } from '../../protocol/frames.js';
import { type Job, nodeKeepsTxs } from '../../protocol/job.js';
import { blockHash } from '../../protocol/pow.js';
import { burnAddressOf, KEYS, MONEY, RIGHTS, setUpPolw } from '../devnet/polw-setting.js';
import { closeAll, closers } from '../support/closers.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { linkNodes } from '../support/linked-nodes.js';
import { ToldEvents } from '../support/manual-nodes.js';
import { solve } from '../support/raw-miner.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

/** Funded nodes over a devnet, whose own index of coins is the fund. */
async function open(
  t: TestContext,
  others: readonly Devnet[] = [],
  { polw, ...options }: DevnetOptions = {},
) {
  const setting = await setUpPolw(t, polw, { minPushIntervalMs: 0, ...options });
  const { devnet, node, coins: all } = setting;
  const coinsOf = (chain: ChainIndex, deps: readonly string[], timestampMs: number): Coin[] =>
    all.index
      .view(chain, deps.map(hexToBytes))
      .coinsOf(KEYS[chain]!.address.lockupScript)
      .filter(({ output }) => output.lockTimeMs <= timestampMs)
      .map(({ key, hint, output }) => ({
        key,
        hint,
        amount: output.amount,
        lockTimeMs: Number(output.lockTimeMs),
      }));
  const nodes = [devnet, ...others].map(({ host, minerApiPort, restPort }) => ({
    endpoint: { host, port: minerApiPort, restPort },
  }));
  const finds: Find[] = [];
  const funded = new FundedNodes({
    nodes: new NodeSet({ nodes, link: { maxFrameBytes: MAX_WHOLE_FRAME_BYTES } }),
    funds: {
      coinsFor: ({ chain, deps, timestampMs }) => ({
        kind: 'coins',
        coins: coinsOf(chain, deps, timestampMs),
        sent: 0n,
      }),
      guessFor: () => undefined,
      get revision() {
        return performance.now();
      },
    },
    authorizations: BURN_AUTHORIZATIONS,
    emission: MONEY.emission,
    uncleHeight: (hash) => node.state.get(hash)?.height,
    onFind: (find) => finds.push(find),
  });
  const told = new ToldEvents();
  closers.push(() => funded.close());
  funded.open(told);
  await waitFor('jobs', () => told.handed.length > 0);
  return { ...setting, funded, told, finds, coinsOf };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Finds a block on the newest job of a chain. @returns what the node made of it */
async function mine({ funded, told }: Opened, chain: ChainIndex): Promise<{ job: Job; accepted: boolean }> {
  const { session, jobs } = told.last;
  const job = jobs[chain]!;
  const header = solve(job);
  const before = told.verdicts.length;
  assert.equal(funded.submit(session, header, job.txsBlob), true);
  await waitFor('a verdict', () => told.verdicts.length > before);
  const { hash, accepted } = told.verdicts.at(-1)!;
  assert.deepEqual(hash, blockHash(header));
  return { job, accepted };
}

async function mineOn(lab: Opened, chain: ChainIndex): Promise<void> {
  const { job, accepted } = await mine(lab, chain);
  assert.ok(accepted, `block of chain ${chain} at height ${job.height}`);
  await waitFor('the next template', () => lab.told.last.jobs[chain]!.height > job.height);
}

test('blocks on all 16 chains, refreshed and with uncles, are all taken, and the coins keep their shape', async (t) => {
  const lab = await open(t);
  assert.deepEqual(lab.told.last.standing, []);
  const { node, devnet, clock, told } = lab;
  let [uncles, transfers] = [0, 0];
  for (let round = 0; round < 8; round++)
    for (const chain of ALL_CHAINS) {
      // Every now and then somebody else's block comes beside, and the template is refreshed.
      if (round > 0 && (round + chain) % 5 === 2)
        await devnet.mineSideBlock(chain, { burnRight: RIGHTS[chain]! });
      if ((round + chain) % 3 === 1) clock.advance(4_000);
      // Somebody is paid in the next block of a chain of its group.
      if (chain % 4 === 0) devnet.deposit({ address: KEYS[chain]!.address, amount: 10n ** 18n });
      await mineOn(lab, chain);
      transfers += node.state.tip(chain).transactions.length - 1;
      uncles += node.state.tip(chain).uncles.length;
    }
  assert.ok(uncles > 10 && transfers > 10, `${uncles} ${transfers}`);
  assert.ok(told.verdicts.every(({ accepted }) => accepted));
  assert.deepEqual(told.notices, []);
  for (const chain of ALL_CHAINS) {
    const { header } = node.board.template(chain);
    const coins = lab.coinsOf(chain, header.deps.map(bytesToHex), Number(header.timestamp));
    assert.ok(coins.length >= 4 && coins.length <= 8, `${coins.length} of ${burnAddressOf(chain)}`);
  }
});

test('two finds on one template are two blocks of which the second stands beside', async (t) => {
  const lab = await open(t);
  const { session, jobs } = lab.told.last;
  const job = jobs[5]!;
  for (const header of [solve(job), solve(job)]) lab.funded.submit(session, header, job.txsBlob);
  await waitFor('both verdicts', () => lab.told.verdicts.length === 2);
  assert.deepEqual(
    lab.told.verdicts.map(({ accepted }) => accepted),
    [true, true],
  );
  await mineOn(lab, 5);
});

test('a template with an invalid transaction: the block is refused, and the next one without it is taken', async (t) => {
  const lab = await open(t);
  lab.devnet.spoilTemplates([4], true);
  // Told with the block of another chain.
  await mineOn(lab, 5);
  await waitFor('the spoilt template', () => lab.told.last.jobs[4]!.txsBlob[0]!.length > 1);
  assert.equal((await mine(lab, 4)).accepted, false);
  assert.equal(lab.funded.counters.refusedLists, 1);
  assert.match(
    lab.told.notices.at(-1)!,
    /chain 1-0: mined with the coinbase alone: a block with them was refused/,
  );
  lab.devnet.spoilTemplates([4], false);
  await mineOn(lab, 4);
  assert.match(lab.told.notices.at(-1)!, /chain 1-0: all is well again/);
});

test('two nodes that tell each other of blocks: each is sent all of ours, and each verdict is told once', async (t) => {
  const other = await setUpPolw(t, {}, { minPushIntervalMs: 0 });
  const lab = await open(t, [other.devnet]);
  await waitFor('both', () => lab.funded.nodes.every(({ session }) => session !== undefined));
  linkNodes([lab.node, other.node], 50);
  for (const chain of [...ALL_CHAINS, 3, 3, 7]) {
    await mineOn(lab, chain);
    const tip = lab.node.state.tip(chain).id;
    await waitFor('the block at the other node', () => other.node.state.tip(chain).id === tip);
  }
  assert.equal(lab.told.verdicts.length, ALL_CHAINS.length + 3);
  // The other one alone takes what is left.
  await lab.devnet.close();
  await waitFor('its lead', () => lab.told.last.session.node === 1);
  await mineOn({ ...lab, node: other.node }, 9);
});

test('a chain that crosses the threshold and comes back: plain blocks, blocks that burn, and plain ones again', async (t) => {
  const lab = await open(t, [], { rate: 4_000, retarget: true });
  const flips: boolean[] = [];
  for (let i = 0; i < 400 && flips.length < 3; i++) {
    // Quick blocks carry it over, slow ones back.
    lab.clock.advance(flips.at(-1) === true ? 8_000 : 200);
    const { kind } = lab.funded.chainStates[6]!;
    assert.ok(kind === 'plain' || kind === 'funded', kind);
    if ((kind === 'funded') !== flips.at(-1)) flips.push(kind === 'funded');
    await mineOn(lab, 6);
  }
  assert.deepEqual(flips, [false, true, false]);
  assert.ok(lab.told.verdicts.every(({ accepted }) => accepted));
});

test('a node that burns coins itself: its jobs pass as they are, and finds are noted', async (t) => {
  const lab = await open(t, [], { polw: { support: 'node-built', burnRights: RIGHTS } });
  assert.ok(lab.funded.chainStates.every(({ kind }) => kind === 'nodeBuilt'));
  for (const chain of [0, 5, 5]) {
    assert.ok(nodeKeepsTxs(lab.told.last.jobs[chain]!.txsBlob));
    await mineOn(lab, chain);
  }
  assert.deepEqual(
    lab.finds.map(({ hash }) => hash).slice(1),
    [1, 2].map((height) => lab.node.state.mainAt(5, height)!.id),
  );
});

// All of it on a simulated node, with nothing but what the node tells: coins are found by reading blocks.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { openFundedNodes } from '../../polw/open-funded-nodes.js';
import { FileFundStore } from '../../polw/store/file-fund-store.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { ACTIVE_RATE, FUNDED, MONEY, SHIFT } from '../devnet/polw-setting.js';
import { closeAll, closers } from '../support/closers.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { ToldEvents } from '../support/manual-nodes.js';
import { solve } from '../support/raw-miner.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

async function startNetwork() {
  const devnet = await startDevnet({
    rate: ACTIVE_RATE,
    blockTimeMs: 2_000,
    retarget: false,
    minPushIntervalMs: 20,
    polw: { shift: SHIFT, support: 'full', coins: FUNDED },
  });
  closers.push(() => devnet.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-fund-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return { devnet, folder };
}

test('what else is expected of nodes still is: one that pays other addresses does not lead', async () => {
  const { devnet, folder } = await startNetwork();
  const store = await FileFundStore.open(folder);
  closers.push(() => store.close());
  const endpoint = { host: devnet.host, port: devnet.minerApiPort, restPort: devnet.restPort };
  const minerAddresses = BURN_AUTHORIZATIONS.chains
    .slice(0, 4)
    .map((one) => ('burn' in one ? one.burn.text : ''));
  const opened = await openFundedNodes({
    authorizations: BURN_AUTHORIZATIONS,
    emission: MONEY.emission,
    sinceMs: 0,
    nodes: { nodes: [{ endpoint }], identity: { expected: { minerAddresses } } },
    store,
  });
  closers.push(() => opened.close());
  const told = new ToldEvents();
  opened.nodes.open(told);
  await waitFor('a notice', () => told.notices.some((line) => line.includes('miner address')));
  opened.nodes.expect({ minerAddresses, networkId: 0 });
  assert.equal(told.handed.length, 0);
});

async function open({ devnet, folder }: Awaited<ReturnType<typeof startNetwork>>) {
  const store = await FileFundStore.open(folder);
  const endpoint = { host: devnet.host, port: devnet.minerApiPort, restPort: devnet.restPort };
  const opened = await openFundedNodes({
    authorizations: BURN_AUTHORIZATIONS,
    emission: MONEY.emission,
    sinceMs: 0,
    nodes: { nodes: [{ endpoint }] },
    store,
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await opened.close();
    await store.close();
  };
  closers.push(close);
  const told = new ToldEvents();
  opened.nodes.open(told);
  await waitFor('funded jobs', () => told.handed.length > 0 && told.last.standing.length === 0, 20_000).catch(
    (error: Error) => {
      throw new Error([error.message, ...told.notices].join('\n'));
    },
  );
  return { ...opened, told, close };
}

/** Finds a block on the newest job of a chain, and waits for the next one. */
async function mine({ nodes, told }: Awaited<ReturnType<typeof open>>, chain: number): Promise<boolean> {
  const { session, jobs } = told.last;
  const job = jobs[chain]!;
  const before = told.verdicts.length;
  nodes.submit(session, solve(job), job.txsBlob);
  await waitFor('a verdict', () => told.verdicts.length > before);
  await waitFor(
    'the next job',
    () => told.last.jobs[chain]!.height > job.height && told.last.standing.length === 0,
  );
  return told.verdicts.at(-1)!.accepted;
}

test('coins of the first blocks are found, burnt by blocks on all chains, and found again after a restart', async () => {
  const network = await startNetwork();
  const first = await open(network);
  assert.equal(first.keeper.fund.accounts().fund, 16_000n * ALPH);
  for (const chain of [...ALL_CHAINS, ...ALL_CHAINS]) assert.ok(await mine(first, chain), `chain ${chain}`);
  const { fund, burnt, gas, locked, pending } = first.keeper.fund.accounts();
  assert.ok(burnt > 0n && pending > 0n);
  assert.equal(fund + burnt + gas, 16_000n * ALPH);
  assert.ok(locked > 0n);
  assert.ok(first.keeper.fund.ends().every(({ state }) => state === 'main'));
  assert.equal(first.keeper.fund.ends().length, 32);
  await first.close();

  const second = await open(network);
  assert.deepEqual(second.keeper.fund.accounts(), first.keeper.fund.accounts());
  assert.ok(await mine(second, 3));
  // A machine with much to do may take its time for the blocks that templates build on.
  const slow = /not mined: the fund has not read the blocks/;
  assert.deepEqual(
    second.told.notices.filter((line) => line.startsWith('warn') && !slow.test(line)),
    [],
  );
});

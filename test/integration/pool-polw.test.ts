// Pools that supply the coins: front ends as processes, on simulated nodes beyond the threshold of Proof of Less Work.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DevnetOptions } from '../../devnet/app.js';
import { type Authorization, isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { ACTIVE_RATE, burnAddressOf, FUNDED, SHIFT } from '../devnet/polw-setting.js';
import { askPatiently } from '../support/ask-patiently.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { freePort } from '../support/free-port.js';
import { type FrontEnd, FrontEndLab } from '../support/front-end-lab.js';
import { PoolLab } from '../support/pool-lab.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { StratumMiner } from '../support/stratum-miner.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const NETWORK: DevnetOptions = {
  controlPort: 0,
  rate: ACTIVE_RATE,
  blockTimeMs: 2_000,
  retarget: false,
  minPushIntervalMs: 20,
  polw: { shift: SHIFT, support: 'full', coins: FUNDED },
};

/** What the burn addresses have from the first block on. */
const DEPOSITED = 16_000n * ALPH;

/** ALPH that come later. */
const LATER = 5n;

interface Polw {
  readonly caughtUp: boolean;
  readonly active: boolean;
  readonly accounts: Readonly<Record<string, string>>;
  readonly finds: Readonly<Record<string, number>>;
  readonly chains: readonly { readonly chain: string; readonly state: string; readonly reason?: string }[];
}

async function openLab(t: TestContext) {
  const lab = await FrontEndLab.open(t, NETWORK);
  const path = join(lab.folder, 'authorizations.json');
  const write = (authorized: readonly Authorization[]): void =>
    writeFileSync(path, authorizationsText(BURN_AUTHORIZATIONS.networkId, authorized));
  write(BURN_AUTHORIZATIONS.chains.filter(isAuthorized));
  const config = {
    polw: { authorizations: path, since: '1970-01-01', shift: SHIFT },
    listeners: [{ name: 'main', host: '127.0.0.1', port: 0, difficulty: { start: '16H', min: '16H' } }],
  };
  return { lab, config, write };
}

const polwOf = (frontEnd: FrontEnd): Promise<Polw> => frontEnd.api('/polw');

const stateCount = async (frontEnd: FrontEnd, state: string): Promise<number> =>
  frontEnd.metric(`lesswork_pool_block_states_total{state="${state}"}`).catch(() => 0);

/** Waits until every chain is mined with coins of the pool. */
async function funded(frontEnd: FrontEnd): Promise<void> {
  let polw: Polw | undefined;
  const isFunded = async (): Promise<boolean> => {
    polw = await polwOf(frontEnd).catch(() => undefined);
    return polw?.chains?.every(({ state }) => state === 'funded') ?? false;
  };
  await waitFor('all chains are funded', isFunded, 30_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(polw)}\n${frontEnd.notices.join('\n')}`);
  });
}

function totalOf({ accounts: { fund, burnt, gas } }: Polw): bigint {
  return BigInt(fund!) + BigInt(burnt!) + BigInt(gas!);
}

/** Blocks of the main chain, the first of each chain left out. */
const mainBlocks = ({ devnet: { node } }: FrontEndLab): number =>
  ALL_CHAINS.reduce((count, chain) => count + node.state.tip(chain).height, 0);

/** Sums that hold while no lock has ended: deposits are still there, or burnt, or went for gas. */
function checkConserved(polw: Polw): void {
  const { locked, burnt } = polw.accounts;
  assert.equal(totalOf(polw), DEPOSITED + LATER * ALPH);
  assert.equal(locked, burnt);
  assert.ok(BigInt(burnt!) > 0n);
}

test('two front ends on one Redis burn coins of one fund: no block refused, none void, nothing lost, also through a restart', {
  skip: skipWhen(MISSING_REDIS),
}, async (t) => {
  const { lab, config } = await openLab(t);
  const one = await lab.start('one', { config });
  const two = await lab.start('two', { config, workers: 2 });
  await Promise.all([funded(one), funded(two)]);
  const miners = await Promise.all([one, one, two, two].map((frontEnd) => frontEnd.mine({ work: 16n })));
  const mineFor = async (blocks: number): Promise<void> => {
    for (let found = 0; found < blocks; )
      for (const miner of miners) if (!miner.closed && (await miner.findBlock())) found++;
  };
  await mineFor(20);
  const deposit = JSON.stringify({ address: burnAddressOf(5), amount: `${LATER}` });
  const control = `http://127.0.0.1:${lab.devnet.controlPort}/deposit`;
  assert.equal((await fetch(control, { method: 'POST', body: deposit })).status, 200);
  // It is in a block of its chain soon, beside the pool's coinbase. Who mines faster than the chains are read mines many in vain.
  await mineFor(20);
  for (let later = 20; totalOf(await polwOf(one)) === DEPOSITED && later < 200; later++) {
    await mineFor(1);
    await sleep(100);
  }
  // Only coins of blocks that stay can be withdrawn, and there are none yet.
  for (const frontEnd of [one, two]) {
    const path = `/admin/polw/withdrawals?to=${ADDRESS}&amount=${ALPH}&fromFund=1`;
    const refused = await frontEnd.admin(path, 'POST');
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /expected at most 0 ALPH/);
    assert.equal((await frontEnd.admin('/admin/polw/withdrawals/w-1/cancel', 'POST')).status, 404);
  }
  await two.kill();
  await mineFor(10);
  const again = await lab.start('two', { config, workers: 2 });
  await funded(again);
  for (const frontEnd of [one, again]) {
    // Nobody else mines: each block of the main chain is one of theirs. Others may stay open for want of blocks that follow.
    // A node is asked twenty times a second at most, some three times for each block.
    await waitFor(
      'all blocks of the main chain are judged',
      async () => (await polwOf(frontEnd)).finds.main === mainBlocks(lab),
      120_000,
    );
    assert.equal(await stateCount(frontEnd, 'refused'), 0);
    const polw = await polwOf(frontEnd);
    assert.ok(polw.active && polw.caughtUp);
    assert.equal(polw.finds.void, 0);
    checkConserved(polw);
  }
  assert.ok((await stateCount(one, 'accepted')) >= 20);
  assert.deepEqual((await polwOf(one)).accounts, (await polwOf(again)).accounts);
  const status = (await (await one.admin('/admin/status')).json()) as { readonly polw: Polw };
  assert.equal(status.polw.chains.length, 16);
  assert.ok((await one.metric('lesswork_pool_polw_fund_alph{account="fund"}')) > 15_000);
});

test('an embedded store: a block that was on its way when the pool was killed is sent again, body and all', async (t) => {
  const restPort = await freePort();
  // What is between pool and node lets no block through for a while.
  const between = await TcpProxy.start(t, 0);
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-polw-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const authorizations = join(folder, 'authorizations.json');
  const authorized = BURN_AUTHORIZATIONS.chains.filter(isAuthorized);
  // One chain has no authorization: it is not mined, the others are.
  writeFileSync(authorizations, authorizationsText(BURN_AUTHORIZATIONS.networkId, authorized.slice(1)));
  const lab = await PoolLab.open(t, {
    store: { type: 'embedded' },
    devnet: { ...NETWORK, restPort },
    config: {
      nodes: [{ host: '127.0.0.1', port: between.port, restPort }],
      polw: { authorizations, since: '1970-01-01', shift: SHIFT },
      http: { host: '127.0.0.1', port: 0 },
    },
  });
  between.target = lab.devnet.minerApiPort;
  await lab.start();
  const api = async (): Promise<Polw> => {
    const port = lab.said.findLast(({ type, what }) => type === 'serving' && what === 'api')?.port;
    const answer = await askPatiently(() => fetch(`http://127.0.0.1:${port}/api/pools/lesswork/polw`));
    return (await answer.json()) as Polw;
  };
  const fundedChains = async (): Promise<number> =>
    (await api().catch(() => undefined))?.chains?.filter(({ state }) => state === 'funded').length ?? 0;
  await waitFor('15 funded chains', async () => (await fundedChains()) === 15, 30_000);
  assert.equal((await api()).chains[0]!.reason, 'notAuthorized');
  const miner = await StratumMiner.open(lab.port!, { work: 16n });
  for (let found = 0; found < 10; ) if (await miner.findBlock()) found++;
  assert.ok(miner.chain !== 0);
  await waitFor('their verdicts', () => lab.submitted.size >= 10);
  between.deaf = true;
  while (!(await miner.findBlock()));
  const sent = lab.submitted.size;
  const lost = String(lab.said.findLast(({ type }) => type === 'block')?.hash);
  assert.ok(!lab.submitted.has(lost));
  await lab.kill();
  between.deaf = false;
  assert.equal(lab.submitted.size, sent);
  await lab.start();
  await waitFor('the block', () => lab.submitted.get(lost) === true, 30_000);
  await waitFor('its state', () =>
    lab.said.some(({ type, hash, state }) => type === 'blockState' && hash === lost && state === 'accepted'),
  );
  await waitFor('15 funded chains again', async () => (await fundedChains()) === 15, 30_000);
  const again = await StratumMiner.open(lab.port!, { work: 16n });
  for (let found = 0; found < 10; ) if (await again.findBlock()) found++;
  await waitFor('their verdicts', () => lab.submitted.size >= sent + 11);
  assert.deepEqual(
    [...lab.submitted].filter(([, taken]) => !taken),
    [],
  );
  await waitFor('the accounts', async () => {
    const { fund, burnt, gas } = (await api()).accounts;
    return BigInt(fund!) + BigInt(burnt!) + BigInt(gas!) === DEPOSITED - 1_000n * ALPH;
  });
});

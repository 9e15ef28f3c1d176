import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileFundStore } from '../../polw/store/file-fund-store.js';
import { type PolwInfo, polwInfoSchema } from '../../pool/http/api/polw-schemas.js';
import { ALL_CHAINS, chainName } from '../../protocol/chain.js';
import { ALPH, FundLab } from '../support/fund-lab.js';
import { inOneProcess } from '../support/one-process.js';

const status = (...args: string[]) => inOneProcess(['polw', 'status', ...args]);

const NONE = { code: 'noPolw', error: 'this pool supplies no coins for Proof of Less Work' };

const INFO: PolwInfo = polwInfoSchema.parse({
  active: true,
  caughtUp: true,
  accounts: {
    fund: `${1_299n * ALPH + ALPH / 2n}`,
    locked: `${ALPH / 2n}`,
    pending: `${ALPH / 4n}`,
    earned: '0',
    reserved: '0',
    burnt: `${ALPH / 2n}`,
    gas: '-1000000000000000',
    paid: '0',
  },
  finds: { open: 1, main: 14, uncle: 1, orphan: 0, void: 0 },
  refusedLists: 2,
  outputs: { checks: 40, differences: 0, incomplete: 0 },
  chains: ALL_CHAINS.map((chain) => ({
    chain: chainName(chain),
    state: 'funded',
    burnt: `${ALPH / 40n}`,
    coins: 4,
    visible: `${99n * ALPH}`,
    sent: `${ALPH}`,
    held: `${100n * ALPH}`,
    unlockedCoins: 4,
    unlocked: `${99n * ALPH}`,
    needed: `${30n * ALPH}`,
    hoursLeft: 12.34,
    endless: false,
    driftPerHour: `${-2n * ALPH}`,
    imbalance: `${-3n * ALPH}`,
  })),
});

/** One of whose chains is not mined. */
const SHORT: PolwInfo = {
  ...INFO,
  chains: INFO.chains.with(1, {
    chain: '0-1',
    state: 'unfunded',
    reason: 'noCoins',
    detail: 'no coins\ncan be spent',
    held: '0',
    unlockedCoins: 0,
    unlocked: '0',
    needed: '0',
    endless: false,
    driftPerHour: '0',
    imbalance: '0',
  }),
};

/** A server that says the same of Proof of Less Work each time. @returns its place */
async function serve(t: TestContext, status: number, answer: unknown, pools: unknown = [{ id: 'my pool' }]) {
  const server = createServer(({ url }, response) => {
    const known = url === '/api/pools' ? { pools } : url === '/api/pools/my%20pool/polw' ? answer : undefined;
    response.writeHead(url === '/api/pools' ? 200 : status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(known));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('status of a pool: accounts, blocks, each chain, and why one is not mined', async (t) => {
  const { code, stdout, stderr } = await status('--api', await serve(t, 200, SHORT));
  assert.deepEqual([code, stderr], [1, '']);
  const lines = stdout.split('\n');
  assert.deepEqual(lines.slice(0, 10), [
    'pool my pool: 16 chains past the threshold, 1 is not mined',
    'fund    1,299.5000 ALPH to burn, 0.5000 burnt and still locked, 0.0000 reserved',
    'earned  0.0000 ALPH, 0.2500 still locked',
    'so far  0.5000 ALPH burnt, -0.0010 for gas, 0.0000 withdrawn',
    'blocks  14 on the main chain, 1 uncle, 0 orphans, 1 open, 0 void; of those whose end is not final',
    'lists   2 blocks with transactions of others refused by all nodes',
    '',
    'chain      state   burns  coins  visible  on the way  unlocked   needed  lasts  drift/h  at its address',
    '  0-0     funded  0.0250      4  99.0000      1.0000   99.0000  30.0000   12 h  -2.0000        100.0000',
    '  0-1  NOT MINED       -      -        -           -    0.0000   0.0000      -   0.0000          0.0000',
  ]);
  assert.deepEqual(lines.slice(-3), ['', '0-1: no coins can be spent', '']);
});

test('status of a pool: outputs that differ from what the node lists, and lists that are not whole', async (t) => {
  const outputs = { checks: 40, differences: 3, incomplete: 1 };
  const { code, stdout } = await status(
    '--api',
    await serve(t, 200, { ...INFO, outputs, retired: `${7n * ALPH}` }),
  );
  assert.equal(code, 0);
  assert.match(
    stdout,
    /\ndiffers 3 outputs from what the node lists at the burn addresses: the log names them\n/,
  );
  assert.match(stdout, /\nretired 7\.0000 ALPH of these at burn addresses of before: not burnt/);
  assert.match(
    stdout,
    /\nnot whole: the node's list of 1 burn address, which is not compared with the fund\n/,
  );
});

test('status of a pool in JSON; it ends with 0 if all chains are mined, with 1 after a void block', async (t) => {
  const json = await status('--json', '--api', `http://${await serve(t, 200, INFO)}/`);
  assert.equal(json.code, 0, json.stderr);
  assert.deepEqual(JSON.parse(json.stdout), { type: 'polw-status', pool: 'my pool', ...INFO });
  const finds = { ...INFO.finds, void: 1 };
  const voided = await status('--api', await serve(t, 200, { ...INFO, finds }));
  assert.equal(voided.code, 1);
  assert.match(voided.stdout, /1 void/);
});

test('chains below the threshold, at it, and before the first template', async (t) => {
  const all = async (chains: PolwInfo['chains'], caughtUp = true): Promise<string> => {
    const place = await serve(t, 200, { ...INFO, active: false, caughtUp, chains });
    const { code, stdout } = await status('--api', place);
    assert.equal(code, 0);
    return stdout;
  };
  const in_ = (state: 'none' | 'plain' | 'close') =>
    INFO.chains.map(({ burnt, coins, visible, sent, ...chain }) => ({ ...chain, state }));
  assert.match(await all(in_('none'), false), /: no templates yet\nthe history .* is still read/);
  assert.match(await all(in_('plain')), /: nothing is burnt: no chain is past the threshold\n/);
  const close = in_('close').map((chain) => ({ ...chain, detail: 'its node stops' }));
  assert.match(await all(close), /within 5 %[\s\S]*\nall chains: its node stops\n$/);
});

test('a pool without a fund, a server that is none, nobody, and what is no place', async (t) => {
  const none = await status('--api', await serve(t, 404, NONE));
  assert.equal(none.code, 1);
  assert.match(none.stderr, /polw: this pool supplies no coins for Proof of Less Work\n$/);
  for (const [httpStatus, answer, pools] of [
    [200, { ...INFO, chains: 7 }],
    [404, { no: 'words' }],
    [200, INFO, []],
    [200, INFO, 'pools'],
  ] as const) {
    const { code, stderr } = await status(
      '--api',
      await serve(t, httpStatus, answer, pools ?? [{ id: 'my pool' }]),
    );
    assert.equal(code, 1);
    assert.match(stderr, /expected the API of a lesswork pool of this version, got another\n$/);
  }
  const nobody = await status('--api', 'http://127.0.0.1:9');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /no pool answers at http:\/\/127\.0\.0\.1:9\/api\/pools .*--api says where\n$/);
  for (const place of ['ftp://a', 'http://u:p@a', 'http://a/api', '', 'http://a?b']) {
    const { code, stderr } = await status('--api', place);
    assert.equal(code, 2, place);
    assert.match(stderr, /expected http:\/\/HOST:PORT, got "/);
  }
});

test('status of a folder: what is final, while somebody keeps it, and nothing is changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-status-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const empty = await status('--data', folder);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /expected the fund of a miner, got none/);

  const lab = new FundLab(2);
  lab.mine(0, [lab.world.deposit([1], 100n * ALPH)]);
  lab.mineAll(1);
  lab.burn(1);
  lab.mineAll(6);
  const { entries } = lab.fund.settle();
  const store = await FileFundStore.open(folder);
  t.after(() => store.close());
  const snapshot = lab.fund.snapshot();
  await store.commit({ snapshot, entries, finds: [], reservations: [] });
  const { accounts } = snapshot.ledger;
  assert.ok(accounts.burnt > 0n);

  const words = await status('--data', folder);
  assert.equal(words.code, 0, words.stderr);
  assert.match(words.stdout, /^fund as of \d{4}-.*: blocks that are not final are left out\nfund +\d/);
  assert.match(words.stdout, /\n {2}0-1 +1 +99\.9399 +0\.\d{4} +\d+ h +99\.9399 +burn-1\n/);
  assert.match(words.stdout, /\n {2}1-0 +0 +0\.0000 +0\.0000 +- +0\.0800 +burn-4\n/);
  const json = await status('--data', folder, '--json');
  const told = JSON.parse(json.stdout) as {
    readonly accounts: Record<string, string>;
    readonly chains: readonly { readonly held: string; readonly coins: number; readonly unlocked: string }[];
  };
  assert.equal(told.accounts.burnt, `${accounts.burnt}`);
  const { fund, locked, pending, earned, reserved } = accounts;
  const held = told.chains.reduce((sum, chain) => sum + BigInt(chain.held), 0n);
  assert.equal(held, fund + locked + pending + earned + reserved);

  writeFileSync(join(folder, 'fund'), 'rubbish');
  const spoilt = await status('--data', folder);
  assert.equal(spoilt.code, 1);
  assert.match(spoilt.stderr, /fund: .*it does not begin as such a file does/);
});

test('one of a pool and a folder', async () => {
  const { code, stderr } = await status('--api', 'http://127.0.0.1:9', '--data', '/tmp');
  assert.equal(code, 2);
  assert.match(stderr, /expected --api or --data, got both/);
});

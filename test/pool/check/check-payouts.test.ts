import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorizationsText } from '../../../polw/authorizations/authorizations-text.js';
import { authorize } from '../../../polw/keys/authorize.js';
import { checkPayouts, judgeBooks, judgeWallet } from '../../../pool/check/check-payouts.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { openEmbeddedBooks } from '../../../pool/store/embedded/embedded-books.js';
import { configSources } from '../../support/config-sources.js';
import { testFolder } from '../../support/journal-writing.js';
import { MONEY_FIGURES } from '../../support/metric-facts.js';
import { moneyBooks } from '../../support/money-books.js';
import { sealedWallet } from '../../support/wallet-lab.js';
import { KEYS, MNEMONIC, OTHER_MNEMONIC } from '../../support/withdrawal-lab.js';

const NOW = 1_750_000_010_000;
const OURS = ['a0', 'a1', 'a2', 'a3'];
const NODES = { networkId: 4, minerAddresses: OURS };

const lines = (findings: readonly { outcome: string; setting: string; met: string }[]): string[] =>
  findings.map(({ outcome, setting, met }) => `${outcome} ${setting}: ${met}`);

test('without payouts there is nothing to look at; without books nothing is made', async (t) => {
  const dataFolder = testFolder(t);
  const check = async (more: object): Promise<string[]> => {
    const config = parsePoolConfig({ mode: 'pool', dataFolder, ...more }, configSources());
    return lines(await checkPayouts(config, NODES, true, () => NOW));
  };
  assert.deepEqual(await check({}), []);
  const none = 'ok books: nothing was booked yet: they are made with the first settlement';
  assert.deepEqual(await check({ payouts: {} }), [
    'warning payouts.wallet: none: miners are credited, and not paid',
    none,
  ]);
  assert.deepEqual(
    (await check({ payouts: { scheme: 'solo' } }))[0],
    'warning payouts.wallet: none: nobody is credited or paid',
  );
  const wallet = join(dataFolder, 'wallet.json');
  assert.deepEqual(
    (await check({ payouts: { wallet } }))[0],
    `warning payouts.wallet: ${wallet}: is not here`,
  );
  writeFileSync(wallet, '{}', { mode: 0o600 });
  assert.match((await check({ payouts: { wallet } }))[0]!, /^failed payouts\.wallet: .*wallet\.json: /);
});

test('a wallet of the words of the burn addresses is refused', async (t) => {
  const dataFolder = testFolder(t);
  const [wallet, authorizations] = [join(dataFolder, 'wallet.json'), join(dataFolder, 'authorizations.json')];
  writeFileSync(authorizations, authorizationsText(4, authorize(KEYS)));
  for (const [mnemonic, said] of [
    [MNEMONIC, /^failed payouts\.wallet: .*: its address \w+ is one of polw\.authorizations$/],
    [OTHER_MNEMONIC, /^ok payouts\.wallet: /],
  ] as const) {
    writeFileSync(wallet, await sealedWallet(4, mnemonic), { mode: 0o600 });
    const polw = { authorizations, since: '1970-01-01' };
    const config = parsePoolConfig({ mode: 'pool', dataFolder, payouts: { wallet }, polw }, configSources());
    assert.match(lines(await checkPayouts(config, { networkId: 4 }, false, () => NOW))[0]!, said);
  }
});

test('of a wallet that a node keeps it is known that blocks must pay it: no burn address may be among what they pay', async (t) => {
  const dataFolder = testFolder(t);
  const authorizations = join(dataFolder, 'authorizations.json');
  writeFileSync(authorizations, authorizationsText(4, authorize(KEYS)));
  const payouts = { nodeWallet: { name: 'pool' } };
  const polw = { authorizations, since: '1970-01-01' };
  const config = parsePoolConfig({ mode: 'pool', dataFolder, payouts, polw }, configSources());
  const looked = async (minerAddresses: readonly string[]): Promise<string> =>
    lines(await checkPayouts(config, { networkId: 4, minerAddresses }, false, () => NOW))[0]!;
  const label = 'wallet pool of http://127.0.0.1:12973';
  assert.equal(
    await looked(OURS),
    `ok payouts.nodeWallet: ${label}: lesswork payer sees when it starts whether blocks pay it`,
  );
  const burn = KEYS[0]!.address.text;
  assert.equal(
    await looked([burn, ...OURS.slice(1)]),
    `failed payouts.nodeWallet: ${label}: its address ${burn} is one of polw.authorizations`,
  );
});

test('books of a pool that runs are read, damaged ones are told', async (t) => {
  const dataFolder = testFolder(t);
  const config = parsePoolConfig({ mode: 'pool', dataFolder, payouts: {} }, configSources());
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const books = await openEmbeddedBooks(join(dataFolder, 'pool.db'), identity, () => NOW);
  t.after(() => books.close());
  const write = moneyBooks(books);
  await write.begin(NOW);
  await write.credit(NOW, [{ key: '00'.repeat(33), amount: 1_000n }]);
  const looked = async (): Promise<string[]> => lines(await checkPayouts(config, NODES, true, () => NOW));
  assert.equal((await looked())[1], 'ok books: can be read: 3 entries, 0 settlements');
  await write.put('account', 'reward', 'nothing');
  assert.match((await looked())[1]!, /^failed books: an account's record is none/);
  assert.equal(
    (await checkPayouts(config, NODES, false, () => NOW)).length,
    1,
    'a store that is wrong is enough',
  );
});

test('a wallet is that of the network, and what blocks pay', () => {
  const judge = (
    wallet: Parameters<typeof judgeWallet>[1],
    nodes: Parameters<typeof judgeWallet>[2],
  ): string => lines([judgeWallet('w', wallet, nodes)])[0]!;
  const wallet = { networkId: 4, addresses: OURS };
  assert.equal(
    judge(wallet, NODES),
    'ok payouts.wallet: w: of network 4, its addresses are those that blocks pay',
  );
  assert.equal(judge(wallet, {}), 'ok payouts.wallet: w: of network 4');
  assert.equal(
    judge(wallet, { ...NODES, networkId: 0 }),
    'failed payouts.wallet: w: is of network 4, the pool of network 0',
  );
  assert.equal(
    judge({ ...wallet, addresses: ['a0', 'a1', 'x2', 'a3'] }, NODES),
    'failed payouts.wallet: w: its address of group 2 is x2, blocks pay a2',
  );
});

test('what holds payments or credits up is told', () => {
  const state = { atMs: NOW, fromMs: 0, throughMs: NOW, blockedBy: ['j1', 'j2'], sinceMs: 5, runs: 7 };
  const figures = { ...MONEY_FIGURES, payer: { ...MONEY_FIGURES.payer!, atMs: NOW - 960_000, stuck: 1 } };
  assert.deepEqual(lines(judgeBooks({ entries: 9, figures, settlement: state }, NOW)), [
    'ok books: can be read: 9 entries, 7 settlements',
    'warning books: crediting waits for 2 silent front ends, journal j1 and others',
    'warning books: payments are held',
    'warning books: the payer said nothing for 16 min',
    'warning books: 1 transaction on the way for two hours or more',
    "warning books: the payer's last check of the ledger found 2 faults",
  ]);
  const calm = { ...MONEY_FIGURES, isPaused: false, payer: undefined };
  assert.equal(judgeBooks({ entries: 0, figures: calm, settlement: undefined }, NOW).length, 1);
});

// The process that pays, with a wallet that a simulated node keeps, which somebody else uses at the same time.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkLedger } from '../../ledger/check.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { creditMiners } from '../support/books-with-money.js';
import { LessworkRun } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { type PayerWorld, payerWorld } from '../support/payer-world.js';
import { type RestProxy, startRestProxy } from '../support/rest-proxy.js';
import { ALPH, addressOf, walletKeys } from '../support/round-lab.js';
import { PASSWORD } from '../support/wallet-lab.js';

const MINERS = 30;
const owed = new Map(
  Array.from({ length: MINERS }, (_, i) => [bytesToHex(addressOf(i).lockupScript), ALPH + BigInt(i)]),
);

interface NodeWalletWorld {
  readonly world: PayerWorld;
  readonly proxy: RestProxy;
  readonly args: readonly string[];
  /** Somebody else asks something of the wallet. */
  other(what: string, body?: object): Promise<void>;
}

/** @param keys - of the wallet */
async function nodeWalletWorld(t: TestContext, keys: typeof walletKeys): Promise<NodeWalletWorld> {
  const world = await payerWorld(t, {
    coins: Array.from({ length: 6 }, () => 9n * ALPH),
    wallets: [{ name: 'pool', password: PASSWORD, keys }],
  });
  const { restPort } = world.devnet;
  const proxy = await startRestProxy(t, restPort);
  const config = await world.otherConfig('node-wallet', {
    dataFolder: join(world.folder, 'data'),
    payouts: {
      ...{ confirmations: 2, recheck: 3, every: '1s' },
      nodeWallet: { name: 'pool', restPort: proxy.port },
    },
  });
  const args = ['--config', config, '--password-file', world.passwordFile];
  const other = async (what: string, body: object = {}): Promise<void> => {
    const url = `http://127.0.0.1:${restPort}/wallets/pool/${what}`;
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(status, 200);
  };
  return { world, proxy, args, other };
}

test('every miner is paid once, while somebody else locks the wallet and changes its active address', async (t) => {
  const { world, proxy, args, other } = await nodeWalletWorld(t, walletKeys);
  await creditMiners(world.ledger, 1, owed, Date.now(), 20n * ALPH);
  const data = new Set<string>();
  let signatures = 0;
  proxy.before = async (path) => {
    if (!path.endsWith('/sign')) return undefined;
    data.add(proxy.asked.at(-1)!.body);
    // Each transaction meets with one of these, and most are signed at the second or third try.
    if (signatures % 3 === 0) await other('change-active-address', { address: walletKeys[1]!.address.text });
    if (signatures % 3 === 1) await other('lock');
    if (signatures++ === 2) return { status: 200, text: `{"signature":"${'00'.repeat(64)}"}` };
    return undefined;
  };
  world.mine();
  const run = await new LessworkRun(['payer', ...args, '--json', '--once']).end();
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.doesNotMatch(run.stdout + run.stderr, new RegExp(PASSWORD));
  assert.ok(signatures > data.size && data.size >= 4, `${signatures} signatures, ${data.size} transactions`);
  let paid = 0n;
  for (const [i, key] of [...owed.keys()].entries()) {
    const received = await world.received(addressOf(i).text);
    assert.ok(received > 0n);
    assert.deepEqual(await world.ledger.balances([`miner/${key}`]), [0n]);
    paid += received;
  }
  const [inFlight, total] = await world.ledger.balances(['payout-in-flight', 'total/paid']);
  assert.deepEqual([inFlight, total], [0n, paid]);
  assert.ok((await checkLedger({ books: world.books, timeMs: Date.now() })).mayPay);
  // Each was signed for what it is, and nothing else was shown to the node.
  for (const text of data) assert.match(text, /^\{"data":"[0-9a-f]{64}"\}$/);

  const to = addressOf(99).text;
  const taken = await new LessworkRun(['wallet', 'withdraw', ...args, '--to', to, '--amount', '1.5']).end();
  assert.equal(taken.code, 0, taken.stdout + taken.stderr);
  assert.equal(await world.received(to), (15n * ALPH) / 10n);
});

test('a wallet that can not pay is refused at the start, and a plan needs no password', async (t) => {
  const { world, proxy, args } = await nodeWalletWorld(t, walletKeys.slice(0, 3));
  await creditMiners(world.ledger, 1, owed, Date.now());
  const [, config] = args;
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await inOneProcess(['payer', ...words]);
    return [code, code === 0 ? stdout : stderr] as const;
  };
  const [lacks, why] = await run(...args);
  assert.equal(lacks, 2, why);
  assert.match(
    why,
    /wallet pool of http:\S+: expected \w+, which blocks pay, among its addresses, got 3 others/,
  );
  const wrong = join(world.folder, 'wrong.txt');
  await writeFile(wrong, 'not this one\n', { mode: 0o600 });
  await fetch(`http://127.0.0.1:${world.devnet.restPort}/wallets/pool/lock`, { method: 'POST' });
  const [password, whyPassword] = await run('--config', config!, '--password-file', wrong);
  assert.deepEqual([password, /Invalid password/.test(whyPassword)], [2, true], whyPassword);
  assert.doesNotMatch(whyPassword, /not this one/);
  proxy.before = async (path) =>
    path === '/infos/chain-params' ? { status: 200, text: '{"networkId":0}' } : undefined;
  const [network, whyNetwork] = await run(...args);
  assert.deepEqual([network, /expected a node of network id 4, .* got one of 0/.test(whyNetwork)], [1, true]);
  proxy.before = async () => 'lose';
  const [plan, said] = await run('--config', config!, '--dry-run');
  assert.equal(plan, 0, said);
  assert.match(said, /ALPH to 30 accounts in \d+ transactions/);
  assert.equal((await world.books.page('payment', { limit: 1 })).length, 0);
});

// Coins leave the fund of a pool that is killed meanwhile: set aside, signed offline, handed in and paid, all by the program.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseWithdrawal } from '../../polw/withdrawal/parse-withdrawal.js';
import { leavingOf } from '../../polw/withdrawal/withdraw-from-fund.js';
import type { Withdrawal } from '../../polw/withdrawal/withdrawal.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { chainIndex, GROUPS } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun, lesswork, lessworkReading } from '../support/lesswork.js';
import { PoolKillRun } from '../support/pool-kill-run.js';
import { MISSING_REDIS, RedisServer } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';
import { MNEMONIC, PAYEE } from '../support/withdrawal-lab.js';

const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Blocks that must follow on one before its coins can be withdrawn. */
const DEEP = 61;

/** ALPH: not all that an address has. */
const AMOUNT = 60n;

const keysOf = ({ transactions }: Withdrawal): string[] =>
  transactions.flatMap(({ inputs }) => inputs.map(({ key }) => bytesToHex(key)));

/** Blocks of the main chains whose coinbase spends an output. */
function burnersOf({ lab, network }: PoolKillRun, key: string): string[] {
  const { state } = lab.devnet.node;
  return [...lab.submitted.keys()].filter((hash) => {
    const block = state.get(hash)!;
    const { inputs } = block.transactions.at(-1)!.unsigned;
    return (
      state.isMain(block) &&
      network.audit.burnsOurs(block) &&
      inputs.some((input) => bytesToHex(input.key) === key)
    );
  });
}

async function withdraw(t: TestContext, store: object): Promise<void> {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  const admin = { host: '127.0.0.1', port: await freePort() };
  const run = await PoolKillRun.open(t, { seed: SEED, store }, { admin });
  const { lab, network } = run;
  // What others burn of it can't be withdrawn.
  network.foreignUse = false;
  await network.mine(
    DEEP,
    Array.from({ length: GROUPS }, (_, group) => chainIndex(group, group)),
  );
  const path = (name: string): string => join(lab.dataFolder, '..', `${name}.json`);
  const order = (name: string, amount: bigint): Promise<{ code: number | null; stderr: string }> =>
    lesswork(
      ...['pool', 'withdraw', '--config', lab.configPath, '--to', PAYEE.text, '--amount', `${amount}`],
      ...['--from-fund', '--out', path(name)],
    );
  const read = (name: string): Withdrawal => parseWithdrawal(readFileSync(path(name), 'utf8'));

  await run.start();
  await run.goesOn(2);
  await run.check();
  for (const name of ['first', 'second']) {
    const ordered = await order(name, AMOUNT);
    assert.equal(ordered.code, 0, ordered.stderr);
  }
  const cancelled = await lesswork('pool', 'cancel', '--config', lab.configPath, path('second'));
  assert.equal(cancelled.code, 0, cancelled.stderr);
  const withdrawal = read('first');
  const givenBack = keysOf(read('second'));
  run.go();
  await run.kill();

  await run.start();
  await run.goesOn(4);
  const { reserved, paid } = await run.check();
  const setAside = withdrawal.transactions.reduce(
    (sum, { inputs }) => inputs.reduce((all, { amount }) => all + amount, sum),
    0n,
  );
  for (const key of keysOf(withdrawal)) assert.deepEqual(burnersOf(run, key), [], 'it was set aside');
  assert.deepEqual([reserved, paid], [setAside, 0n]);
  const signing = await lessworkReading(MNEMONIC, 'polw', 'sign', path('first'), '--out', path('signed'));
  assert.equal(signing.code, 0, signing.stderr);
  const place = ['--node', `127.0.0.1,rest=${lab.devnet.restPort}`];
  const submitting = new LessworkRun([
    ...['polw', 'submit', path('signed'), ...place, '--every', '0.2', '--confirmations', '2', '--json'],
  ]);
  t.after(() => submitting.child.kill('SIGKILL'));
  const standings = () => submitting.jsonLines().map(({ standing }) => standing);
  await waitFor('the node has it', () => standings().includes('pooled'), 240_000);
  run.go();
  await run.kill();

  await run.start();
  run.go();
  const { code, stderr } = await submitting.end();
  assert.deepEqual([code, stderr], [0, '']);
  // What was given back is burnt again.
  const isBurnt = () => givenBack.some((key) => burnersOf(run, key).length === 1);
  for (let tries = 0; tries < 50 && !isBurnt(); tries++) await run.goesOn();
  assert.ok(isBurnt());

  // To the atto: what arrived, what it cost, and nothing set aside any more.
  const later = await run.check();
  assert.deepEqual([later.reserved, later.paid], [0n, AMOUNT * ALPH]);
  assert.ok(later.gas >= leavingOf(withdrawal) - AMOUNT * ALPH);
  const { node } = lab.devnet;
  const arrived = node.coins!.currentOf(PAYEE).reduce((sum, { coin }) => sum + coin.output.amount, 0n);
  assert.equal(arrived, AMOUNT * ALPH);
  await run.stop();
  await run.checkKept();
  await run.checkRecords();
}

test('from a pool on an embedded store, killed twice', (t) => withdraw(t, { type: 'embedded' }));

// Where there is time.
test('from a pool on Redis, killed twice', {
  skip: process.env.LESSWORK_KILLS === undefined ? 'a part of npm run test:crash' : skipWhen(MISSING_REDIS),
}, async (t) => {
  const server = await RedisServer.start({ appendFsync: 'everysec' });
  t.after(() => server.close());
  await withdraw(t, { type: 'redis', url: server.url });
});

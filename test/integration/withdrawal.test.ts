// Coins leave burn addresses: set aside in a miner's fund, signed and submitted by the program, on a simulated network.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { authorize } from '../../polw/keys/authorize.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { transferFee } from '../../protocol/transfer.js';
import { LessworkRun, lesswork, lessworkReading } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';
import { ALPH, KEYS, MNEMONIC, PAYEE } from '../support/withdrawal-lab.js';

test('what is withdrawn arrives to the atto, and the rest is back at the burn addresses', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-withdrawal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const free = ['--port', '0', '--rest-port', '0', '--control-port', '0'];
  // Below the threshold: nothing must be burnt.
  const network = [
    '--rate',
    '4kH/s',
    '--shift',
    '50',
    '--block-time',
    '2s',
    '--no-retarget',
    '--dep-gap',
    '0s',
  ];
  const node = new LessworkRun(['devnet', '--json', '--polw', '--support', 'full', ...free, ...network]);
  t.after(() => node.child.kill('SIGKILL'));
  const listening = () => node.jsonLines().find(({ type }) => type === 'listening');
  await waitFor('the node', () => listening() !== undefined);
  const { restPort, controlPort } = listening() as unknown as { restPort: number; controlPort: number };
  const control = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${controlPort}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  /** Some blocks of each chain. */
  const mineAll = async (count: number): Promise<void> => {
    for (const chain of ALL_CHAINS) await control('/mine', { chain, count });
  };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`http://127.0.0.1:${restPort}${path}`)).json()) as T;
  const balanceOf = async (address: string): Promise<bigint> =>
    BigInt((await ask<{ balance: string }>(`/addresses/${address}/balance`)).balance);

  for (const [chain, amount] of [
    [1, '3'],
    [1, '2'],
    [6, '4'],
  ] as const)
    await control('/deposit', { address: KEYS[chain]!.address.text, amount });
  const [authorizations, unsigned, signed] = ['authorizations', 'unsigned', 'signed'].map((name) =>
    join(folder, `${name}.json`),
  ) as [string, string, string];
  writeFileSync(authorizations, authorizationsText(4, authorize(KEYS)));
  const place = ['--node', `127.0.0.1,rest=${restPort}`];
  const data = ['--data', join(folder, 'fund')];
  const withdraw = (amount: string, ...more: string[]) =>
    lesswork(
      ...['polw', 'withdraw', ...place, ...data, '--authorizations', authorizations],
      ...['--to', PAYEE.text, '--amount', amount, '--out', unsigned, ...more],
    );

  await mineAll(1);
  const none = await withdraw('7', '--from-fund');
  assert.equal(none.code, 1);
  assert.match(
    none.stderr,
    /fund: expected the fund of a miner, got none: --data names another folder, --since/,
  );
  const early = await withdraw('7', '--from-fund', '--since', 'genesis');
  assert.equal(early.code, 1);
  assert.match(
    early.stderr,
    /: --amount: expected at most 0 ALPH, what unlocked coins of blocks that stay can pay; got 7\n$/m,
  );
  // Now no reorganisation is deep enough to take the deposits back.
  for (let round = 0; round < 3; round++) await mineAll(22);
  const capital = await withdraw('7');
  assert.equal(capital.code, 1);
  assert.match(
    capital.stderr,
    /--amount: expected at most 0 ALPH with fees, what was earned .* got 7\.004; --from-fund/,
  );
  const keeping = await withdraw('7', '--from-fund', '--keep', '1.5');
  assert.match(keeping.stderr, /--amount: expected at most 5\.99\d* ALPH, .* --keep counted; got 7\n$/m);
  assert.ok(!existsSync(unsigned), 'nothing was written');
  const first = await withdraw('7', '--from-fund');
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    first.stdout,
    /^network id 4 \(devnet\)\npays 7 ALPH to .*\nin 2 transactions, 0 of them signed/,
  );
  const taken = await withdraw('1', '--from-fund');
  assert.match(taken.stderr, /--amount: expected at most 0 ALPH/);
  const cancelled = await lesswork('polw', 'cancel', unsigned, ...data);
  assert.deepEqual([cancelled.code, cancelled.stdout], [0, `${unsigned}: its coins are given back\n`]);
  const twice = await lesswork('polw', 'cancel', unsigned, ...data);
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /expected a withdrawal for which coins are set aside, got another/);
  const there = await withdraw('7', '--from-fund');
  assert.deepEqual([there.code, /it is there already; name another one/.test(there.stderr)], [1, true]);
  rmSync(unsigned);
  const last = await withdraw('7', '--from-fund');
  assert.equal(last.code, 0, last.stderr);

  const signing = await lessworkReading(MNEMONIC, 'polw', 'sign', unsigned, '--out', signed);
  assert.equal(signing.code, 0, signing.stderr);
  const args = [...place, '--every', '0.2', '--confirmations', '3', '--json'];
  const submitting = new LessworkRun(['polw', 'submit', signed, ...args]);
  const standings = (of: LessworkRun) => of.jsonLines().map(({ standing }) => standing);
  await waitFor('the pool', () => standings(submitting).filter((one) => one === 'pooled').length === 2);
  for (let round = 0; round < 30 && submitting.child.exitCode === null; round++) await mineAll(1);
  const { code, stderr } = await submitting.end();
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(standings(submitting).includes('in-block'));
  const end = submitting.jsonLines().at(-1)!;
  assert.deepEqual([end.type, end.outcome, end.paid], ['polw-submit', 'ok', `${7n * ALPH}`]);
  assert.equal(await balanceOf(PAYEE.text), 7n * ALPH);
  assert.equal(await balanceOf(KEYS[1]!.address.text), 0n);
  assert.equal(await balanceOf(KEYS[6]!.address.text), 2n * ALPH - transferFee(2, 1) - transferFee(1, 2));

  // Once more: nothing is paid twice.
  const again = new LessworkRun(['polw', 'submit', signed, ...args]);
  assert.equal((await again.end()).code, 0);
  assert.deepEqual(standings(again).slice(0, 2), ['paid', 'paid']);
  assert.equal(await balanceOf(PAYEE.text), 7n * ALPH);
});

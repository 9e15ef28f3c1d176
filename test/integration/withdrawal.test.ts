// Coins leave burn addresses: planned from what a node says, signed and submitted by the program, on a simulated network.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WithdrawalSource } from '../../polw/withdrawal/plan-withdrawal.js';
import { withdrawalText } from '../../polw/withdrawal/withdrawal-text.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { transferFee } from '../../protocol/transfer.js';
import { LessworkRun, lessworkReading } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';
import { ALPH, KEYS, MNEMONIC, PAYEE, withdrawalOf } from '../support/withdrawal-lab.js';

interface Utxo {
  readonly ref: { readonly hint: number; readonly key: string };
  readonly amount: string;
  readonly lockTime: number;
}

test('what is withdrawn arrives to the atto, and the rest is back at the burn addresses', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-withdrawal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const free = ['--port', '0', '--rest-port', '0', '--control-port', '0'];
  // Below the threshold: nothing must be burnt.
  const network = ['--rate', '4kH/s', '--shift', '50', '--block-time', '2s', '--no-retarget'];
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
  /** A block of each chain, some seconds after the last ones. */
  const mineAll = async (): Promise<void> => {
    await control('/advance', { ms: 5_000 });
    for (const chain of ALL_CHAINS) await control('/mine', { chain });
  };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`http://127.0.0.1:${restPort}${path}`)).json()) as T;
  const sourceAt = async (chain: number): Promise<WithdrawalSource> => {
    const { utxos } = await ask<{ utxos: Utxo[] }>(`/addresses/${KEYS[chain]!.address.text}/utxos`);
    const coins = utxos.map(({ ref, amount, lockTime }) => ({
      ...ref,
      amount: BigInt(amount),
      lockTimeMs: lockTime,
    }));
    return { publicKey: KEYS[chain]!.publicKey, coins, keep: 0n };
  };
  const balanceOf = async (address: string): Promise<bigint> =>
    BigInt((await ask<{ balance: string }>(`/addresses/${address}/balance`)).balance);

  for (const [chain, amount] of [
    [1, '3'],
    [1, '2'],
    [6, '4'],
  ] as const)
    await control('/deposit', { address: KEYS[chain]!.address.text, amount });
  for (let round = 0; round < 3; round++) await mineAll();
  const withdrawal = withdrawalOf(7n * ALPH, [await sourceAt(1), await sourceAt(6)]);
  assert.equal(withdrawal.transactions.length, 2);

  const [unsigned, signed] = [join(folder, 'unsigned.json'), join(folder, 'signed.json')];
  writeFileSync(unsigned, withdrawalText(withdrawal));
  const signing = await lessworkReading(MNEMONIC, 'polw', 'sign', unsigned, '--out', signed);
  assert.equal(signing.code, 0, signing.stderr);
  const args = ['--node', `127.0.0.1,rest=${restPort}`, '--every', '0.2', '--confirmations', '3', '--json'];
  const submitting = new LessworkRun(['polw', 'submit', signed, ...args]);
  const standings = (of: LessworkRun) => of.jsonLines().map(({ standing }) => standing);
  await waitFor('the pool', () => standings(submitting).filter((one) => one === 'pooled').length === 2);
  for (let round = 0; round < 30 && submitting.child.exitCode === null; round++) await mineAll();
  const { code, stderr } = await submitting.end();
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(standings(submitting).includes('in-block'));
  const last = submitting.jsonLines().at(-1)!;
  assert.deepEqual([last.type, last.outcome, last.paid], ['polw-submit', 'ok', `${7n * ALPH}`]);
  assert.equal(await balanceOf(PAYEE.text), 7n * ALPH);
  assert.equal(await balanceOf(KEYS[1]!.address.text), 0n);
  assert.equal(await balanceOf(KEYS[6]!.address.text), 2n * ALPH - transferFee(2, 1) - transferFee(1, 2));

  // Once more: nothing is paid twice.
  const again = new LessworkRun(['polw', 'submit', signed, ...args]);
  assert.equal((await again.end()).code, 0);
  assert.deepEqual(standings(again).slice(0, 2), ['paid', 'paid']);
  assert.equal(await balanceOf(PAYEE.text), 7n * ALPH);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { nodeKeepsTxs, txsBytesOf } from '../../protocol/job.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { burnAddressOf, RIGHTS } from '../devnet/polw-setting.js';
import { submit } from '../devnet/setting.js';
import { LessworkRun } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { RawMiner, solve } from '../support/raw-miner.js';
import { waitFor } from '../support/wait.js';

/** Under the threshold for one kind, twice beyond it for another. */
const NETWORK = ['--shift', '50', '--block-time', '2s', '--no-retarget'];
const FREE_PORTS = ['--port', '0', '--rest-port', '0', '--control-port', '0'];

async function start(...args: string[]) {
  const run = new LessworkRun(['devnet', '--json', ...FREE_PORTS, ...NETWORK, ...args]);
  const line = (type: string) => run.jsonLines().find((candidate) => candidate.type === type);
  await waitFor('listening', () => line('listening') !== undefined);
  const ports = line('listening') as unknown as Record<string, number>;
  const control = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${ports.controlPort}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { run, line, ports, control };
}

test('devnet --polw --support full: a deposit by the control port is in the next whole template of its chain', async (t) => {
  const { run, ports, control } = await start('--rate', '4kH/s', '--support', 'full');
  t.after(() => run.child.kill('SIGKILL'));
  const { status, body } = await control('/deposit', { address: burnAddressOf(1), amount: '12.5' });
  assert.equal(status, 200);
  assert.equal(body.chain, '0-0');
  const miner = await RawMiner.connect(ports.minerApiPort!);
  t.after(() => miner.close());
  const [job] = await miner.jobs();
  const [transfer, coinbase] = decodeTransactions(txsBytesOf(job!.txsBlob));
  assert.equal(bytesToHex(transfer!.id), body.txId);
  assert.equal(transfer!.unsigned.outputs[0]!.amount, 12_500_000_000_000_000_000n);
  assert.equal(coinbase!.unsigned.inputs.length, 0);
  assert.equal((await control('/spoil-templates', { chain: '0-0', spoilt: true })).status, 200);
  assert.equal((await control('/spoil-templates', { chain: '0-0' })).status, 400);
  for (const wrong of [
    { amount: '1' },
    { address: burnAddressOf(0), amount: '1e3' },
    { address: burnAddressOf(0), amount: '0.0001' },
    { address: burnAddressOf(0), amount: '1', from: 4 },
    { address: burnAddressOf(0), amount: '1', count: 251 },
    { address: burnAddressOf(0), amount: '1', count: 0 },
    { address: burnAddressOf(0), amount: '1', token: 1 },
    { address: burnAddressOf(0), amount: '1', lockTimeMs: -1 },
  ])
    assert.equal((await control('/deposit', wrong)).status, 400, JSON.stringify(wrong));
});

test('devnet --polw --support node-built: burns by a file of authorizations', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-devnet-polw-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'authorizations.json');
  const authorizations = ALL_CHAINS.map((chain) => ({
    from: fromGroupOf(chain),
    to: toGroupOf(chain),
    burnPublicKey: bytesToHex(RIGHTS[chain]!.publicKey),
    burnAddress: burnAddressOf(chain),
    rewardAddress: addressOfLockupScript(RIGHTS[chain]!.rewardLockupScript).text,
    signature: bytesToHex(RIGHTS[chain]!.signature),
  }));
  writeFileSync(file, JSON.stringify({ networkId: 4, authorizations }));
  const kind = ['--support', 'node-built', '--authorizations', file];
  const { run, line, ports, control } = await start('--rate', '8192H/s', ...kind);
  t.after(() => run.child.kill('SIGKILL'));
  // Nothing to burn at the start: a block of everybody else brings the deposit, and the chain is resumed.
  await control('/deposit', { address: burnAddressOf(0), amount: 100 });
  assert.equal((await control('/mine', { chain: 0 })).status, 200);
  await control('/stop-templates', { when: 'never' });
  const miner = await RawMiner.connect(ports.minerApiPort!);
  t.after(() => miner.close());
  assert.ok(await miner.isSilent());
  for (const chain of ALL_CHAINS) {
    await control('/deposit', { address: burnAddressOf(chain), amount: 100 });
    await control('/mine', { chain: 5 * fromGroupOf(chain) });
  }
  for (const chain of [...ALL_CHAINS, ...ALL_CHAINS]) await control('/mine', { chain });
  await control('/stop-templates', { when: 'never' });
  let jobs = await miner.jobs();
  while (miner.waiting.length > 0) jobs = await miner.jobs();
  assert.ok(nodeKeepsTxs(jobs[0]!.txsBlob));
  submit(miner, solve(jobs[0]!));
  await waitFor('a verdict', () => line('submission') !== undefined);
  assert.equal(line('submission')!.accepted, true);
});

test('options of devnet --polw that do not go together, or are no good: status 2 or 1, and why', async () => {
  for (const [args, message] of [
    [['--polw', '--support', 'node-built'], /expected "--authorizations"/],
    [['--polw', '--authorizations', 'x.json'], /expected "--support node-built"/],
    [['--shift', '55'], /expected a whole number from 0 to 54/],
    [['--support', 'some'], /Allowed choices are stock, full, node-built/],
    [['--support', 'node-built', '--authorizations', '/nowhere/x.json'], /\/nowhere\/x.json/],
  ] as const) {
    const { code, stderr } = await inOneProcess(['devnet', ...FREE_PORTS, ...args]);
    assert.equal(code, args.join().includes('/nowhere') ? 1 : 2, stderr);
    assert.match(stderr, message);
  }
});

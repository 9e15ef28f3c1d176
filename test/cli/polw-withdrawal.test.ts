import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { parseWithdrawal } from '../../polw/withdrawal/parse-withdrawal.js';
import { signWithdrawal } from '../../polw/withdrawal/sign-withdrawal.js';
import { withdrawalLines, withdrawalText } from '../../polw/withdrawal/withdrawal-text.js';
import { addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';
import { senderOf } from '../../protocol/transfer.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun, lesswork, lessworkReading } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { type Answer, type AskedCall, recordedCall, startPaymentRest } from '../support/payment-rest.js';
import { waitFor } from '../support/wait.js';
import { ALPH, KEYS, MNEMONIC, OTHER_MNEMONIC, sourceOf, withdrawalOf } from '../support/withdrawal-lab.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-withdrawal-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const withdrawal = withdrawalOf(7n * ALPH, [sourceOf(1, [2n * ALPH, 3n * ALPH]), sourceOf(6, [4n * ALPH])]);
const unsignedPath = write('unsigned.json', withdrawalText(withdrawal));
const lines = withdrawalLines(withdrawal).join('\n');

test('sign tells what it signs, and writes a file for its owner alone, which can be submitted', async () => {
  const out = join(folder, 'signed.json');
  const made = await lessworkReading(MNEMONIC, 'polw', 'sign', unsignedPath, '--out', out);
  assert.deepEqual(
    [made.code, made.stdout, made.stderr],
    [0, `${lines}\n${out}: 2 transactions, signed\n`, ''],
  );
  assert.equal(statSync(out).mode & 0o777, 0o600);
  assert.equal(readFileSync(out, 'utf8'), withdrawalText(signWithdrawal(withdrawal, KEYS)));
  const again = await lessworkReading(MNEMONIC, 'polw', 'sign', unsignedPath, '--out', out);
  assert.deepEqual(
    [again.code, again.stderr],
    [1, `lesswork: ${out}: it is there already; --force replaces it\n`],
  );
  // Signing what is signed changes nothing.
  const forced = await lessworkReading(MNEMONIC, 'polw', 'sign', out, '--out', out, '--force');
  assert.equal(forced.code, 0, forced.stderr);
  assert.equal(readFileSync(out, 'utf8'), withdrawalText(signWithdrawal(withdrawal, KEYS)));
});

test('sign without --out prints the file, and what it does on stderr', async () => {
  const { code, stdout, stderr } = await inOneProcess(['polw', 'sign', unsignedPath], MNEMONIC);
  assert.deepEqual([code, stderr], [0, `${lines}\n`]);
  assert.equal(stdout, withdrawalText(signWithdrawal(withdrawal, KEYS)));
});

test('sign signs nothing with other keys, without a mnemonic, or where the file was altered', async () => {
  const other = await inOneProcess(['polw', 'sign', unsignedPath], OTHER_MNEMONIC);
  assert.deepEqual([other.code, other.stdout], [1, '']);
  assert.match(
    other.stderr,
    /\nlesswork: transactions\[0\]\.from: expected one of the 16 burn addresses of the mn/,
  );
  const none = await inOneProcess(['polw', 'sign', unsignedPath]);
  assert.deepEqual([none.code, none.stdout], [2, '']);
  const text = withdrawalText(withdrawal).replace('"networkId": 4', '"networkId": 0');
  const altered = await inOneProcess(['polw', 'sign', write('altered.json', text)], MNEMONIC);
  assert.deepEqual([altered.code, altered.stdout], [1, '']);
  assert.match(
    altered.stderr,
    /^lesswork: \S+altered\.json: transactions\[0\]\.unsignedTx: expected 0 \(network id\), got 4\n$/,
  );
});

/** A transfer that a full node has taken, as a withdrawal: the node's answers about it are those that were recorded. */
const submitted = recordedCall('cross: submit').body as { unsignedTx: string; signature: string };
const recorded = (() => {
  const { unsignedTx, signature } = submitted;
  const { inputs, outputs, networkId, gasAmount, gasPrice } = decodeUnsignedTransaction(
    hexToBytes(unsignedTx),
  );
  const publicKey = senderOf({ inputs } as Parameters<typeof senderOf>[0])!;
  const [paid, change] = outputs.map(({ amount }) => amount) as [bigint, bigint];
  const fee = BigInt(gasAmount) * gasPrice;
  const file = {
    type: 'polw-withdrawal',
    networkId,
    to: '155jnfvR5b94LJKpMQFEfpgDMwQoQtGHfa5rF2E5vy4EM',
    amount: `${paid}`,
    transactions: [
      {
        from: addressOfPublicKey(publicKey).text,
        amount: `${paid}`,
        fee: `${fee}`,
        change: `${change}`,
        inputs: inputs.map(({ key }) => ({ key: bytesToHex(key), amount: `${paid + change + fee}` })),
        unsignedTx,
        txId: 'a61ccd12c628d9ea2031446139eca872e8ca8d4e274fa6ae4d1e1cf8abde915c',
        signature,
      },
    ],
  };
  return {
    path: write('recorded.json', JSON.stringify(file)),
    withdrawal: parseWithdrawal(JSON.stringify(file)),
  };
})();

/** A node of network 4 that gives these answers about the transfer one after the other, and the last of them from then on. */
async function startNode(
  t: TestContext,
  statuses: readonly Answer[],
  submit: Answer = recordedCall('cross: submit'),
) {
  let i = 0;
  const rest = await startPaymentRest(({ path }: AskedCall): Answer => {
    if (path === '/infos/chain-params') return { status: 200, response: { networkId: 4 } };
    if (path === '/transactions/submit') return submit;
    return statuses[Math.min(i++, statuses.length - 1)]!;
  });
  t.after(() => rest.close());
  const of = (part: string): readonly AskedCall[] => rest.asked.filter(({ path }) => path.startsWith(part));
  return { args: ['--node', `127.0.0.1,rest=${rest.port}`, '--every', '0.05'], of, rest };
}

const notSubmitted = recordedCall('cross, not submitted: status, with groups');
const pooled = recordedCall('cross, pooled: status, with groups');
const inBlock = recordedCall('cross, in block of (1,2): status, with groups');
const takenIn = recordedCall('cross, after a second block of (1,1), which took it in: status, with groups');
const later = recordedCall('cross, later: status, with groups');
const conflicted = recordedCall(
  'conflict of two transfers, taken in by (0,0): status of the second (0,2), with groups',
);

test('submit hands the very bytes in and follows them to the last confirmation, as it was recorded', async (t) => {
  const { args, of } = await startNode(t, [notSubmitted, pooled, inBlock, takenIn, later]);
  const { code, stdout, stderr } = await lesswork(
    'polw',
    'submit',
    recorded.path,
    ...args,
    '--confirmations',
    '2',
  );
  assert.deepEqual([code, stderr], [0, '']);
  const block = '00003685c73d3d97c8320f35e2891b0e8a9c03ada4b914770d5399c356f681d6';
  assert.equal(
    stdout,
    [
      ...withdrawalLines(recorded.withdrawal),
      'transaction 1 of 1: handed in',
      'transaction 1 of 1: waits at the node for a block',
      `transaction 1 of 1: in block ${block}, 0 of 2 confirmations`,
      `transaction 1 of 1: in block ${block}, 1 of 2 confirmations`,
      `transaction 1 of 1: paid, in block ${block} with 2 confirmations`,
      'paid 1 of 1 ALPH to 155jnfvR5b94LJKpMQFEfpgDMwQoQtGHfa5rF2E5vy4EM',
      '',
    ].join('\n'),
  );
  assert.deepEqual(
    of('/transactions/submit').map(({ method, body }) => [method, body]),
    [['POST', submitted]],
  );
  for (const { path } of of('/transactions/status')) assert.equal(path, pooled.path);
});

test('submit --json tells a transfer without effect, and ends with 1', async (t) => {
  const refusal = recordedCall('cross, in block of (1,2): submit again');
  const { args } = await startNode(t, [notSubmitted, notSubmitted, conflicted], refusal);
  const run = new LessworkRun(['polw', 'submit', recorded.path, ...args, '--confirmations', '1', '--json']);
  const { code, stderr } = await run.end();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^lesswork: transaction 1 of 1: the node refuses it for now, .* every minute: Failed in validating tx \w{64} due to NonExistInput\n$/,
  );
  const told = run.jsonLines();
  assert.deepEqual(
    told.map(({ type, standing, outcome }) => [type, standing ?? outcome]),
    [
      ['transfer', 'submitted'],
      ['transfer', 'conflicted'],
      ['polw-submit', 'failed'],
    ],
  );
  const { transactions, ...sums } = told.at(-1)! as unknown as {
    transactions: { txId: string; final: boolean }[];
  };
  assert.deepEqual(sums, { type: 'polw-submit', outcome: 'failed', amount: `${ALPH}`, paid: '0' });
  assert.deepEqual(
    transactions.map(({ txId, final }) => [txId, final]),
    [[bytesToHex(recorded.withdrawal.transactions[0]!.transfer.id), true]],
  );
});

test('submit that is asked to end says that it is not done, and that it can be run again', async (t) => {
  const { args } = await startNode(t, [notSubmitted, pooled]);
  const run = new LessworkRun(['polw', 'submit', recorded.path, ...args]);
  await waitFor('the pool', () => run.stdout.includes('waits at the node'));
  run.child.kill('SIGINT');
  const { code, stdout } = await run.end();
  assert.equal(code, 1);
  assert.match(
    stdout,
    /\npaid 0 of 1 ALPH to \w+\nwhat is on its way may still be paid: run it again to know\n$/,
  );
});

test('submit goes on when the node is away for a while, and says so once', async (t) => {
  const away: Answer = { status: 503, response: { detail: 'starting' } };
  const { args } = await startNode(t, [notSubmitted, pooled, away, away, away, later]);
  const { code, stderr } = await lesswork('polw', 'submit', recorded.path, ...args, '--confirmations', '2');
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^lesswork: \/transactions\/status: expected 200 with a status, got 503 "starting": trying again\n$/,
  );
});

test('submit hands nothing in that is not signed, of another network, or where there is no node', async (t) => {
  const { args, of } = await startNode(t, [pooled]);
  const unsigned = await lesswork('polw', 'submit', unsignedPath, ...args);
  assert.deepEqual(
    [unsigned.code, unsigned.stderr.split(': ').slice(0, 2)],
    [1, ['lesswork', 'transactions[0].signature']],
  );
  const mainnet = signWithdrawal(withdrawalOf(ALPH, [sourceOf(1, [2n * ALPH])], 0), KEYS);
  const path = write('mainnet.json', withdrawalText(mainnet));
  const other = await lesswork('polw', 'submit', path, ...args);
  assert.equal(other.code, 1);
  assert.match(
    other.stderr,
    /^lesswork: \S+mainnet\.json: networkId: expected 4, that of http:\/\/127\.0\.0\.1:\d+, got 0\n$/,
  );
  assert.deepEqual([...of('/transactions')], []);
  const nobody = await lesswork(
    'polw',
    'submit',
    recorded.path,
    '--node',
    `127.0.0.1,rest=${await freePort()}`,
  );
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /^lesswork: http:\/\/127\.0\.0\.1:\d+\/infos\/chain-params: /);
});

const OWED = ['--authorizations', 'a.json', '--node', '127.0.0.1', '--out', 'w.json'];
const TO = ['--to', KEYS[0]!.address.text];

for (const [args, expected] of [
  [['withdraw', ...OWED, ...TO], /required option '--amount <alph>' not specified/],
  [['withdraw', ...TO, '--amount', '1'], /required option '--authorizations <file>' not specified/],
  [
    ['withdraw', ...OWED, ...TO, '--amount', '0'],
    /expected an amount in ALPH above 0, such as 12\.5, .* got "0"/,
  ],
  [['withdraw', ...OWED, ...TO, '--amount', '1,5'], /got "1,5"/],
  [['withdraw', ...OWED, '--amount', '1', '--to', 'me'], /expected an Alephium address, got "me"/],
  [['withdraw', ...OWED, ...TO, '--amount', '1', '--since', 'yesterday'], /expected genesis or a date/],
  [['cancel'], /missing required argument 'file'/],
  [['sign'], /missing required argument 'file'/],
  [['sign', unsignedPath, '--force'], /--force is for --out/],
  [['sign', unsignedPath, ...MNEMONIC.split(' ')], /too many arguments/],
  [['submit', unsignedPath], /required option '--node <host\[:port\]\[,rest=port\]>' not specified/],
  [
    ['submit', unsignedPath, '--node', '127.0.0.1', '--confirmations', '0'],
    /whole number from 1 to 1000, got "0"/,
  ],
  [['submit', unsignedPath, '--node', '127.0.0.1', '--every', '0'], /seconds above 0/],
] as const) {
  test(`wrong usage is said and ends with 2: polw ${args.join(' ').replace(folder, '').slice(0, 60)}`, async () => {
    const { code, stdout, stderr } = await inOneProcess(['polw', ...args], MNEMONIC);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, expected);
  });
}

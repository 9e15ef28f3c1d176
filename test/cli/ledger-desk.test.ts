import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { adoptLoss, adoptOnDesk } from '../../cli/ledger-adopt.js';
import { checkOnDesk } from '../../cli/ledger-check.js';
import type { LedgerDesk } from '../../cli/ledger-desk.js';
import { closeOnDesk, csvOfDesk, verifyOnDesk } from '../../cli/ledger-export.js';
import { overviewOnDesk } from '../../cli/ledger-overview.js';
import { showOnDesk } from '../../cli/ledger-show.js';
import {
  ownTransaction,
  payout,
  payoutPaid,
  settlementClose,
  settlementPart,
  unexplained,
} from '../../ledger/movements.js';
import { transactionOfEntry } from '../../ledger/polw-transactions.js';
import type { MadeCoin } from '../../ledger/transaction.js';
import { parseAccount } from '../../pool/domain/account.js';
import { hintOfLockupScript, parseAddress } from '../../protocol/address.js';
import { coinKey } from '../support/ledger-arbitraries.js';
import {
  LAB_TIME_MS,
  type LedgerLab,
  labBlock,
  labCoin,
  labMiners,
  ledgerLab,
} from '../support/ledger-lab.js';
import { type Answer, startPaymentRest } from '../support/payment-rest.js';

const ALPH = 10n ** 18n;
const MINER = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
/** One in each group. */
const WALLET = [
  '18tHjXHS1tUz7qH5RCaFJCa3YNkftAGGjfCnjQNxKHudA',
  '1EA5rWxsa4kj9geswyPZoExmwZnXze4jtVYDeFV5tsrHj',
  '155jnfvR5b94LJKpMQFEfpgDMwQoQtGHfa5rF2E5vy4EM',
  '1EhztvvHZcztkDS5ACcWAbyVYUna11qfsp9GoEcnqk9nH',
];
const STRANGER = '12ssqqL6WSqxCd1W6FJqqCtSD94YwTRANJKz5LtCqDpYv';
const TXID = coinKey(0xabc);
const ADOPT = { txId: TXID, deposit: false, unbooked: false };

/** What the node has. */
let node = newNode();

function newNode() {
  return {
    synced: true,
    outputs: [[], [], [], []] as MadeCoin[][],
    /** Waits in the mempool: balances of blocks alone are others. */
    waiting: false,
    details: undefined as object | undefined,
    status: { type: 'TxNotFound' } as object,
  };
}

const rest = await startPaymentRest(({ path }): Answer => {
  const group = WALLET.findIndex((address) => path.includes(address));
  const outputs = node.outputs[group] ?? [];
  const ok = (response: object): Answer => ({ status: 200, response });
  if (path === '/infos/self-clique') return ok({ synced: node.synced, selfReady: true });
  if (path === '/infos/version') return ok({ version: 'v4.6.0' });
  if (path === '/infos/chain-params') return ok({ networkId: 4 });
  if (path === '/miners/addresses') return ok({ addresses: WALLET });
  if (path.endsWith('/utxos'))
    return ok({
      utxos: outputs.map(({ key, amount, lockTimeMs }) => ({
        ref: { hint: 1, key },
        amount: `${amount}`,
        lockTime: lockTimeMs,
      })),
    });
  if (path.includes('/balance?mempool=false')) {
    const balance = outputs.reduce((sum, { amount }) => sum + amount, 0n);
    return ok({ balance: `${balance + (node.waiting ? 1n : 0n)}`, utxoNum: outputs.length });
  }
  if (path.startsWith('/transactions/details/'))
    return node.details === undefined ? { status: 404, response: {} } : ok(node.details);
  if (path.startsWith('/transactions/status')) return ok(node.status);
  return { status: 500, response: { detail: path } };
});
after(() => rest.close());

/** @param from - address of the inputs */
function details(
  inputs: readonly string[],
  outputs: readonly (MadeCoin & { address: string })[],
  from = STRANGER,
): object {
  const hint = hintOfLockupScript(parseAddress(from)!.lockupScript);
  return {
    unsigned: {
      txId: TXID,
      gasAmount: 20000,
      gasPrice: '100000000000',
      inputs: inputs.map((key) => ({ outputRef: { hint, key } })),
      fixedOutputs: outputs.map(({ key, amount, lockTimeMs, address }) => ({
        key,
        attoAlphAmount: `${amount}`,
        lockTime: lockTimeMs,
        address,
      })),
    },
    generatedOutputs: [],
    contractInputs: [],
  };
}

const FEE = 2n * 10n ** 15n;
const confirmed = (fromGroupConfirmations: number, type = 'Confirmed'): object => ({
  type,
  blockHash: coinKey(1),
  chainConfirmations: 1,
  fromGroupConfirmations,
  toGroupConfirmations: 1,
});

interface DeskLab extends LedgerLab {
  readonly desk: LedgerDesk;
  /** What was said since the last call. */
  said(): string;
}

/** Two blocks, in groups 0 and 1, and a settlement for one miner; the node has what is expected. */
async function deskLab(): Promise<DeskLab> {
  node = newNode();
  const lab = ledgerLab();
  await lab.post(labBlock(1, 5n * ALPH));
  await lab.post(labBlock(2, 3n * ALPH, 1));
  const credits = [{ key: parseAccount(MINER)!.key, amount: 4n * ALPH }];
  const settlement = { number: 1, closes: false };
  await lab.post(settlementPart(1, 0, LAB_TIME_MS, credits), { settlement });
  const sums = { credits: 4n * ALPH, fee: 2n * ALPH, remainder: 0n };
  await lab.post(settlementClose(1, LAB_TIME_MS, sums), { settlement: { number: 1, closes: true } });
  node.outputs[0] = [labCoin(1, 5n * ALPH)];
  node.outputs[1] = [labCoin(2, 3n * ALPH, 1)];
  let text = '';
  const desk: LedgerDesk = {
    books: lab.books,
    nodes: [{ endpoint: { host: '127.0.0.1', port: 1, restPort: rest.port }, apiKey: undefined }],
    owner: 'test',
    now: () => LAB_TIME_MS,
    write: (more) => {
      text += more;
    },
  };
  const said = (): string => {
    const all = text;
    text = '';
    return all;
  };
  return { ...lab, desk, said };
}

const check = (lab: DeskLab, json = false): Promise<boolean> => checkOnDesk(lab.desk, { node: true, json });

test('the addresses of these tests are in their groups', () => {
  assert.deepEqual(
    WALLET.map((address) => parseAddress(address)!.group),
    [0, 1, 2, 3],
  );
});

test('check: a ledger that is right, in words and in JSON', async () => {
  const lab = await deskLab();
  assert.ok(await check(lab));
  const words = lab.said();
  assert.match(words, /^4 entries of the log, 8 accounts, 2 expected outputs$/m);
  assert.match(words, /^8 ALPH are there, 4 ALPH are owed$/m);
  assert.match(words, /^group 0: 1 output of 5 ALPH expected$/m);
  assert.match(words, /^the ledger is right\n$/m);
  assert.ok(await check(lab, true));
  const said = JSON.parse(lab.said());
  assert.deepEqual(
    [said.type, said.mayPay, said.assets, said.groups.length],
    ['ledger-check', true, `${8n * ALPH}`, 4],
  );
  assert.ok(await checkOnDesk(lab.desk, { node: false, json: false }));
  assert.doesNotMatch(lab.said(), /group/);
});

test('check: what is missing, unknown, waiting, not taken in yet, or cut short', async () => {
  const lab = await deskLab();
  node.outputs[0] = [];
  assert.ok(!(await check(lab)));
  assert.match(lab.said(), /FAULT {2}missing: output 0\/0+1 of 5000000000000000000.*\n.*adopt TXID/s);
  node.outputs[0] = [labCoin(1, 5n * ALPH), { ...labCoin(9, 7n), lockTimeMs: 5 }];
  assert.ok(await check(lab));
  assert.match(lab.said(), /1 output of 0.000000000000000007 ALPH unknown\n {2}unknown: output 0+9 of/);
  node.waiting = true;
  assert.ok(await check(lab));
  assert.match(lab.said(), /1 output of 0.000000000000000007 ALPH still to be booked$/m);
  node.waiting = false;
  // Not taken in yet.
  node.outputs[0] = [labCoin(1, 5n * ALPH), labCoin(9, 7n)];
  assert.ok(await check(lab));
  assert.match(lab.said(), /1 output of 0.000000000000000007 ALPH still to be booked$/m);
});

test('a node that is not fit is not asked; without one it is said why', async () => {
  const lab = await deskLab();
  node.synced = false;
  await assert.rejects(check(lab), /expected a synced node, got none \(127.0.0.1: not synced\)/);
  const desk = { ...lab.desk, nodes: [] };
  await assert.rejects(checkOnDesk(desk, { node: true, json: false }), /got none/);
});

test('adopt: a transaction that somebody made with the keys', async () => {
  const lab = await deskLab();
  const change = { ...labCoin(20, ALPH), address: WALLET[0]! };
  const out = { ...labCoin(21, 4n * ALPH - FEE), address: STRANGER };
  node.outputs[0] = [change];
  node.details = details([coinKey(1)], [out, change], WALLET[0]);
  for (const [status, words] of [
    [{ type: 'TxNotFound' }, /in no block/],
    [{ type: 'MemPooled' }, /in no block/],
    [confirmed(30, 'Conflicted'), /without effect/],
    [confirmed(19), /19 confirmations of its group, expected 20/],
  ] as const) {
    node.status = status;
    await assert.rejects(adoptOnDesk(lab.desk, ADOPT), words);
  }
  assert.ok(!(await check(lab)));
  lab.said();
  node.status = confirmed(20);
  await adoptOnDesk(lab.desk, ADOPT);
  assert.equal(lab.said(), 'wallet/0/spendable  -4 ALPH\nfees  +0.002 ALPH\nwithdrawals  +3.998 ALPH\n');
  assert.ok(await check(lab));
  await assert.rejects(adoptOnDesk(lab.desk, ADOPT), /neither spends nor makes/);
});

test('adopt: what came from outside, as a deposit or unexplained', async () => {
  const lab = await deskLab();
  const come = { ...labCoin(20, ALPH, 2), address: WALLET[2]! };
  node.details = details([coinKey(99)], [come]);
  node.status = confirmed(20);
  await adoptOnDesk(lab.desk, { ...ADOPT, deposit: true });
  assert.equal(lab.said(), 'wallet/2/spendable  +1 ALPH\noperator  -1 ALPH\n');
  const other = await deskLab();
  node.details = details([coinKey(99)], [come]);
  node.status = confirmed(20);
  await adoptOnDesk(other.desk, ADOPT);
  assert.match(other.said(), /unexplained {2}-1 ALPH/);
});

test('adopt: what was booked as unexplained becomes a deposit, also what of it was spent since', async () => {
  const lab = await deskLab();
  const [spent, kept] = [labCoin(20, ALPH, 2), labCoin(21, 2n * ALPH, 2)];
  for (const coin of [spent, kept]) await lab.post(unexplained(LAB_TIME_MS, coin));
  const owed = [{ key: parseAccount(MINER)!.key, amount: ALPH }];
  const id = coinKey(0xdef);
  await lab.post(payout(id, LAB_TIME_MS, owed, id));
  const paid = { txId: id, group: 2, spent: [spent], made: [], fee: FEE } as const;
  await lab.post(payoutPaid(id, LAB_TIME_MS, ALPH - FEE, paid));
  node.outputs[2] = [kept];
  const all = [spent, kept].map((coin) => ({ ...coin, address: WALLET[2]! }));
  node.details = details([coinKey(99)], all);
  node.status = confirmed(20);
  const adopt = (deposit: boolean): Promise<void> => adoptOnDesk(lab.desk, { ...ADOPT, deposit });
  await assert.rejects(adopt(false), /neither spends nor makes/);
  await adopt(true);
  assert.equal(lab.said(), 'operator  -3 ALPH\nunexplained  +3 ALPH\n');
  assert.ok(await check(lab));
  await assert.rejects(adopt(true), /neither spends nor makes/);
});

test("adopt: of the payer's own transaction nothing is booked a second time", async () => {
  const lab = await deskLab();
  const owed = [{ key: parseAccount(MINER)!.key, amount: ALPH }];
  const coin = labCoin(1, 5n * ALPH);
  const change = labCoin(20, 4n * ALPH);
  await lab.post(payout(TXID, LAB_TIME_MS, owed, TXID));
  const paid = { txId: TXID, group: 0, spent: [coin], made: [change], fee: FEE } as const;
  await lab.post(payoutPaid(TXID, LAB_TIME_MS, ALPH - FEE, paid));
  // The change is spent by another one.
  const own = { txId: coinKey(0xdef), group: 0, spent: [change], made: [], fee: 4n * ALPH } as const;
  await lab.post(ownTransaction(LAB_TIME_MS, own));
  node.details = details([coinKey(1)], [{ ...change, address: WALLET[0]! }], WALLET[0]);
  node.status = confirmed(20);
  await assert.rejects(adoptOnDesk(lab.desk, ADOPT), /neither spends nor makes/);
});

test('adopt: refused are what is not there, of a block, of others, set aside, or at work elsewhere', async () => {
  const lab = await deskLab();
  const adopt = (): Promise<void> => adoptOnDesk(lab.desk, ADOPT);
  await assert.rejects(adopt(), /no such transaction/);
  node.details = details([], [{ ...labCoin(20, ALPH), address: WALLET[0]! }]);
  await assert.rejects(adopt(), /a block's, which settlement books/);
  node.details = details([coinKey(99)], [{ ...labCoin(20, ALPH), address: STRANGER }]);
  await assert.rejects(adopt(), /neither spends nor makes/);
  node.details = details([coinKey(1)], [{ ...labCoin(20, 5n * ALPH - FEE), address: STRANGER }], WALLET[0]);
  node.status = confirmed(20);
  const lease = await lab.books.takeLease('ledger', 'somebody', 60_000);
  await assert.rejects(adopt(), /another lesswork ledger is at work/);
  await lab.books.releaseLease('ledger', lease!.fence);
  const amounts = [{ key: parseAccount(MINER)!.key, amount: 1n }];
  const pay = payout('p1', LAB_TIME_MS, amounts, TXID);
  await lab.post(pay, { intent: 'p1', reserve: [labCoin(1, 5n * ALPH)] });
  await assert.rejects(adopt(), /set aside for p1, which must be paid or cancelled first/);
  assert.equal(lab.said(), '');
});

test('adopt: what it spends of the wallet must be in the books first, as restored books get rewards again', async () => {
  const lab = await deskLab();
  const change = { ...labCoin(20, ALPH, 1), address: WALLET[1]! };
  const out = { ...labCoin(21, 4n * ALPH - FEE, 1), address: STRANGER };
  node.outputs[1]!.push(change);
  node.details = details([coinKey(3)], [out, change], WALLET[1]);
  node.status = confirmed(20);
  const notThere = new RegExp(
    `spends output 1/${coinKey(3)} of the wallet, which the books do not have: .*--unbooked`,
  );
  for (const deposit of [false, true])
    await assert.rejects(adoptOnDesk(lab.desk, { ...ADOPT, deposit }), notThere);
  // Settlement has booked it again.
  await lab.post(labBlock(3, 5n * ALPH, 1));
  assert.ok(!(await check(lab)));
  await adoptOnDesk(lab.desk, ADOPT);
  assert.ok(await check(lab));
  assert.match(
    lab.said(),
    /wallet.1.spendable {2}-4 ALPH\nfees {2}\+0.002 ALPH\nwithdrawals {2}\+3.998 ALPH\n/,
  );
});

test('adopt: what came and went before anybody booked it never is in the books, and may be said so', async () => {
  const lab = await deskLab();
  const change = { ...labCoin(20, 3n * ALPH, 1), address: WALLET[1]! };
  node.outputs[1] = [change];
  // One of both was booked.
  node.details = details([coinKey(2), coinKey(3)], [change], WALLET[1]);
  node.status = confirmed(20);
  await assert.rejects(adoptOnDesk(lab.desk, ADOPT), /which the books do not have/);
  await adoptOnDesk(lab.desk, { ...ADOPT, unbooked: true });
  assert.ok(await check(lab));
  await assert.rejects(adoptOnDesk(lab.desk, ADOPT), /neither spends nor makes/);
});

test('adopt: an output that is gone is a loss', async () => {
  const lab = await deskLab();
  const output = `1/${coinKey(2)}`;
  await assert.rejects(adoptLoss(lab.desk, { output }), /the node still has it/);
  await assert.rejects(adoptLoss(lab.desk, { output: 'x' }), /expected the name of an expected output/);
  node.outputs[1] = [];
  await adoptLoss(lab.desk, { output });
  assert.equal(lab.said(), 'wallet/1/spendable  -3 ALPH\nloss  +3 ALPH\n');
  assert.ok(await check(lab));
});

test('show: where the money is, and whom the pool owes most', async () => {
  const lab = await deskLab();
  await overviewOnDesk(lab.desk, { last: 5, json: false });
  assert.equal(
    lab.said(),
    [
      'owed to miners: 4 ALPH',
      'in payments that are not confirmed: 0 ALPH',
      'brought by blocks, not settled yet: 2 ALPH',
      "the pool's fee so far: 2 ALPH",
      'credited to miners so far: 4 ALPH',
      'wallet, group 0: 5 ALPH can be spent, 0 ALPH locked',
      'wallet, group 1: 3 ALPH can be spent, 0 ALPH locked',
      'wallet, group 2: 0 ALPH can be spent, 0 ALPH locked',
      'wallet, group 3: 0 ALPH can be spent, 0 ALPH locked',
      '1 miner is owed something',
      `  ${MINER}  4 ALPH`,
      '',
    ].join('\n'),
  );
  const credits = labMiners(ALPH / 4n, ALPH / 8n);
  const part = settlementPart(2, 0, LAB_TIME_MS, credits);
  await lab.post(part, { settlement: { number: 2, closes: false } });
  const sums = { credits: (3n * ALPH) / 8n, fee: 0n, remainder: 0n };
  await lab.post(settlementClose(2, LAB_TIME_MS, sums), { settlement: { number: 2, closes: true } });
  await overviewOnDesk(lab.desk, { last: 2, json: true });
  const { type, accounts, most, sums: told, polw } = JSON.parse(lab.said());
  assert.deepEqual([type, accounts, told.owed], ['ledger', 3, `${4n * ALPH + sums.credits}`]);
  assert.deepEqual([polw.fund, polw['to-wallet']], ['0', '0']);
  assert.deepEqual(
    most.map(({ amount }: { amount: string }) => amount),
    [`${4n * ALPH}`, `${ALPH / 4n}`],
  );
});

test('show: what lies at burn addresses, as far as there is anything', async () => {
  const lab = await deskLab();
  const entry = { chain: 6, blockHash: TXID, height: 12, timestampMs: LAB_TIME_MS, own: true } as const;
  const deposit = transactionOfEntry({
    ...{ ...entry, key: `${TXID} deposit ${TXID}`, kind: 'deposit' },
    changes: { fund: 9n * ALPH },
  });
  const block = transactionOfEntry({
    ...{ ...entry, key: `${TXID} block ${TXID}`, kind: 'block' },
    changes: { fund: -4n * ALPH, locked: 3n * ALPH, pending: ALPH, burnt: 3n * ALPH, gas: ALPH },
  });
  for (const transaction of [deposit, block]) await lab.post(transaction!);
  await overviewOnDesk(lab.desk, { last: 0, json: false });
  const lines = lab.said().split('\n');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('at burn addresses')),
    [
      'at burn addresses, can be burnt: 5 ALPH',
      'at burn addresses, came back from burning, locked: 3 ALPH',
      'at burn addresses, earned by blocks, locked: 1 ALPH',
      'at burn addresses, burnt so far: 3 ALPH',
      'at burn addresses, of that came back with the reward: 3 ALPH',
      'at burn addresses, fees so far: 1 ALPH',
    ],
  );
});

test('show: a balance and the last that happened to it', async () => {
  const lab = await deskLab();
  const amounts = [{ key: parseAccount(MINER)!.key, amount: ALPH / 2n }];
  await lab.post(payout('p1', LAB_TIME_MS + 60_000, amounts, TXID));
  await showOnDesk(lab.desk, { address: MINER, last: 5, json: false });
  assert.equal(
    lab.said(),
    `${MINER}: balance 3.5 ALPH\n` +
      '2026-03-01T00:00:00.000Z  +4 ALPH  settlement  settlement/1/0\n' +
      `2026-03-01T00:01:00.000Z  -0.5 ALPH  payout  ${TXID}\n`,
  );
  await showOnDesk(lab.desk, { address: MINER, last: 1, json: true });
  assert.deepEqual(JSON.parse(lab.said()), {
    type: 'ledger-account',
    address: MINER,
    balance: `${(7n * ALPH) / 2n}`,
    transactions: [
      {
        key: 'payout/p1',
        timeMs: LAB_TIME_MS + 60_000,
        kind: 'payout',
        txId: TXID,
        amount: `${-ALPH / 2n}`,
      },
    ],
  });
  await showOnDesk(lab.desk, { address: STRANGER, last: 5, json: false });
  assert.equal(lab.said(), `${STRANGER}: balance 0 ALPH\nno transaction of it is in the books\n`);
  await assert.rejects(showOnDesk(lab.desk, { address: 'nonsense', last: 5, json: false }), RangeError);
});

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-desk-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('export: a table of all, whether it is in the books or in files of closed months', async (t) => {
  const lab = await deskLab();
  const months = await makeFolder(t);
  await lab.post({ ...labBlock(3, 1n, 3), timeMs: Date.UTC(2026, 3, 5) });
  const whole = await linesOf(csvOfDesk(lab.desk, {}));
  assert.equal(whole.length, 1 + 2 + 2 + 2 + 3 + 2);
  assert.equal(whole[1], `2026-03-01T00:00:00.000Z,block,5,wallet/0/spendable,,block/${coinKey(1)},`);
  assert.ok(whole.includes(`2026-03-01T00:00:00.000Z,settlement,-4,miner/${MINER},,settlement/1/0,`));
  assert.equal((await linesOf(csvOfDesk(lab.desk, { from: '2026-04' }))).length, 3);
  assert.equal((await linesOf(csvOfDesk(lab.desk, { to: '2026-03' }))).length, 10);

  const later = { ...lab.desk, now: () => Date.UTC(2026, 3, 10) };
  await closeOnDesk(later, { months, trim: true });
  assert.match(
    lab.said(),
    /^2026-03: 4 entries, .*ledger-2026-03.txt, SHA-256 [0-9a-f]{64}\nthe books go back to the end of 2026-03: 4 entries trimmed\n$/,
  );
  assert.equal(await lab.books.logStart(), 4);
  await closeOnDesk(later, { months, trim: false });
  assert.equal(lab.said(), 'no month to close\n');
  assert.deepEqual(await linesOf(csvOfDesk(lab.desk, { months })), whole);
  await assert.rejects(linesOf(csvOfDesk(lab.desk, {})), /--months says where/);
  await assert.rejects(checkOnDesk(lab.desk, { node: false, json: false }), /expected --months/);
  assert.ok(await checkOnDesk(lab.desk, { node: false, json: false, months }));
  lab.said();
  assert.ok(await verifyOnDesk(months, lab.desk.write));
  assert.match(lab.said(), /^2026-03: right, SHA-256 /);
  await writeFile(join(months, 'ledger-2026-03.txt'), 'x');
  assert.ok(!(await verifyOnDesk(months, lab.desk.write)));
  assert.match(lab.said(), /^FAULT {2}.*2026-03.txt: damaged/);
  await assert.rejects(linesOf(csvOfDesk(lab.desk, { months })), /damaged/);
  await assert.rejects(closeOnDesk(later, { months, trim: true }), /damaged|hash/);
  await assert.rejects(verifyOnDesk(await makeFolder(t), lab.desk.write), /expected closed months, got none/);
});

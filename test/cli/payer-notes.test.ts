import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import {
  changePause,
  runPayerDryRun,
  runPayerPause,
  runPayerResume,
  runPayerStatus,
} from '../../cli/run-payer-notes.js';
import { Ledger } from '../../ledger/ledger.js';
import { readPause, removePause, writePause, writeState } from '../../payer/rounds/payer-notes.js';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { bookRewards, creditMiners, moneyCoin } from '../support/books-with-money.js';
import { ALPH, addressOf, walletKeys } from '../support/round-lab.js';
import { sealedWallet } from '../support/wallet-lab.js';
import { startWalletRest } from '../support/wallet-rest.js';

const WALLET = walletKeys.map(({ address }) => address.text);
const TIME_MS = Date.UTC(2024, 2, 1);
const rest = await startWalletRest(WALLET);
after(() => rest.close());

/** A pool with a wallet, 50 ALPH in group 1, and two miners who are owed 2 ALPH and 0.05 ALPH. */
async function makePool(
  t: TestContext,
): Promise<{ config: string; books: OwnBooks; said(): string; write(text: string): void }> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-payer-'));
  t.after(() => rm(folder, { recursive: true }));
  const config = join(folder, 'pool.json');
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  await writeFile(join(folder, 'wallet.json'), await sealedWallet());
  const nodes = [{ restPort: rest.port }];
  await writeFile(
    config,
    JSON.stringify({ mode: 'pool', dataFolder, nodes, payouts: { wallet: 'wallet.json' } }),
  );
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const books = await openEmbeddedBooks(join(dataFolder, 'pool.db'), identity);
  t.after(() => books.close());
  const ledger = new Ledger(books);
  const coin = moneyCoin(1, 50n * ALPH, 1);
  await bookRewards(ledger, [coin], [coin.key], TIME_MS);
  rest.outputs = [coin];
  const owed = [ALPH * 2n, ALPH / 20n].map((amount, i): [string, bigint] => [
    bytesToHex(addressOf(i).lockupScript),
    amount,
  ]);
  await creditMiners(ledger, 1, new Map(owed), TIME_MS);
  const [recent] = owed[1]!;
  const day = new Date().toISOString().slice(0, 10);
  const records = [{ table: 'earning', key: `${recent}/${day}`, version: 0, text: '1' } as const];
  await books.commit({ fence: { name: 'settlement', number: 1 }, append: [], records });
  let text = '';
  const said = (): string => {
    const all = text;
    text = '';
    return all;
  };
  const write = (more: string): void => {
    text += more;
  };
  return { config, books, said, write };
}

test('a round that is only planned: who is paid by what, who waits, and nothing is written', async (t) => {
  const { config, books, said, write } = await makePool(t);
  const end = await books.logEnd();
  await runPayerDryRun({ config, json: false }, write);
  assert.match(
    said(),
    /^group 1 to group \d: 1\.\d+ ALPH to 1 account, 1 coin, fee 0\.\d+ ALPH\n1\.\d+ ALPH to 1 account in 1 transaction; waiting: 1 account with 0\.05 ALPH below the minimum\n$/,
  );
  await runPayerDryRun({ config, json: true }, write);
  const plan = JSON.parse(said()) as { trouble: null; payments: { address: string; owed: string }[] };
  assert.equal(plan.trouble, null);
  assert.deepEqual(
    plan.payments.map(({ address, owed }) => [address, owed]),
    [[addressOf(0).text, `${2n * ALPH}`]],
  );
  // Coins that nobody expected are booked by who pays.
  rest.outputs = [...rest.outputs, moneyCoin(9, ALPH, 0)];
  await runPayerDryRun({ config, json: false }, write);
  assert.equal(await books.logEnd(), end);
  assert.equal((await books.page('note', { limit: 10 })).length, 0);
  assert.ok((await books.takeLease('payer', 'x', 1)) !== undefined);
});

test('why nothing would be paid: an output that is missing, a node that is not synced, a pause', async (t) => {
  const { config, said, write } = await makePool(t);
  const { exitCode } = process;
  const { outputs } = rest;
  for (const [change, words] of [
    [{ outputs: [] }, /nothing would be paid now: the check of the ledger found missing: output 1\//],
    [{ synced: false }, /nothing would be paid now: .* is not synced/],
    [{ addresses: [...WALLET].reverse() }, /its miner address of group 0 is/],
    [{ tooMany: true }, /alephium.api.default-utxos-limit/],
  ] as const) {
    Object.assign(rest, change);
    process.exitCode = undefined;
    await runPayerDryRun({ config, json: false }, write);
    assert.match(said(), words);
    assert.equal(process.exitCode, 1);
    Object.assign(rest, { outputs, synced: true, addresses: WALLET, tooMany: false });
  }
  await runPayerPause(config, 'to look', write);
  await runPayerDryRun({ config, json: false }, write);
  process.exitCode = exitCode;
  assert.match(
    said(),
    /paused; .*\nnothing would be paid now: payments are paused by the operator: to look\n/,
  );
});

test('pause, status, resume', async (t) => {
  const { config, books, said, write } = await makePool(t);
  await runPayerStatus(config, false, write);
  assert.equal(said(), 'not paused\nno payer was ever at work here\n');
  await runPayerPause(config, ' ', write);
  await runPayerResume(config, write);
  assert.match(said(), /: by hand\n$/);
  await runPayerPause(config, 'why', write);
  await runPayerPause(config, 'another', write);
  assert.match(
    said(),
    /^payments are paused; .*\nthey were paused already: payments are paused by the operator: why\n$/,
  );
  await writeState(
    books,
    { name: 'payer', number: 1 },
    {
      atMs: TIME_MS,
      nextRoundMs: TIME_MS + 1000,
      inFlight: 2,
      stuck: { transactions: 2, txId: 'ab', sinceMs: TIME_MS, standing: 'lost', refusal: 'InvalidGasPrice' },
      waiting: { coins: { accounts: 1, amount: `${ALPH}` }, fee: { accounts: 0, amount: '0' } },
      lastCheck: { timeMs: TIME_MS, faults: 0 },
    },
  );
  await runPayerStatus(config, false, write);
  const status = said();
  assert.match(status, /\nno payer has said anything for \d+d \d\dh: start lesswork payer, .*\n/);
  assert.equal(
    status.replace(/no payer .*\n/, ''),
    'payments are paused by the operator: why\n' +
      'said at 2024-03-01T00:00:00.000Z\n' +
      'last round none, next round 2024-03-01T00:00:01.000Z\n' +
      '2 transactions on the way\n' +
      'transaction ab has been on its way since 2024-03-01T00:00:00.000Z: nodes refuse it (InvalidGasPrice). Whom it pays waits, ' +
      'and is never paid twice; what to do is in docs/PAYOUTS.md, "When a transaction does not get into a block"; ' +
      'likewise 1 other one\n' +
      'waiting: 1 account with 1 ALPH for coins\n' +
      'last check 2024-03-01T00:00:00.000Z: all is right\n',
  );
  await runPayerStatus(config, true, write);
  assert.equal((JSON.parse(said()) as { pause: { reason: string } }).pause.reason, 'why');
  await runPayerResume(config, write);
  await runPayerResume(config, write);
  assert.match(said(), /^payments go on; .*: why\npayments were not paused\n$/);
  const lease = await books.takeLease('ledger', 'somebody', 60_000);
  await assert.rejects(runPayerPause(config, 'x', write), /another lesswork ledger is at work/);
  await books.releaseLease('ledger', lease!.fence);
});

test('a pause that could not be written is not told as one; a pause that is newer than the one that was read stays', async (t) => {
  const { books } = await makePool(t);
  const pause = { reason: 'why', sinceMs: 1, by: 'operator' } as const;
  const desk = { books, nodes: [], owner: 'a', now: Date.now, write: () => {} };
  await assert.rejects(
    changePause(desk, async (fence) => {
      await books.releaseLease('ledger', fence.number);
      await books.takeLease('ledger', 'another', 60_000);
      return writePause(books, fence, pause);
    }),
    /another lesswork ledger took over meanwhile, and nothing was changed/,
  );
  assert.equal(await readPause(books), undefined);
  const fence = { name: 'payer', number: 1 } as const;
  const newer = { reason: 'missing: output', sinceMs: 2, by: 'payer' } as const;
  await writePause(books, fence, newer);
  await removePause(books, fence, pause);
  assert.deepEqual(await readPause(books), newer);
  await removePause(books, fence, newer);
  assert.equal(await readPause(books), undefined);
});

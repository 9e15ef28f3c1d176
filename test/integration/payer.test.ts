// The process that pays, on a simulated network with books that owe miners: what blocks say each received is what the ledger says was paid.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkLedger } from '../../ledger/check.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { creditMiners } from '../support/books-with-money.js';
import { LessworkRun } from '../support/lesswork.js';
import { notifyStandIn } from '../support/notify-stand-in.js';
import { payerWorld } from '../support/payer-world.js';
import { ALPH, addressOf, balanceOf } from '../support/round-lab.js';
import { waitFor } from '../support/wait.js';

const MINERS = 60;

interface PaymentText {
  readonly txId: string;
  readonly address: string;
  readonly owed: string;
  readonly paid: string;
  readonly state: string;
}

test('one round pays every miner what the books say, and a second one pays nobody again', async (t) => {
  const world = await payerWorld(t, { coins: Array.from({ length: 8 }, () => 9n * ALPH) });
  const owed = new Map(
    Array.from({ length: MINERS }, (_, i): [string, bigint] => [
      bytesToHex(addressOf(i).lockupScript),
      i === 0 ? ALPH / 1000n : ALPH + BigInt(i),
    ]),
  );
  await creditMiners(world.ledger, 1, owed, Date.now());
  world.mine();
  const args = ['payer', '--config', world.config, '--password-file', world.passwordFile, '--json'];
  const run = await new LessworkRun([...args, '--once']).end();
  assert.equal(run.code, 0, run.stdout + run.stderr);

  const payments = new Map<string, PaymentText>();
  for (const { key, text } of await world.books.page('payment', { limit: 1000 }))
    if (!key.startsWith('*/')) payments.set(key.split('/')[0]!, JSON.parse(text) as PaymentText);
  assert.equal(payments.size, MINERS - 1);
  let paid = 0n;
  for (const [i, [key, amount]] of [...owed].entries()) {
    const { text } = addressOf(i);
    const [balance] = await world.ledger.balances([`miner/${key}`]);
    const received = await world.received(text);
    if (i === 0) {
      assert.deepEqual([received, balance], [0n, -amount]);
      continue;
    }
    const payment = payments.get(key)!;
    assert.deepEqual([payment.address, payment.owed, payment.state], [text, `${amount}`, 'paid']);
    assert.deepEqual([received, balance], [BigInt(payment.paid), 0n]);
    paid += received;
  }
  const [inFlight, total] = await world.ledger.balances(['payout-in-flight', 'total/paid']);
  assert.deepEqual([inFlight, total], [0n, paid]);
  assert.ok((await checkLedger({ books: world.books, timeMs: Date.now() })).mayPay);

  const folder = mkdtempSync(join(tmpdir(), 'lesswork-payer-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const serviceManager = notifyStandIn(folder);
  const again = new LessworkRun(args, serviceManager.env);
  await waitFor('a round', () => again.jsonLines().some(({ type }) => type === 'round'), 30_000);
  again.child.kill('SIGTERM');
  const end = await again.end();
  assert.equal(end.code, 0, end.stdout + end.stderr);
  assert.match(
    readFileSync(serviceManager.told, 'utf8'),
    /^READY=1 MAINPID=\d+ STATUS=wallet and books are open\n$/,
  );
  const round = again.jsonLines().find(({ type }) => type === 'round');
  assert.equal(round!.transactions, 0);
  assert.equal(again.jsonLines().at(-1)!.type, 'ending');
});

test("the operator takes out what is the pool's own, and nothing that miners are owed or will be", async (t) => {
  const world = await payerWorld(t, { coins: [30n * ALPH, 20n * ALPH] });
  const owed = new Map([[bytesToHex(addressOf(1).lockupScript), 100n * ALPH]]);
  // 60 ALPH are shared out to nobody yet.
  await creditMiners(world.ledger, 1, owed, Date.now(), 40n * ALPH);
  const to = addressOf(2).text;
  const args = ['wallet', 'withdraw', '--config', world.config, '--password-file', world.passwordFile];
  const withdraw = (amount: string) => new LessworkRun([...args, '--to', to, '--amount', amount]).end();
  const tooMuch = await withdraw('40');
  assert.equal(tooMuch.code, 1);
  assert.match(tooMuch.stderr, /at most what is not owed to miners, 40 ALPH with the fee, got 40\.002 ALPH/);
  world.mine();
  const taken = await withdraw('35.5');
  assert.equal(taken.code, 0, taken.stdout + taken.stderr);
  assert.equal(await world.received(to), (355n * ALPH) / 10n);
  assert.deepEqual(await world.ledger.balances(['withdrawals']), [(355n * ALPH) / 10n]);
  assert.ok((await checkLedger({ books: world.books, timeMs: Date.now() })).mayPay);
});

test('what keeps it from paying is said, and nothing is sent', async (t) => {
  const world = await payerWorld(t, { coins: [30n * ALPH] });
  await creditMiners(world.ledger, 1, new Map([[bytesToHex(addressOf(1).lockupScript), ALPH]]), Date.now());
  const args = ['payer', '--config', world.config, '--json'];
  const wrong = await new LessworkRun(args, {}, undefined, 'pipe', 'another password\n').end();
  assert.deepEqual([wrong.code, wrong.stderr.includes('the password is not that of this wallet')], [2, true]);
  world.devnet.setMinerAddresses([0, 1, 2, 3].map((group) => balanceOf(7, 1n, group).address.text));
  const others = await new LessworkRun([...args, '--password-file', world.passwordFile]).end();
  assert.equal(others.code, 1);
  assert.match(others.stderr, /blocks must pay the wallet .* its miner address of group 0 is/);
  assert.equal((await world.books.page('payment', { limit: 1 })).length, 0);
});

// What can become of a payment on its way: a rival wins, its block leaves, its pool forgets it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { PAYERS, setUpPayments } from '../payment-setting.js';

const INTRA = chainIndex(1, 1);
const FEE = 2n * 10n ** 15n;

test('a rival wins: both are confirmed until a block of (f, f) has taken them in, then the payment is void', async (t) => {
  const { devnet, make, send, status, mine, balance } = await setUpPayments(t);
  const paid = await make(1, 2);
  assert.equal((await send(paid)).status, 200);
  const rival = devnet.rivalOf(paid.id, PAYERS[1]!);
  const { winner, loser } = await devnet.conflict(paid.id, rival, { settle: false });
  const other = { id: bytesToHex(rival.id), chain: winner.chain };
  assert.deepEqual([winner.chain, loser?.chain], [chainIndex(1, 0), paid.chain]);
  assert.deepEqual(await Promise.all([status(paid), status(other)]), ['Confirmed 1/0/0', 'Confirmed 1/0/0']);
  assert.equal(await balance(2), 1_001n * ALPH, 'the payee sees it');
  await mine(INTRA);
  assert.deepEqual(await Promise.all([status(paid), status(other)]), ['Conflicted 1/1/0', 'Confirmed 1/1/0']);
  await mine(chainIndex(2, 2));
  assert.equal(await balance(2), 1_000n * ALPH);
  assert.equal(await balance(1), 0n, 'all of it went to the rival');
  await mine(paid.chain, INTRA);
  assert.equal(await status(paid), 'Conflicted 2/2/1');
  // Where the loser's block leaves, it waits again, for a coin that is gone.
  await devnet.reorganise(paid.chain, 2, { transfers: false });
  assert.equal(await status(paid), 'MemPooled');
});

test('the one that waits wins, too, or is overtaken: then it is in no block', async (t) => {
  const { devnet, make, send, status, clock, node } = await setUpPayments(t).then((all) => ({
    ...all,
    node: all.devnet.node,
  }));
  const [first, second] = [await make(0, 3), await make(2, 3)];
  for (const made of [first, second]) await send(made);
  const loser = devnet.rivalOf(first.id, PAYERS[0]!);
  await devnet.conflict(first.id, loser, { waitingWins: true });
  assert.equal(await status(first), 'Confirmed 1/1/0');
  assert.equal(await status({ id: bytesToHex(loser.id), chain: chainIndex(0, 1) }), 'Conflicted 1/1/0');

  await devnet.conflict(second.id, devnet.rivalOf(second.id, PAYERS[2]!), { overtake: true });
  assert.equal(await status(second), 'MemPooled');
  assert.match(String((await send(second)).body.txId), /^[0-9a-f]{64}$/, 'idempotent while it waits');
  clock.advance(61_000);
  node.board.follow(second.chain);
  assert.equal(await status(second), 'TxNotFound');
  assert.match(String((await send(second)).body.detail), /due to NonExistInput/);
});

test('no conflict with what does not wait, spends something else, or goes the same way', async (t) => {
  const { devnet, make, send } = await setUpPayments(t);
  const [paid, other] = [await make(1, 2), await make(2, 1)];
  await assert.rejects(devnet.conflict(paid.id, other.transaction), /"txId" expected a transfer that waits/);
  await send(paid);
  assert.throws(() => devnet.rivalOf(paid.id, PAYERS[2]!), /"key" expected one that opens a coin/);
  await assert.rejects(
    devnet.conflict(paid.id, other.transaction),
    /"rival" expected a transfer by a sibling/,
  );
  await assert.rejects(
    devnet.conflict(paid.id, paid.transaction),
    /"rival" expected a transfer by a sibling/,
  );
});

test('what was in a block that leaves waits again, however old it is, and spends its coins meanwhile', async (t) => {
  const { devnet, make, send, status, mine, balance, clock } = await setUpPayments(t);
  const paid = await make(1, 2);
  await send(paid);
  await mine(paid.chain, INTRA, INTRA);
  assert.equal(await status(paid), 'Confirmed 1/2/0');
  clock.advance(30 * 60_000);
  await devnet.reorganise(paid.chain, 1, { transfers: false });
  assert.equal(await status(paid), 'MemPooled');
  assert.equal(await balance(1), 999n * ALPH - FEE);
  assert.equal(await balance(1, '?mempool=false'), 1_000n * ALPH);
  await mine(paid.chain, INTRA);
  assert.equal(await status(paid), 'Confirmed 1/1/0');
});

test('what waits is cleaned away after 10 to 20 min, and can be submitted again', async (t) => {
  const { make, send, status, clock } = await setUpPayments(t);
  clock.advance(60_000);
  const paid = await make(1, 2);
  await send(paid);
  clock.advance(10 * 60_000);
  assert.equal(await status(paid), 'MemPooled');
  clock.advance(10 * 60_000);
  assert.equal(await status(paid), 'TxNotFound');
  assert.equal((await send(paid)).status, 200);
  assert.equal(await status(paid), 'MemPooled');
});

test('what waits can be dropped, with or without the copy in the group that it pays', async (t) => {
  const { devnet, make, send, status, call, balance } = await setUpPayments(t);
  const paid = await make(1, 2);
  await send(paid);
  assert.equal(devnet.dropTransfer(paid.id, true), true);
  assert.equal(await status(paid), 'TxNotFound');
  assert.equal((await call('GET', `/transactions/status?txId=${paid.id}`)).body.type, 'MemPooled');
  assert.deepEqual([await balance(1), await balance(2)], [1_000n * ALPH, 1_001n * ALPH]);
  assert.equal(devnet.dropTransfer(paid.id), true);
  assert.equal((await call('GET', `/transactions/status?txId=${paid.id}`)).body.type, 'TxNotFound');
  assert.equal(devnet.dropTransfer(paid.id), false);
  assert.equal((await devnet.mineBlock(paid.chain)).transactions.length, 1);
});

test('256 coins are merged by one transfer', async (t) => {
  const { devnet, call, mine } = await setUpPayments(t, { coins: true });
  const { address, publicKey, sign } = PAYERS[3]!;
  devnet.deposit({ address, amount: ALPH / 100n, count: 250 });
  devnet.deposit({ address, amount: ALPH / 100n, count: 7 });
  await mine(15);
  const coins = async () =>
    (await call('GET', `/addresses/${address.text}/utxos`)).body.utxos as { ref: object }[];
  const before = await coins();
  assert.equal(before.length, 257);
  const { body } = await call('POST', '/transactions/build', {
    fromPublicKey: bytesToHex(publicKey),
    destinations: [{ address: address.text, attoAlphAmount: ALPH.toString() }],
    utxos: before.slice(0, 256).map(({ ref }) => ref),
  });
  const { unsignedTx, txId } = body;
  const signature = bytesToHex(sign(hexToBytes(String(txId))));
  assert.equal((await call('POST', '/transactions/submit', { unsignedTx, signature })).status, 200);
  await mine(15);
  assert.equal((await coins()).length, 3);
});

// Further REST APIs of one network: nodes that lag, hear nothing, forget, are not synced, or answer badly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { createManualClock } from '../../devnet/clock.js';
import { chainIndex } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { FIRST_COINS, setUpPayments } from './payment-setting.js';

const INTRA = chainIndex(1, 1);

test('a face that lags or is frozen shows the network as it was, and then as it is', async (t) => {
  const { devnet, clock, make, send, status, balance, mine } = await setUpPayments(t, { facePorts: [0, 0] });
  const [lagging, frozen] = [1, 2];
  const paid = await make(1, 2);
  await send(paid, lagging);
  assert.equal(await status(paid), 'MemPooled', 'the node hears of it');
  await mine(paid.chain);
  assert.equal(await status(paid, lagging), 'Confirmed 1/0/0', 'no lag so far');
  devnet.setFace(lagging, { lagMs: 5_000 });
  devnet.setFace(frozen, { frozen: true });
  await mine(INTRA, chainIndex(2, 2));
  const all = () => Promise.all([0, lagging, frozen].map((face) => status(paid, face)));
  assert.deepEqual(await all(), ['Confirmed 1/1/1', 'Confirmed 1/0/0', 'Confirmed 1/0/0']);
  clock.advance(5_000);
  assert.deepEqual(await all(), ['Confirmed 1/1/1', 'Confirmed 1/1/1', 'Confirmed 1/0/0']);
  await devnet.reorganise(paid.chain, 1, { transfers: false });
  assert.deepEqual(await all(), ['MemPooled', 'Confirmed 1/1/1', 'Confirmed 1/0/0']);
  assert.deepEqual(await Promise.all([0, lagging].map((face) => balance(2, '?mempool=false', face))), [
    1_000n * ALPH,
    1_001n * ALPH,
  ]);
  devnet.setFace(lagging, { lagMs: 0 });
  devnet.setFace(frozen, { frozen: false });
  assert.deepEqual(await all(), ['MemPooled', 'MemPooled', 'MemPooled']);
});

test('a face with a mempool of its own takes what nobody hears of, hears of nothing, and forgets', async (t) => {
  const { devnet, make, send, status, mine } = await setUpPayments(t, { facePorts: [0] });
  devnet.setFace(1, { mempool: 'own' });
  const [mine1, theirs] = [await make(1, 2), await make(2, 1)];
  await send(mine1, 1);
  await send(theirs);
  const all = (made: typeof theirs) => Promise.all([0, 1].map((face) => status(made, face)));
  assert.deepEqual(await all(mine1), ['TxNotFound', 'MemPooled']);
  assert.deepEqual(await all(theirs), ['MemPooled', 'TxNotFound']);
  devnet.setFace(1, { mempool: 'own' });
  assert.deepEqual(await all(mine1), ['TxNotFound', 'TxNotFound']);
  await mine(theirs.chain, mine1.chain);
  assert.deepEqual(await all(theirs), ['Confirmed 1/0/0', 'Confirmed 1/0/0']);
  assert.deepEqual(await all(mine1), ['TxNotFound', 'TxNotFound']);
});

test('a face says that it is not synced, or as the node does; it is a node of its own', async (t) => {
  const { devnet, call } = await setUpPayments(t, { facePorts: [0] });
  const clique = async (face: number) => (await call('GET', '/infos/self-clique', undefined, face)).body;
  const synced = async () => [(await clique(0)).synced, (await clique(1)).synced];
  assert.notEqual((await clique(0)).cliqueId, (await clique(1)).cliqueId);
  devnet.setFace(1, { synced: false });
  assert.deepEqual(await synced(), [true, false]);
  devnet.setSynced(false);
  devnet.setFace(1, { synced: undefined });
  assert.deepEqual(await synced(), [false, false]);
  assert.throws(() => devnet.setFace(2, {}), /"face" expected 1 to 1, got 2/);
});

test('requests are refused, lost after they were carried out, or answered late', async (t) => {
  const { devnet, clock, make, send, status } = await setUpPayments(t, { facePorts: [0] });
  const [first, second, third] = [await make(1, 2), await make(2, 1), await make(3, 0)];
  const path = '/transactions/submit';
  devnet.disturbRest({ kind: 'refuse', path, status: 503, detail: 'not now' }, 2);
  for (let i = 0; i < 2; i++)
    assert.deepEqual(await send(first), { status: 503, body: { detail: 'not now' } });
  assert.equal(await status(first), 'TxNotFound');
  devnet.disturbRest({ kind: 'lose', path });
  await assert.rejects(send(second));
  assert.equal(await status(second), 'MemPooled', 'done all the same');
  devnet.disturbRest({ kind: 'delay', path, delayMs: 9_000 }, 1, 1);
  let answered = false;
  const late = send(third, 1).then((answer) => {
    answered = true;
    return answer;
  });
  while ((await status(third)) !== 'MemPooled') await new Promise(setImmediate);
  assert.equal(answered, false);
  clock.advance(9_000);
  assert.equal((await late).status, 200);
  devnet.disturbRest({ kind: 'refuse', status: 500, detail: '' }, 1_000);
  devnet.disturbRest(undefined);
  assert.equal((await send(first)).status, 200);
});

test('faces begin with the blocks that were saved', async (t) => {
  const { devnet, make, send, mine } = await setUpPayments(t);
  const paid = await make(1, 2);
  await send(paid);
  await mine(paid.chain, INTRA);
  const options = { rate: 1_000, blockTimeMs: 1_000, retarget: false, facePorts: [0], coins: FIRST_COINS };
  const modules = { clock: createManualClock(), savedState: devnet.saveState() };
  const again = await startDevnet(options, modules);
  t.after(() => again.close());
  const answer = await fetch(`http://127.0.0.1:${again.facePorts[0]}/transactions/status?txId=${paid.id}`);
  assert.equal(((await answer.json()) as { type: string }).type, 'Confirmed');
  await assert.rejects(startDevnet({ facePorts: Array.from({ length: 9 }, () => 0) }), /at most 8, got 9/);
});

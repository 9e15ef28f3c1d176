// The desk on a simulated network, over real REST: two APIs of it, one of which hears of things later.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { keyOf } from '../../../devnet/coins/keys.js';
import { ALL_GROUPS, type Group } from '../../../ledger/accounts.js';
import { checkLedger } from '../../../ledger/check.js';
import { Ledger } from '../../../ledger/ledger.js';
import { fetchOutputs } from '../../../node/rest-outputs.js';
import type { IntentNews } from '../../../payer/intents/desk-state.js';
import { createIntentDesk } from '../../../payer/intents/intent-desk.js';
import { IntentJournal } from '../../../payer/intents/intent-journal.js';
import { restPayerNode } from '../../../payer/intents/payer-node.js';
import { chainIndex } from '../../../protocol/chain.js';
import { walletSigner } from '../../../wallet/transfer-signer.js';
import { setUpPayments } from '../../devnet/payment-setting.js';
import { bookRewards, creditMiners } from '../../support/books-with-money.js';
import { LAB_DEPTHS, labMinersOf, plannedPayouts } from '../../support/intent-lab.js';
import { createMemoryBooks } from '../../support/memory-books.js';
import { ALPH, walletKeys } from '../../support/round-lab.js';

/** One miner who is owed what takes several coins of a group. */
async function devnetLab(t: TestContext) {
  const wallet = walletKeys.map(({ address }) => address.text);
  const { devnet, clock, mine } = await setUpPayments(t, {
    coins: [2n, 2n, 1n].map((amount) => ({ address: wallet[0]!, amount: amount * ALPH })),
    facePorts: [0],
  });
  const ports = [devnet.restPort, ...devnet.facePorts];
  const endpoints = ports.map((restPort) => ({ host: '127.0.0.1', port: 1, restPort }));
  const books = createMemoryBooks(clock.now);
  const ledger = new Ledger(books);
  const outputsOf = async (address: string) =>
    (await fetchOutputs(endpoints[0]!, address, { timeoutMs: 5_000 })).outputs;
  const coins = (await outputsOf(wallet[0]!)).map((output) => ({
    ...output,
    group: 0 as const,
    lockTimeMs: 0,
  }));
  await bookRewards(
    ledger,
    coins,
    coins.map(({ key }) => key),
    clock.now(),
  );
  const miner = labMinersOf(10).find(({ address }) => address.group === 2);
  await creditMiners(ledger, 1, new Map([[miner!.account.slice('miner/'.length), 3n * ALPH]]), clock.now());
  const lines: string[] = [];
  const log = {
    append: async (texts: readonly string[]) => void lines.push(...texts),
    replace: async (texts: readonly string[]) => void lines.splice(0, lines.length, ...texts),
  };
  const news: IntentNews[] = [];
  const desk = createIntentDesk({
    ...{ books, depths: LAB_DEPTHS, now: clock.now, elapsed: clock.now },
    journal: new IntentJournal(log, []),
    nodes: endpoints.map((endpoint) => restPayerNode({ endpoint })),
    signer: walletSigner({ networkId: 4, keys: walletKeys }),
    fence: () => 1,
    onNews: (one) => void news.push(one),
  });
  assert.deepEqual(await desk.heal(), { kind: 'whole' });
  const [prepared] = await plannedPayouts(ledger, [miner!], clock.now());
  assert.equal(prepared!.parts.inputs.length, 2);
  assert.equal(await desk.issue(prepared!), 'sent');
  const { txId, fromGroup, toGroup } = desk.open()[0]!;
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    assert.equal(await desk.step(), undefined);
  };
  /** Blocks of the chain that decides. */
  const settle = (blocks: number): Promise<void> =>
    mine(...Array.from({ length: blocks }, () => chainIndex(fromGroup, fromGroup)));
  return {
    ...{ devnet, clock, mine, books, ledger, desk, news, txId, pass, settle, miner: miner! },
    chain: chainIndex(fromGroup, toGroup),
    kinds: (): string[] => news.map(({ kind }) => kind),
    standings: () =>
      desk.open().map(({ kind, standing, isPaid }) => `${kind} ${standing}${isPaid ? ', paid' : ''}`),
    received: async (): Promise<bigint> =>
      (await outputsOf(miner!.address.text)).reduce((sum, { amount }) => sum + amount, 0n),
    check: async () => {
      const outputs = [];
      for (const group of ALL_GROUPS as readonly Group[])
        outputs.push({
          ...{ group, complete: true, onChain: true },
          outputs: (await outputsOf(wallet[group]!)).map((output) => ({ ...output, group })),
        });
      const isAwaited = desk.isAwaited.bind(desk);
      return checkLedger({ books, timeMs: clock.now(), outputs, isAwaited });
    },
  };
}

test('a payout is sent, in a block, paid, deep; its change is awaited, then expected', async (t) => {
  const lab = await devnetLab(t);
  await lab.pass(0);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout pooled']);
  await lab.mine(lab.chain);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout in-block']);
  const { faults, groups } = await lab.check();
  assert.deepEqual(faults, []);
  assert.deepEqual(
    [groups[0]!.leaving.count, groups[0]!.coming.count, groups[0]!.unknownSum.count],
    [2, 1, 0],
  );
  await lab.settle(3);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout paid, paid']);
  await lab.settle(7);
  await lab.pass(61_000);
  assert.deepEqual(lab.standings(), []);
  const after = await lab.check();
  assert.deepEqual(
    [after.faults, after.groups[0]!.expected.count, after.groups[0]!.coming.count],
    [[], 2, 0],
  );
  const [record] = await lab.books.page('payment', { limit: 1 });
  assert.equal(await lab.received(), BigInt((JSON.parse(record!.text) as { paid: string }).paid));
});

test('what nodes forget, or never heard of as the answer was lost, is handed in again', async (t) => {
  const lab = await devnetLab(t);
  lab.devnet.disturbRest({ kind: 'refuse', status: 503, detail: '', path: '/transactions/submit' }, 1);
  lab.devnet.setFace(1, { synced: false, mempool: 'own' });
  await lab.pass(0);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout submitted'], 'one has it that is not believed');
  await lab.pass(60_000);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout pooled']);
  assert.ok(lab.devnet.dropTransfer(lab.txId));
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout submitted']);
  await lab.pass(61_000);
  await lab.mine(lab.chain);
  await lab.settle(10);
  await lab.pass(5_000);
  await lab.pass(61_000);
  assert.deepEqual(lab.kinds(), ['sent', 'paid', 'over']);
});

test('a rival wins on a sibling chain: what is left comes back to the wallet, and what is owed is owed again', async (t) => {
  const lab = await devnetLab(t);
  await lab.pass(0);
  const rival = lab.devnet.rivalOf(lab.txId, keyOf(walletKeys[0]!.privateKey));
  await lab.devnet.conflict(lab.txId, rival);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout conflicted']);
  await lab.settle(1);
  await lab.pass(5_000);
  assert.deepEqual(lab.kinds(), ['sent'], 'not deep enough');
  await lab.settle(1);
  await lab.pass(5_000);
  assert.deepEqual(lab.kinds(), ['sent', 'sent', 'cancelled']);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout conflicted', 'cancel submitted']);
  await lab.settle(10);
  await lab.pass(5_000);
  assert.equal(lab.kinds().at(-1), 'returned');
  assert.deepEqual(lab.desk.open(), []);
  // Until then the payee sees what has no effect.
  await lab.mine(chainIndex(2, 2));
  const [owed, inFlight] = await lab.ledger.balances([lab.miner.account as 'miner/00', 'payout-in-flight']);
  assert.deepEqual([owed, inFlight, await lab.received()], [-3n * ALPH, 0n, 0n]);
  // What the rival took is missing; a part of it came to another group, from nobody knows where.
  const { faults } = await lab.check();
  assert.deepEqual(
    faults.map(({ fault }) => fault),
    ['missing'],
  );
});

test('a block that leaves the chain after it was paid: booked back, in another block, booked again', async (t) => {
  const lab = await devnetLab(t);
  await lab.pass(0);
  await lab.mine(lab.chain);
  await lab.settle(4);
  await lab.pass(5_000);
  assert.deepEqual(lab.standings(), ['payout paid, paid']);
  await lab.devnet.reorganise(chainIndex(0, 0), 4, { transfers: false });
  await lab.devnet.reorganise(lab.chain, 1, { transfers: false });
  await lab.pass(61_000);
  assert.deepEqual(lab.kinds(), ['sent', 'paid', 'fell-back']);
  await lab.mine(lab.chain);
  await lab.settle(10);
  await lab.pass(61_000);
  await lab.pass(61_000);
  assert.deepEqual(lab.kinds(), ['sent', 'paid', 'fell-back', 'paid', 'over']);
  assert.deepEqual((await lab.check()).faults, []);
});

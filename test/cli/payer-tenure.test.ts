import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PayerTenure, type TenureModules } from '../../cli/payer-tenure.js';
import type { PayerRunEvent } from '../../cli/payer-words.js';
import type { BookFence } from '../../ledger/books-port.js';
import { Ledger } from '../../ledger/ledger.js';
import type { HealOutcome } from '../../payer/intents/intent-desk-port.js';
import { readPause } from '../../payer/rounds/payer-notes.js';
import { Rounds } from '../../payer/rounds/rounds.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { bookRewards, creditMiners, moneyCoin } from '../support/books-with-money.js';
import { type FakeDesk, fakeDesk } from '../support/fake-desk.js';
import { createMemoryBooks } from '../support/memory-books.js';
import { ALPH, addressOf, CENT, walletKeys } from '../support/round-lab.js';
import { waitFor } from '../support/wait.js';

/** Books with coins and three miners who are owed. */
async function moneyBooks() {
  const books = createMemoryBooks();
  const ledger = new Ledger(books);
  const coins = ([0, 1, 2, 3] as const).map((group) => moneyCoin(group + 1, 100n * ALPH, group));
  const keys = coins.map(({ key }) => key);
  await bookRewards(ledger, coins, keys, Date.now());
  const owed = [1, 2, 3].map((i): [string, bigint] => [bytesToHex(addressOf(i).lockupScript), ALPH]);
  await creditMiners(ledger, 1, new Map(owed), Date.now());
  return { books, ledger, coins };
}

/** A payer on these books; nobody waits. */
function payerOn(
  t: TestContext,
  { books, ledger, coins }: Awaited<ReturnType<typeof moneyBooks>>,
  owner: string,
  heal: () => Promise<HealOutcome> = async () => ({ kind: 'whole' }),
  everyMs = 3_600_000,
) {
  const events: PayerRunEvent[] = [];
  const state = { ending: false, opened: 0, closed: 0, desk: undefined as FakeDesk | undefined };
  const modules: TenureModules = {
    books,
    owner,
    now: Date.now,
    onEvent: (event) => events.push(event),
    isEnding: () => state.ending,
    pause: () => new Promise((resolve) => setTimeout(resolve, 2)),
    open: async (fence: () => BookFence | undefined) => {
      state.opened++;
      const desk = fakeDesk({ ledger }, fence);
      state.desk = desk;
      desk.heal = heal;
      const rounds = new Rounds({
        ...{ books, ledger, desk, fence },
        wallet: { networkId: 4, keys: walletKeys },
        settings: {
          ...{ minimum: CENT, inactiveMinimum: CENT, inactiveAfterDays: 30, feeBearer: 'miners', most: {} },
          rounds: { everyMs },
        },
        look: async () => ({
          kind: 'outputs',
          outputs: ([0, 1, 2, 3] as const).map((group) => ({
            ...{ group, complete: true, onChain: true },
            outputs: desk.outputs(coins).filter((coin) => coin.group === group),
          })),
        }),
        opening: async () => undefined,
        now: Date.now,
        onEvent: () => {},
      });
      return { desk, rounds, close: async () => void state.closed++ };
    },
  };
  const tenure = new PayerTenure(modules);
  t.after(async () => {
    state.ending = true;
    await tenure.close();
  });
  const told = (type: PayerRunEvent['type']): number => events.filter((event) => event.type === type).length;
  return { tenure, state, told };
}

test('of two payers one pays; the other says that it waits, and takes over when the first has ended', async (t) => {
  const money = await moneyBooks();
  const first = payerOn(t, money, 'first');
  const running = first.tenure.run();
  await waitFor('a payout', () => (first.state.desk?.sent.length ?? 0) > 0);
  const second = payerOn(t, money, 'second');
  const other = second.tenure.run();
  await waitFor('it says so', () => second.told('waits') === 1);
  assert.equal(second.state.opened, 0, 'it has not touched the journal');
  first.state.ending = true;
  await running;
  assert.ok(first.tenure.inFlight! > 0);
  assert.equal(second.tenure.inFlight, undefined, 'of what the first has sent it knows nothing');
  await first.tenure.close();
  assert.equal(first.state.closed, 1);
  const lease = await money.books.takeLease('payer', 'third', 1000);
  assert.ok(lease !== undefined, 'it is given back at once');
  second.state.ending = true;
  await other;
});

test('one round: it ends when all is paid, and says when it could not', async (t) => {
  const money = await moneyBooks();
  const payer = payerOn(t, money, 'once');
  const outcome = payer.tenure.once();
  await waitFor('a payout', () => (payer.state.desk?.sent.length ?? 0) >= 2);
  await payer.state.desk!.payAll();
  await waitFor('payouts', async () => {
    await payer.state.desk!.payAll();
    return (await Promise.race([outcome, Promise.resolve('waits')])) === 'paid';
  });
  assert.equal((await money.ledger.balances(['payout-in-flight']))[0], 0n);
  assert.ok((await money.ledger.balances(['total/paid']))[0]! > 2n * ALPH);
});

test('nodes are asked about what was sent before anything more is sent: change of it may be needed', async (t) => {
  const payer = payerOn(t, await moneyBooks(), 'asks');
  let asked: number | undefined;
  await payer.tenure.each(async ({ desk }) => {
    asked = (desk as FakeDesk).steps;
    return true;
  });
  assert.equal(asked, 1);
});

test('a store that can keep nothing through a power cut: nothing is paid', async (t) => {
  const money = await moneyBooks();
  money.books.canBeDurable = false;
  const payer = payerOn(t, money, 'weak');
  await assert.rejects(payer.tenure.run(), { code: 'ERR_STORE_REFUSED' });
  assert.equal(payer.state.opened, 0);
});

test('books that were away: journal and books are brought together before anything more is sent', async (t) => {
  const money = await moneyBooks();
  let heals = 0;
  const heal = async (): Promise<HealOutcome> => {
    heals++;
    return { kind: 'whole' };
  };
  const payer = payerOn(t, money, 'away', heal, 5);
  const running = payer.tenure.run();
  await waitFor('the first', () => heals === 1);
  money.books.away = true;
  await waitFor('told', () => payer.told('store-away') === 1);
  money.books.away = false;
  await waitFor('back', () => payer.told('store-back') === 1);
  assert.equal(heals, 2);
  payer.state.ending = true;
  await running;
});

test('books that lost what was sent: it waits; books from before the journal: it pauses', async (t) => {
  for (const [outcome, paused] of [
    [{ kind: 'waits', txIds: ['a', 'b'], reason: 'coins' }, false],
    [{ kind: 'behind', reason: 'older than all' }, true],
  ] as const) {
    const money = await moneyBooks();
    const payer = payerOn(t, money, outcome.kind, async () => outcome);
    const running = payer.tenure.run();
    await waitFor('told', () => payer.told('unhealed') > 0);
    payer.state.ending = true;
    await running;
    assert.equal(payer.state.desk!.sent.length, 0);
    // What the books have is followed: it may bring what the others wait for.
    assert.equal(payer.state.desk!.steps > 0, outcome.kind === 'waits');
    assert.equal((await readPause(money.books)) !== undefined, paused);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealOutcome } from '../../payer/intents/intent-desk-port.js';
import { readPause } from '../../payer/rounds/payer-notes.js';
import type { FakeDesk } from '../support/fake-desk.js';
import { moneyBooks, payerOn } from '../support/tenure-lab.js';
import { waitFor } from '../support/wait.js';

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
  assert.ok(first.tenure.open!.length > 0);
  assert.equal(second.tenure.open, undefined, 'of what the first has sent it knows nothing');
  await first.tenure.close();
  assert.equal(first.state.closed, 1);
  const lease = await money.books.takeLease('payer', 'third', 1000);
  assert.ok(lease !== undefined, 'it is given back at once');
  second.state.ending = true;
  await other;
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
  const payer = payerOn(t, money, 'away', { heal, everyMs: 5 });
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
    const payer = payerOn(t, money, outcome.kind, { heal: async () => outcome });
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

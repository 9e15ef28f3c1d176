import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { payOnce } from '../../cli/payer-once.js';
import { isAllPaid, MOST_MS, type OnceEnd, onceText, SILENT_MS } from '../../cli/payer-once-text.js';
import type { OpenIntent } from '../../payer/intents/intent-desk-port.js';
import { readState, writePause } from '../../payer/rounds/payer-notes.js';
import { RETRY_MS } from '../../payer/rounds/rounds.js';
import { coinKey } from '../support/ledger-arbitraries.js';
import { moneyBooks, type PayerOnOptions, payerOn } from '../support/tenure-lab.js';
import { waitFor } from '../support/wait.js';

/** Sent by an earlier run. */
const EARLIER: OpenIntent = {
  ...{ txId: coinKey(7), kind: 'payout', fromGroup: 0, toGroup: 1, standing: 'submitted', isPaid: false },
  ...{ made: 1, owed: 1n, sinceMs: 1 },
};

const AWAY = { kind: 'away', why: 'the node is away' } as const;

/** One round by a clock of its own. @param steps - after which what was sent before is paid */
async function once(
  t: TestContext,
  steps: number,
  options: PayerOnOptions = {},
  money = moneyBooks(),
): Promise<OnceEnd & { readonly tookMs: number; told(type: 'put-off'): number }> {
  const payer = payerOn(t, await money, 'once', {
    ...options,
    isClocked: true,
    onDesk: (desk) => {
      const sent = desk.open;
      desk.open = () => [...sent(), ...(desk.steps < steps ? [EARLIER] : [])];
      options.onDesk?.(desk);
    },
  });
  const startMs = payer.elapsed();
  const end = await payOnce(payer);
  return { ...end, tookMs: payer.elapsed() - startMs, told: payer.told };
}

test('one round: it ends when all is paid', async (t) => {
  const money = await moneyBooks();
  const payer = payerOn(t, money, 'once');
  const outcome = payOnce(payer);
  await waitFor('a payout', () => (payer.state.desk?.sent.length ?? 0) >= 2);
  await waitFor('payouts', async () => {
    await payer.state.desk!.payAll();
    return (await Promise.race([outcome, Promise.resolve(undefined)])) !== undefined;
  });
  const end = await outcome;
  assert.deepEqual(end, { round: 'done', stop: 'settled', open: [] });
  assert.deepEqual([isAllPaid(end), onceText(end)], [true, '']);
  assert.equal((await money.ledger.balances(['payout-in-flight']))[0], 0n);
  assert.equal((await readState(money.books))?.inFlight, 0);
});

test('a round that is put off three times: what was sent before is followed until it is paid', async (t) => {
  const end = await once(t, 40, { look: () => AWAY });
  assert.deepEqual([end.round, end.stop, end.open], ['later', 'settled', []]);
  assert.equal(end.told('put-off'), 1);
  assert.ok(end.tookMs >= 2 * RETRY_MS);
  assert.ok(!isAllPaid(end));
  assert.match(onceText(end), /^the round was put off: not all of it was sent$/);
});

test('a round that is put off, and nothing was sent: it ends after the third try', async (t) => {
  const end = await once(t, 0, { look: () => AWAY });
  assert.deepEqual([end.round, end.stop, end.open], ['later', 'settled', []]);
  assert.ok(end.tookMs >= 2 * RETRY_MS && end.tookMs < 3 * RETRY_MS, `${end.tookMs}`);
});

test('all nodes are away: it ends, and names what is open', async (t) => {
  const money = await moneyBooks();
  const startMs = Date.now();
  const options: PayerOnOptions = {
    look: () => AWAY,
    onDesk: (desk) => {
      desk.trouble = { kind: 'unheard', why: AWAY.why };
    },
  };
  const end = await once(t, Number.POSITIVE_INFINITY, options, Promise.resolve(money));
  const state = (await readState(money.books))!;
  assert.deepEqual([state.inFlight, state.trouble], [1, AWAY.why]);
  assert.ok(state.atMs - startMs >= SILENT_MS, 'noted at the end, not with the last try');
  assert.deepEqual([end.round, end.stop], ['later', 'silent']);
  assert.deepEqual(end.open, [{ txId: EARLIER.txId, kind: 'payout', standing: 'submitted', sinceMs: 1 }]);
  assert.ok(end.tookMs < SILENT_MS + RETRY_MS, `${end.tookMs}`);
  assert.match(onceText(end), new RegExp(`not paid yet: ${EARLIER.txId} \\(no node tells of it\\)`));
});

test('nodes answer, and nothing gets into a block: it ends all the same', async (t) => {
  const end = await once(t, Number.POSITIVE_INFINITY);
  assert.deepEqual([end.round, end.stop], ['done', 'late']);
  assert.ok(end.tookMs < MOST_MS + RETRY_MS, `${end.tookMs}`);
  assert.ok(end.open!.length > 1, 'what it sent itself is among them');
});

test('what can not be done about one transaction keeps it from waiting for no other', async (t) => {
  const end = await once(t, 60, {
    look: () => AWAY,
    onDesk: (desk) => {
      desk.trouble = { kind: 'uncancelled', why: 'it is not signed' };
    },
  });
  assert.ok(end.tookMs > 2 * SILENT_MS, `${end.tookMs}`);
  assert.deepEqual([end.stop, end.open], ['settled', []]);
});

test('payments are paused: what was sent is followed, and nothing is sent', async (t) => {
  const money = await moneyBooks();
  const fence = { name: 'ledger', number: 1 } as const;
  await writePause(money.books, fence, { reason: 'by hand', sinceMs: 1, by: 'operator' });
  const end = await once(t, 10, {}, Promise.resolve(money));
  assert.deepEqual([end.round, end.stop, end.open], ['paused', 'settled', []]);
  assert.equal(onceText(end), 'nothing new was sent: payments are paused');
});

test('another payer is at work, the books are away, or what was sent can not be booked: it ends', async (t) => {
  const taken = await moneyBooks();
  await taken.books.takeLease('payer', 'other', 3_600_000);
  const away = await moneyBooks();
  away.books.away = true;
  for (const money of [taken, away]) {
    const end = await once(t, 0, {}, Promise.resolve(money));
    assert.deepEqual([end.round, end.stop, end.open], ['none', 'silent', undefined]);
    assert.ok(end.tookMs < SILENT_MS + RETRY_MS, `${end.tookMs}`);
    assert.match(onceText(end), /^no round was made; it ends, since for 2 minutes books or full nodes/);
  }
  const waits = { kind: 'waits', txIds: [EARLIER.txId], reason: 'coins' } as const;
  const unhealed = await once(t, Number.POSITIVE_INFINITY, { heal: async () => waits });
  assert.deepEqual([unhealed.round, unhealed.stop, unhealed.open?.length], ['none', 'silent', 1]);
});

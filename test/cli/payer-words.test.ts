import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payerWords } from '../../cli/payer-words.js';

test('what could not be done about a transaction is told in words that fit it', () => {
  const cancel = 'ab12 is dead, and what is to cancel it is not signed: wallet pool: 401';
  assert.equal(
    payerWords({ type: 'uncancelled', why: cancel }).text,
    `transaction ${cancel}; it is tried again, and whom it was to pay waits until then`,
  );
  assert.equal(
    payerWords({ type: 'unheard', why: 'n is not synced' }).text,
    "what became of transactions can't be asked: n is not synced",
  );
  assert.match(payerWords({ type: 'unhanded', why: 'n: no answer' }).text, /^no full node could be handed/);
  assert.match(
    payerWords({ type: 'unbooked', why: "ab12 is paid, and can't be booked so: x" }).text,
    /^transaction ab12 is paid, and can't be booked so: x; it is tried again/,
  );
  assert.match(payerWords({ type: 'unhealed', why: 'x' }).text, /^nothing new is sent: x$/);
});

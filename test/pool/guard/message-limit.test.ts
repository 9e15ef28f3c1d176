import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageLimit } from '../../../pool/guard/message-limit.js';

/** Seconds until a connection with a steady rate is told to be a flood; undefined if an hour is not enough. */
function lasts(perSecond: number, acceptedPart: number): number | undefined {
  const limit = new MessageLimit(50);
  const bucket = limit.start(0);
  for (let i = 0; i < perSecond * 3600 && i < 5_000_000; i++) {
    if (!limit.note(bucket, (i * 1000) / perSecond)) return i / perSecond;
    if (i % 100 < acceptedPart * 100) limit.noteAccepted(bucket);
  }
  return undefined;
}

test('messages at the limit may come for ever, a flood ends in a second', () => {
  assert.equal(lasts(50, 0), undefined);
  assert.ok(lasts(1000, 0)! < 2);
});

test('an ASIC that begins far too low is no flood until its difficulty has risen', () => {
  assert.equal(lasts(400, 1), undefined);
  assert.ok(lasts(2000, 1)! > 5);
  assert.ok(lasts(10_000, 1)! < 2);
});

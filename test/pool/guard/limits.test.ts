import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageLimit } from '../../../pool/guard/message-limit.js';
import { noteRefused, noteValid, startConduct } from '../../../pool/guard/share-conduct.js';
import { fullBucket, returnTokens, takeToken } from '../../../pool/guard/token-bucket.js';

const settings = { perSecond: 10, burst: 30 };

test('a bucket gives what is in it at once, and then what flows in', () => {
  const bucket = fullBucket(settings, 0);
  for (let i = 0; i < 30; i++) assert.ok(takeToken(bucket, settings, 0));
  assert.ok(!takeToken(bucket, settings, 99));
  assert.ok(takeToken(bucket, settings, 100));
  assert.ok(!takeToken(bucket, settings, 100));
  for (let i = 0; i < 30; i++) assert.ok(takeToken(bucket, settings, 1e9));
  assert.ok(!takeToken(bucket, settings, 1e9));
  assert.ok(!takeToken(bucket, settings, 0), 'a clock that goes back');
});

test('a dear event takes all its tokens, or none', () => {
  const bucket = fullBucket(settings, 0);
  assert.ok(takeToken(bucket, settings, 0, 20));
  assert.ok(!takeToken(bucket, settings, 0, 20));
  assert.equal(bucket.tokens, 10);
  returnTokens(bucket, settings, 100);
  assert.equal(bucket.tokens, 30);
});

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

test('a connection whose shares are mostly invalid is closed after fifty', () => {
  const conduct = startConduct();
  for (let i = 1; i < 50; i++) assert.ok(noteRefused(conduct, 'lowDifficulty'));
  assert.ok(!noteRefused(conduct, 'lowDifficulty'));
});

test('half of them invalid is tolerated, more is not, however good it was before', () => {
  const half = startConduct();
  for (let i = 0; i < 10_000; i++) {
    noteValid(half);
    assert.ok(noteRefused(half, 'duplicate'));
  }
  const turned = startConduct();
  for (let i = 0; i < 10_000; i++) noteValid(turned);
  let until = 0;
  while (noteRefused(turned, 'foreignExtranonce')) until++;
  assert.ok(until > 90 && until < 250, `${until}`);
});

test('what no miner is to blame for is not held against it', () => {
  const conduct = startConduct();
  for (const reason of ['stale', 'unknownJob', 'unrecorded'] as const)
    for (let i = 0; i < 1000; i++) assert.ok(noteRefused(conduct, reason));
  assert.deepEqual(conduct, { valid: 0, invalid: 0 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REJECT_REASON_NAMES, REJECT_REASONS } from '../../../pool/domain/reject-reasons.js';
import { noteRefused, noteValid, startConduct } from '../../../pool/guard/share-conduct.js';

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
  const blameless = REJECT_REASON_NAMES.filter((reason) => REJECT_REASONS[reason].blameless);
  assert.deepEqual(blameless, ['stale', 'unknownJob', 'unauthorized', 'unrecorded']);
  for (const reason of blameless) for (let i = 0; i < 1000; i++) assert.ok(noteRefused(conduct, reason));
  assert.deepEqual(conduct, { valid: 0, invalid: 0 });
});
